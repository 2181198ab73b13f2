// The network phases of the Xen recording that the project carries, unpacked.

import { bytesOf } from "../recording-files.ts";

const FOLDER = "/test/recordings/xen/xen-pv-netfront";
const loaded = new Map<string, Uint8Array>();

/** Files `PHASE.insn.jsonl` of the given phases. */
export async function networkFiles(...phases: string[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const phase of phases) {
    const name = `${phase}.insn.jsonl`;
    const bytes = loaded.get(name) ?? (await unpacked(name));
    loaded.set(name, bytes);
    files.set(name, bytes);
  }
  return files;
}

/** The network's files, with a manifest that names their kind. */
export async function xenFiles(...phases: string[]): Promise<Map<string, Uint8Array>> {
  // The test server gives out JSON as modules.
  const path: string = `${FOLDER}/manifest.json`;
  const module = (await import(path)) as { default: unknown };
  const files = await networkFiles(...phases);
  return files.set("manifest.json", bytesOf(`${JSON.stringify(module.default)}\n`));
}

async function unpacked(name: string): Promise<Uint8Array> {
  const response = await fetch(`${FOLDER}/${name}.gz`);
  if (!response.ok || response.body === null) throw new Error(`${name}.gz: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // A server may have unpacked it already.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
