import {
  DESC_BYTES,
  DESC_F,
  EVENT,
  EVENT_FLAG,
  PACKED_DESC,
  WRAP_COUNTER,
} from "../../devices/virtio/ring-layout.ts";
import { ACTORS } from "../../trace/actor.ts";
import { PACKED_DESCRIPTOR } from "./entry-layout.ts";
import {
  bytesText,
  distance,
  type FieldText,
  flagText,
  readFields,
  readNumber,
  type RingDraft,
  type SlotDraft,
} from "./ring-draft.ts";
import type { RingView } from "./ring-view.ts";
import type { Virtqueue } from "./virtio.ts";

const FLAGS = {
  NEXT: DESC_F.NEXT,
  WRITE: DESC_F.WRITE,
  INDIRECT: DESC_F.INDIRECT,
  AVAIL: DESC_F.AVAIL,
  USED: DESC_F.USED,
} as const;

/** The one ring of a packed virtqueue. */
export function packedRing(view: RingView, queue: Virtqueue): RingDraft {
  const { name, num, desc } = queue;
  const data = view.data(desc.address, desc.byteCount);
  const used = view.index(name, "used_idx");
  const takenName = view.has(name, "last_used_idx") ? "last_used_idx" : "vq_used_cons_idx";
  const nextName = view.has(name, "next_avail_idx") ? "next_avail_idx" : "vq_avail_idx";
  const taken = view.index(name, takenName);
  const owned = ownedSlots(data, num, used);
  const waitsFrom = at(view.index(name, "last_avail_idx"));
  const ahead = distance(at(used), waitsFrom, num);
  const unread = distance(at(taken), at(used), num);
  const slots = Array.from({ length: num }, (_, index): SlotDraft => {
    const isOwned = owned[index] === 1;
    const inWork = distance(at(used), index, num) < ahead;
    const done = !isOwned && distance(at(taken), index, num) < unread;
    const atDevice = inWork ? "in the device's hands" : "offered";
    return {
      ...descriptor(data, index, desc.address, num),
      owner: isOwned ? "device" : "driver",
      state: isOwned ? atDevice : done ? "used, not taken back" : "free",
      ...(isOwned ? indirectOf(view, data, index, num) : {}),
    };
  });
  const mark = (of: string, keeper: "driver" | "device", value: number) => {
    return { name: of, keeper, index: at(value) % num, value: at(value), wrap: value >>> 15 };
  };
  const index = (of: string): number => view.index(name, of);
  return {
    id: `${name}_desc_ring`,
    group: name,
    title: `${queue.title} descriptor ring`,
    driver: ACTORS.guestDriver.code,
    device: view.places.deviceActor,
    unit: "slot",
    size: num,
    entryBytes: DESC_BYTES,
    address: desc.address,
    byteCount: desc.byteCount,
    slots,
    markers: [
      mark(nextName, "driver", index(nextName)),
      mark(takenName, "driver", taken),
      mark("last_avail_idx", "device", index("last_avail_idx")),
      mark("used_idx", "device", used),
      ...eventMark(view, queue, "driver"),
      ...eventMark(view, queue, "device"),
    ],
    rule: "AVAIL equals the wrap counter and USED does not: the device's; otherwise the driver's.",
    source: "virtio 1.2, 2.8.1 “Driver and Device Ring Wrap Counters”",
  };
}

/** Without the wrap counter in bit 15. */
function at(position: number): number {
  return position & (WRAP_COUNTER - 1);
}

/**
 * The slots that are the device's. What it has used is told by the first descriptor of each chain
 * only (2.8.6 "Write-only Descriptors Used Element Format"); the others of that chain keep the bits of
 * the driver until they are used again, and are known by the chain's buffer id.
 */
function ownedSlots(data: DataView, num: number, used: number): Uint8Array {
  const owned = new Uint8Array(num);
  let wrap = (used & WRAP_COUNTER) !== 0;
  let usedId = -1;
  let place = at(used);
  for (let i = 0; i < num; i++) {
    const base = place * DESC_BYTES;
    const flags = data.getUint16(base + PACKED_DESC.flags, true);
    const id = data.getUint16(base + PACKED_DESC.id, true);
    const avail = (flags & DESC_F.AVAIL) !== 0;
    const done = (flags & DESC_F.USED) !== 0;
    if (avail === wrap && done === wrap) usedId = id;
    else if (avail === wrap && done !== wrap) {
      if (id !== usedId) {
        owned[place] = 1;
        usedId = -1;
      }
    }
    if (++place === num) {
      place = 0;
      wrap = !wrap;
    }
  }
  return owned;
}

function descriptor(data: DataView, index: number, base: number, num: number) {
  const offset = index * DESC_BYTES;
  const flags = data.getUint16(offset + PACKED_DESC.flags, true);
  return {
    index,
    address: base + offset,
    byteCount: DESC_BYTES,
    bufferAddress: readNumber(data, offset, 8),
    bufferBytes: data.getUint32(offset + PACKED_DESC.len, true),
    ...((flags & DESC_F.NEXT) === 0 ? {} : { next: (index + 1) % num }),
    decode: () => readFields(data, offset, PACKED_DESCRIPTOR, descriptorText),
  };
}

/** The table that an indirect descriptor points to: 2.8.7 "Indirect Flag: Scatter-Gather Support". */
function indirectOf(
  view: RingView,
  data: DataView,
  index: number,
  num: number,
): Pick<SlotDraft, "indirect"> {
  const offset = index * DESC_BYTES;
  if ((data.getUint16(offset + PACKED_DESC.flags, true) & DESC_F.INDIRECT) === 0) return {};
  const address = readNumber(data, offset, 8);
  const entries = Math.floor(
    Math.min(data.getUint32(offset + PACKED_DESC.len, true) / DESC_BYTES, num),
  );
  const table = view.data(address, entries * DESC_BYTES);
  const indirect = Array.from(
    { length: entries },
    (_, entry): SlotDraft => ({
      ...descriptor(table, entry, address, entries),
      owner: "device",
      state: "in the device's hands",
    }),
  );
  return { indirect };
}

/** Where one side asked to be told, if it named a descriptor: 2.8.10 "Event Suppression Structure Format". */
function eventMark(view: RingView, queue: Virtqueue, keeper: "driver" | "device") {
  const block = queue[keeper];
  const data = view.data(block.address, EVENT.bytes);
  if ((data.getUint16(EVENT.flags, true) & 3) !== EVENT_FLAG.DESC) return [];
  const value = data.getUint16(EVENT.offWrap, true);
  const index = at(value) % queue.num;
  return [{ name: `${keeper} event`, keeper, index, value: at(value), wrap: value >>> 15 }];
}

const descriptorText: FieldText = (name, value) => {
  if (name === "flags") return flagText(value, FLAGS);
  if (name === "len") return bytesText(value);
  return name === "id" ? `buffer ${value}` : "";
};
