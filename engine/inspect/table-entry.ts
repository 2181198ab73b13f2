import type { Snapshot } from "../history/snapshot.ts";
import { machineAddress } from "../memory/host-physical.ts";
import type { WalkFlag, WalkStep } from "./walk-step.ts";

/** A table in host memory, as hardware walks it. */
export interface TablePlace {
  readonly level: number;
  readonly name: string;
  /** Host-physical address of the table. */
  readonly table: number;
  readonly index: number;
  /** Bytes of each entry. */
  readonly byteCount: 8 | 16;
}

/** An entry that was read: its step without flags and text, and its low and high 64 bits. */
export interface TableEntry {
  readonly step: Omit<WalkStep, "flags" | "text">;
  readonly low: bigint;
  readonly high: bigint;
}

const MASK = (1n << 64n) - 1n;

/** Reads an entry as it stood at the snapshot's row. */
export function readEntry(snapshot: Snapshot, place: TablePlace): TableEntry {
  const { level, name, table, index, byteCount } = place;
  const entryAddress = table + index * byteCount;
  const at = machineAddress(entryAddress);
  const entry = littleEndian(snapshot.bytes(at, byteCount));
  return {
    step: {
      level,
      name,
      tableAddress: table,
      index,
      entryAddress,
      machineAddress: at,
      byteCount,
      entry,
    },
    low: entry & MASK,
    high: entry >> 64n,
  };
}

/** The names of bits with whether each is set; 0-based numbers. */
export function flagsOf(value: bigint, bits: Readonly<Record<string, number>>): WalkFlag[] {
  return Object.entries(bits).map(([name, bit]) => ({
    name,
    set: ((value >> BigInt(bit)) & 1n) === 1n,
  }));
}

/** A bit field of a value, as a number. */
export function fieldOf(value: bigint, lsb: number, width: number): number {
  return Number((value >> BigInt(lsb)) & ((1n << BigInt(width)) - 1n));
}

/** An address in hexadecimal. */
export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** The size of a page in words. */
export function pageText(pageBytes: number): string {
  if (pageBytes >= 1 << 30) return `${pageBytes / 2 ** 30} GiB`;
  return pageBytes >= 1 << 20 ? `${pageBytes / 2 ** 20} MiB` : `${pageBytes / 1024} KiB`;
}

/** Index into the table of a level, 4 to 1, of four-level tables with 512 entries each. */
export function indexAt(address: number, level: number): number {
  return Math.floor(address / 2 ** (12 + 9 * (level - 1))) % 512;
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--)
    value = (value << 8n) | BigInt(bytes[at] as number);
  return value;
}
