// KVM recordings as the tests see them: fetched and unpacked once, given out as fresh maps.
import { bytesOf } from "../recording-files.ts";

const PHASES = [
  "idle",
  "tx64",
  "tx1400",
  "rx64",
  "rx1400",
  "txburst",
  "rxburst",
  "ping_out",
  "ping_in",
] as const;

const loaded = new Map<string, Map<string, Uint8Array>>();

/** The files of a recorded folder by name, one round of it. */
export async function kvmFiles(
  folder: string,
  round: "kvm" | "full" = "kvm",
): Promise<Map<string, Uint8Array>> {
  const key = `${folder} ${round}`;
  let files = loaded.get(key);
  if (files === undefined) {
    const names = PHASES.map((phase) => `${round}.${phase}.jsonl`);
    const contents = await Promise.all(names.map((name) => unpacked(folder, name)));
    files = new Map(names.map((name, at) => [name, contents[at] as Uint8Array]));
    files.set("manifest.json", await manifestOf(folder));
    loaded.set(key, files);
  }
  return new Map(files);
}

/** The files of a set-up folder. */
export async function setupFiles(folder: string): Promise<Map<string, Uint8Array>> {
  return new Map([
    ["manifest.json", await manifestOf(folder)],
    ["driver.jsonl", await unpacked(folder, "driver.jsonl")],
  ]);
}

/** The test server gives out JSON as modules. */
async function manifestOf(folder: string): Promise<Uint8Array> {
  const path = `/test/recordings/kvm/${folder}/manifest.json`;
  const module = (await import(path)) as { default: unknown };
  return bytesOf(`${JSON.stringify(module.default)}\n`);
}

async function unpacked(folder: string, name: string): Promise<Uint8Array> {
  const response = await fetch(`/test/recordings/kvm/${folder}/${name}.gz`);
  if (!response.ok || response.body === null) throw new Error(`${folder}/${name}: no such file`);
  const stream = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
