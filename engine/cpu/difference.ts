import type { Image } from "./assembler/image.ts";
import type { CpuRun } from "./mode.ts";

/** Differences shown at most. */
const SHOWN_MAX = 12;

/**
 * In what a run's outcome differs from another's, a sentence each: the end, output, memory by the
 * program's own labels, and registers. Memory without a label is left to `memoryDiffers`.
 */
export function differences(run: CpuRun, reference: CpuRun, image: Image): string[] {
  const found: string[] = [];
  if (run.end !== reference.end) {
    found.push(`the program ends by ${run.end}, natively by ${reference.end}`);
  }
  if (run.output.join("\n") !== reference.output.join("\n")) {
    found.push(
      `the outside world saw ${run.output.length} events, natively ${reference.output.length}`,
    );
  }
  found.push(...labelDifferences(run, reference, image));
  for (const [name, value] of Object.entries(run.state)) {
    const expected = reference.state[name];
    if (value !== expected) found.push(`${name} is ${hex(value)}, natively ${hex(expected ?? 0n)}`);
  }
  return found.slice(0, SHOWN_MAX);
}

/** First address at which the memory of two runs differs, or -1. */
export function memoryDiffers(run: CpuRun, reference: CpuRun): number {
  const [a, b] = [run.memory, reference.memory];
  for (let address = 0; address < a.length; address++) {
    if (a[address] !== b[address]) return address;
  }
  return -1;
}

function hex(value: bigint): string {
  return value < 10n ? value.toString() : `0x${value.toString(16)}`;
}

/** Data with a label, in units of up to 8 bytes from the label to the next one. */
function labelDifferences(run: CpuRun, reference: CpuRun, image: Image): string[] {
  const lines = image.lines.filter(({ bytes }) => bytes.length > 0);
  const found: string[] = [];
  for (const [name, address] of image.symbols) {
    if (!image.labels.has(name)) continue;
    const line = lines.find((it) => it.address === address);
    if (line === undefined || !/\b(?:d[bwdq]|resb)\s/.test(line.text)) continue;
    const end = address + Math.min(line.bytes.length, 8);
    const value = littleEndian(run.memory.subarray(address, end));
    const expected = littleEndian(reference.memory.subarray(address, end));
    if (value !== expected) found.push(`${name} is ${hex(value)}, natively ${hex(expected)}`);
  }
  return found;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
