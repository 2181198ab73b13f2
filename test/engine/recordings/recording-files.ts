// Recordings as the tests see them: fetched once, given out as fresh maps.
import { PHASES } from "../../../engine/recordings/folder.ts";

/** The recorded configurations that the project carries. */
export const CONFIGS = [
  "rtl8139-8139cp",
  "rtl8139-8139too",
  "virtio-split",
  "virtio-legacy",
  "virtio-split-ioeventfd",
  "vmxnet3",
  "igb-pf",
  "igb-sriov-vf",
] as const;

const NAMES = ["", ".insn"].flatMap((suffix) => [
  `manifest${suffix}.json`,
  ...PHASES.filter((phase) => phase !== "warmup" || suffix === "").map(
    (phase) => `${phase}${suffix}.jsonl`,
  ),
]);

const loaded = new Map<string, Map<string, Uint8Array>>();

/** The files of a recorded configuration by name. */
export async function recordingFiles(config: string): Promise<Map<string, Uint8Array>> {
  let files = loaded.get(config);
  if (files === undefined) {
    const names = [...NAMES, "wire.pcap"];
    const contents = await Promise.all(names.map((name) => fetchFile(config, name)));
    files = new Map(names.map((name, at) => [name, contents[at] as Uint8Array]));
    loaded.set(config, files);
  }
  return new Map(files);
}

async function fetchFile(config: string, name: string): Promise<Uint8Array> {
  const path = `/test/recordings/device/${config}/${name}`;
  if (name.endsWith(".json")) {
    // The test server gives out JSON as modules.
    const module = (await import(path)) as { default: unknown };
    return bytesOf(`${JSON.stringify(module.default, null, 1)}\n`);
  }
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${config}/${name}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Text of a file. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** A file with a text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Lines of a recorded file as objects, to be changed and written again with `linesToBytes`. */
export function linesOf(bytes: Uint8Array): Record<string, unknown>[] {
  const lines = textOf(bytes).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** JSON Lines with `i` counted anew: a change that only a comparison can find. */
export function linesToBytes(lines: readonly Record<string, unknown>[]): Uint8Array {
  let next = 0;
  const texts = lines.map((line) => {
    const text = JSON.stringify({ ...line, i: next });
    next += line["op"] === "collapsed" ? (line["count"] as number) : 1;
    return `${text}\n`;
  });
  return bytesOf(texts.join(""));
}
