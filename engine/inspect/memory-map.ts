import type { Snapshot } from "../history/snapshot.ts";
import type { MemoryStretch } from "./memory-stretch.ts";
import { overlay } from "./memory-overlay.ts";
import type { Places } from "./places.ts";
import { ringsAt } from "./rings/index.ts";
import { PACKET_BUFFER_SECTION } from "./rings/ring-record.ts";
import type { RingSlot, RingState } from "./rings/ring-state.ts";

/** Bytes of a packet's frame, the packet counted from 1. */
export type FrameBytes = (packet: number) => number;

/**
 * Who owns each byte of a stretch of memory and what it is for: stretches in ascending order without
 * gaps. A frame reaches as far as the packet's own bytes.
 * @param rings The rings at the same moment, where they are known already.
 */
export function memoryMapAt(
  places: Places,
  snapshot: Snapshot,
  stretch: { readonly address: number; readonly byteCount: number },
  frameBytes: FrameBytes,
  rings: readonly RingState[] = ringsAt(places, snapshot),
): MemoryStretch[] {
  const from = stretch.address;
  const to = Math.min(from + stretch.byteCount, places.memoryBytes);
  const layers = [
    areas(places),
    blocks(places),
    buffers(rings, from, to),
    slots(rings, from, to),
    frames(snapshot, rings, frameBytes, from, to),
  ];
  let map = clip(ground(places), from, to);
  for (const layer of layers) map = overlay(map, clip(layer, from, to));
  return map;
}

/** The stretch that a byte lies in, or undefined beyond all memory. */
export function ownerOf(
  places: Places,
  snapshot: Snapshot,
  address: number,
  frameBytes: FrameBytes,
): MemoryStretch | undefined {
  return memoryMapAt(places, snapshot, { address, byteCount: 1 }, frameBytes)[0];
}

function clip(stretches: readonly MemoryStretch[], from: number, to: number): MemoryStretch[] {
  return stretches
    .filter(({ address, byteCount }) => address < to && address + byteCount > from)
    .map((stretch) => {
      const address = Math.max(stretch.address, from);
      const end = Math.min(stretch.address + stretch.byteCount, to);
      return { ...stretch, address, byteCount: end - address };
    });
}

function ground({ guestTaken, guestBytes, memoryBytes }: Places): MemoryStretch[] {
  const piece = (
    from: number,
    to: number,
    more: Pick<MemoryStretch, "use" | "owner" | "title">,
  ) => {
    return { address: from, byteCount: to - from, ...more };
  };
  const unused = { use: "unused", owner: "none", title: "not used by this guest" } as const;
  return [
    piece(0, guestTaken.from, unused),
    piece(guestTaken.from, guestTaken.to, {
      use: "kernel",
      owner: "driver",
      title: "guest kernel and driver",
    }),
    piece(guestTaken.to, guestBytes, unused),
    piece(guestBytes, memoryBytes, {
      use: "unused",
      owner: "none",
      title: "host memory, not used",
    }),
  ];
}

function areas({ hostAreas }: Places): MemoryStretch[] {
  return hostAreas.map(({ address, byteCount, what, isTable }) => ({
    address,
    byteCount,
    use: isTable ? "table" : "host",
    owner: "device",
    title: what,
  }));
}

/** Until a ring's slots lie over it, a block is a structure: indices, flags, queue descriptors. */
function blocks(places: Places): MemoryStretch[] {
  return places.blocks.map(({ name, address, byteCount }) => ({
    address,
    byteCount,
    use: "structure",
    owner: address < places.guestBytes ? "driver" : "device",
    title: name,
  }));
}

/** Buffers that are with the device, or have come back and were not taken yet. */
function buffers(rings: readonly RingState[], from: number, to: number): MemoryStretch[] {
  const found: MemoryStretch[] = [];
  const add = (ring: RingState, slot: RingSlot, number: number): void => {
    const { bufferAddress = 0, bufferBytes = 0, owner, state, indirect } = slot;
    if (bufferAddress === 0 || bufferBytes === 0) return;
    if (owner !== "device" && (state === "free" || state === "not handed over")) return;
    for (const entry of indirect ?? []) add(ring, entry, number);
    if (bufferAddress >= to || bufferAddress + bufferBytes <= from) return;
    const where = { ring: ring.id, slot: number, owner };
    found.push({
      address: bufferAddress,
      byteCount: bufferBytes,
      use: indirect === undefined ? "buffer" : "structure",
      title: indirect === undefined ? `buffer: ${state}` : "indirect descriptors",
      ...where,
    });
  };
  for (const ring of rings) {
    if (ring.unit === "byte") continue;
    for (const slot of ring.slots) add(ring, slot, slot.index);
  }
  return found;
}

function slots(rings: readonly RingState[], from: number, to: number): MemoryStretch[] {
  const met = rings.filter((ring) => ring.address < to && ring.address + ring.byteCount > from);
  return met.flatMap((ring) =>
    ring.slots.map(
      (slot): MemoryStretch => ({
        address: slot.address,
        byteCount: slot.byteCount,
        use: "ring",
        owner: slot.owner,
        title: `${ring.title}, ${slot.state}`,
        ring: ring.id,
        slot: slot.index,
      }),
    ),
  );
}

/** Frames by what was recorded of buffers; one that no slot points to is the kernel's and driver's. */
function frames(
  snapshot: Snapshot,
  rings: readonly RingState[],
  frameBytes: FrameBytes,
  from: number,
  to: number,
): MemoryStretch[] {
  const lines = snapshot.section(PACKET_BUFFER_SECTION)?.lines ?? [];
  let holders: readonly MemoryStretch[] | undefined;
  return lines.flatMap(({ name, values }): MemoryStretch[] => {
    const packet = Number(values[0] ?? 0);
    const address = Number(name);
    if (packet <= 0 || address >= to || address + frameBytes(packet) <= from) return [];
    holders ??= [...buffers(rings, 0, Infinity), ...slots(rings, 0, Infinity)].toSorted(
      (one, other) => one.address - other.address,
    );
    const holder = holderOf(holders, address);
    const { ring, slot, owner = "driver" } = holder ?? {};
    return [
      {
        address,
        byteCount: frameBytes(packet),
        use: "frame",
        owner,
        title: `frame of packet ${packet}`,
        packet,
        ...(ring === undefined || slot === undefined ? {} : { ring, slot }),
      },
    ];
  });
}

/** The last of sorted stretches that begins at or before an address, if it reaches that far. */
function holderOf(sorted: readonly MemoryStretch[], address: number): MemoryStretch | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as MemoryStretch).address <= address) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low - 1];
  return found !== undefined && address < found.address + found.byteCount ? found : undefined;
}
