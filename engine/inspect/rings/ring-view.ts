import { indexKey } from "../../memory/ring-indices.ts";
import type { MemoryWrite, Snapshot } from "../../history/snapshot.ts";
import { RING_INDEX_SECTION, type RingBlock, type RingPlaces } from "./ring-places.ts";

/** Memory and indices of a run's rings at one moment. */
export interface RingView {
  readonly places: RingPlaces;
  /** Bytes of memory. */
  data(address: number, byteCount: number): DataView;
  /** An index that does not lie in memory, 0 where the run has none of that name. */
  index(ring: string, name: string): number;
  /** Whether the run has such an index. */
  has(ring: string, name: string): boolean;
}

/** The block of that name, if the run has one. */
export function blockOf(view: RingView, name: string): RingBlock | undefined {
  return view.places.blocks.find((block) => block.name === name);
}

/** Reads memory of a moment. */
export type ReadBytes = Snapshot["bytes"];

/** Reads a snapshot's memory, each stretch once: the rings now and before share it. */
export function readOnce(snapshot: Snapshot): ReadBytes {
  const known = new Map<number, Uint8Array>();
  return (address, byteCount) => {
    const key = address * 0x10_0000 + byteCount;
    let bytes = known.get(key);
    if (bytes === undefined) known.set(key, (bytes = snapshot.bytes(address, byteCount)));
    return bytes;
  };
}

/** What a snapshot shows of the rings. */
export function viewNow(places: RingPlaces, snapshot: Snapshot, read: ReadBytes): RingView {
  const values = new Map<string, number>();
  for (const { name, values: at } of snapshot.section(RING_INDEX_SECTION)?.lines ?? []) {
    values.set(name, Number(at[0] ?? 0));
  }
  return viewOf(places, values, read);
}

/**
 * What it showed before the snapshot's row; undefined when the row wrote to no block and moved no
 * index, and so changed nothing of any ring.
 */
export function viewBefore(
  places: RingPlaces,
  snapshot: Snapshot,
  read: ReadBytes,
): RingView | undefined {
  const writes = snapshot.writes.filter((write) =>
    places.blocks.some((block) => meets(block, write)),
  );
  const moved = snapshot.changedSections.includes(RING_INDEX_SECTION);
  if (writes.length === 0 && !moved) return undefined;
  const values = new Map<string, number>();
  const lines = snapshot.section(RING_INDEX_SECTION)?.lines ?? [];
  for (const { name, values: now, before, changed } of lines) {
    values.set(name, Number((changed[0] === true ? before[0] : now[0]) ?? 0));
  }
  return viewOf(places, values, (address, byteCount) => {
    const bytes = read(address, byteCount).slice();
    for (let i = writes.length - 1; i >= 0; i--) undo(bytes, address, writes[i] as MemoryWrite);
    return bytes;
  });
}

function meets(block: RingBlock, { address, after }: MemoryWrite): boolean {
  return address < block.address + block.byteCount && address + after.length > block.address;
}

function viewOf(
  places: RingPlaces,
  values: ReadonlyMap<string, number>,
  bytes: ReadBytes,
): RingView {
  return {
    places,
    data(address, byteCount) {
      const read = bytes(address, byteCount);
      return new DataView(read.buffer, read.byteOffset, read.byteLength);
    },
    index: (ring, name) => values.get(indexKey(ring, name)) ?? 0,
    has: (ring, name) => values.has(indexKey(ring, name)),
  };
}

function undo(bytes: Uint8Array, address: number, { address: at, before }: MemoryWrite): void {
  const from = Math.max(at, address);
  const to = Math.min(at + before.length, address + bytes.length);
  for (let byte = from; byte < to; byte++) bytes[byte - address] = before[byte - at] as number;
}
