import {
  availEventOffset,
  DESC_BYTES,
  DESC_F,
  SPLIT_DESC,
  usedEventOffset,
} from "../../devices/virtio/ring-layout.ts";
import { ACTORS } from "../../trace/actor.ts";
import { SPLIT_DESCRIPTOR, USED_ELEMENT } from "./entry-layout.ts";
import {
  bytesText,
  type FieldText,
  flagText,
  readFields,
  readNumber,
  type RingDraft,
  type SlotDraft,
} from "./ring-draft.ts";
import type { RingView } from "./ring-view.ts";
import type { Virtqueue } from "./virtio.ts";

const INDEX = 2;
const RING = 4;
const USED_BYTES = 8;
const FLAGS = { NEXT: DESC_F.NEXT, WRITE: DESC_F.WRITE, INDIRECT: DESC_F.INDIRECT } as const;

/** A split virtqueue's memory and indices at a moment. */
interface SplitQueue {
  readonly view: RingView;
  readonly queue: Virtqueue;
  readonly desc: DataView;
  readonly avail: DataView;
  readonly used: DataView;
  readonly availIdx: number;
  readonly usedIdx: number;
  readonly lastAvailIdx: number;
  readonly lastUsedIdx: number;
  readonly lastUsedName: string;
  readonly hasEvents: boolean;
}

/** The three parts of a split virtqueue. */
export function splitRings(view: RingView, queue: Virtqueue): RingDraft[] {
  const { desc, driver, device, name } = queue;
  const avail = view.data(driver.address, driver.byteCount);
  const used = view.data(device.address, device.byteCount);
  const lastUsedName = view.has(name, "last_used_idx") ? "last_used_idx" : "vq_used_cons_idx";
  const split: SplitQueue = {
    view,
    queue,
    desc: view.data(desc.address, desc.byteCount),
    avail,
    used,
    availIdx: avail.getUint16(INDEX, true),
    usedIdx: used.getUint16(INDEX, true),
    lastAvailIdx: view.index(name, "last_avail_idx"),
    lastUsedIdx: view.index(name, lastUsedName),
    lastUsedName,
    hasEvents: view.index(name, "event_idx") !== 0,
  };
  return [availableRing(split), descriptorTable(split), usedRing(split)];
}

/** How many entries lie from one free-running 16-bit index to another, at most the ring's size. */
function count(from: number, to: number, num: number): number {
  return Math.min((to - from) & 0xffff, num);
}

/** The descriptors of the chains whose heads stand in a ring from one index to another. */
function chainsOf(split: SplitQueue, from: number, entries: number, used: boolean): Set<number> {
  const { num } = split.queue;
  const members = new Set<number>();
  for (let i = 0; i < entries; i++) {
    const place = (from + i) % num;
    let at = used
      ? split.used.getUint32(RING + USED_BYTES * place, true)
      : split.avail.getUint16(RING + 2 * place, true);
    for (let length = 0; length < num && at < num; length++) {
      members.add(at);
      if ((split.desc.getUint16(at * DESC_BYTES + SPLIT_DESC.flags, true) & DESC_F.NEXT) === 0) {
        break;
      }
      at = split.desc.getUint16(at * DESC_BYTES + SPLIT_DESC.next, true);
    }
  }
  return members;
}

function descriptorTable(split: SplitQueue): RingDraft {
  const { queue, desc, availIdx, usedIdx, lastAvailIdx, lastUsedIdx } = split;
  const { num } = queue;
  const offered = chainsOf(split, usedIdx, count(usedIdx, availIdx, num), false);
  const waiting = chainsOf(split, lastAvailIdx, count(lastAvailIdx, availIdx, num), false);
  const done = chainsOf(split, lastUsedIdx, count(lastUsedIdx, usedIdx, num), true);
  const { address } = queue.desc;
  const slots = Array.from({ length: num }, (_, index): SlotDraft => {
    const mine = !offered.has(index);
    const waits = waiting.has(index) ? "offered" : "in the device's hands";
    return {
      ...descriptor(desc, index, address),
      owner: mine ? "driver" : "device",
      state: mine ? (done.has(index) ? "used, not taken back" : "free") : waits,
      ...(mine ? {} : indirectOf(split, index)),
    };
  });
  return {
    ...common(split, "_desc", "descriptors"),
    entryBytes: DESC_BYTES,
    address,
    byteCount: queue.desc.byteCount,
    slots,
    markers: [],
    rule: "A descriptor is the device's from the available index that offers its chain to the used index that returns it.",
    source: "virtio 1.2, 2.7.5 “The Virtqueue Descriptor Table”",
  };
}

function descriptor(desc: DataView, index: number, base: number) {
  const at = index * DESC_BYTES;
  const flags = desc.getUint16(at + SPLIT_DESC.flags, true);
  return {
    index,
    address: base + at,
    byteCount: DESC_BYTES,
    bufferAddress: readNumber(desc, at, 8),
    bufferBytes: desc.getUint32(at + SPLIT_DESC.len, true),
    ...((flags & DESC_F.NEXT) === 0 ? {} : { next: desc.getUint16(at + SPLIT_DESC.next, true) }),
    decode: () => readFields(desc, at, SPLIT_DESCRIPTOR, descriptorText),
  };
}

/** The table that an indirect descriptor points to: 2.7.5.3 "Indirect Descriptors". */
function indirectOf(split: SplitQueue, index: number): Pick<SlotDraft, "indirect"> {
  const { desc, view } = split;
  const at = index * DESC_BYTES;
  if ((desc.getUint16(at + SPLIT_DESC.flags, true) & DESC_F.INDIRECT) === 0) return {};
  const address = readNumber(desc, at, 8);
  const entries = Math.min(desc.getUint32(at + SPLIT_DESC.len, true) / DESC_BYTES, split.queue.num);
  const table = view.data(address, Math.floor(entries) * DESC_BYTES);
  const indirect = Array.from(
    { length: Math.floor(entries) },
    (_, entry): SlotDraft => ({
      ...descriptor(table, entry, address),
      owner: "device",
      state: "in the device's hands",
    }),
  );
  return { indirect };
}

function availableRing(split: SplitQueue): RingDraft {
  const { queue, avail, used, availIdx, lastAvailIdx, hasEvents } = split;
  const { num } = queue;
  const { address, byteCount } = queue.driver;
  const waiting = count(lastAvailIdx, availIdx, num);
  const slots = Array.from({ length: num }, (_, index): SlotDraft => {
    const at = RING + 2 * index;
    const head = avail.getUint16(at, true);
    const owned = (((index - lastAvailIdx) % num) + num) % num < waiting;
    return {
      index,
      address: address + at,
      byteCount: 2,
      owner: owned ? "device" : "driver",
      state: owned ? "head to take" : "free",
      refersTo: { ring: `${queue.name}_desc`, index: head },
      decode: () => [
        { name: "ring", value: head, sizeBytes: 2, text: `chain that begins at ${head}` },
      ],
    };
  });
  const event = used.getUint16(availEventOffset(num), true);
  const mark = (name: string, keeper: "driver" | "device", value: number) => {
    return { name, keeper, index: value % num, value };
  };
  return {
    ...common(split, "_avail", "available ring"),
    entryBytes: 2,
    address,
    byteCount,
    slots,
    markers: [
      mark("avail idx", "driver", availIdx),
      mark("last_avail_idx", "device", lastAvailIdx),
      ...(hasEvents ? [mark("avail_event", "device", event)] : []),
    ],
    rule: "The driver writes entries and then idx; those that the device has not taken are the device's.",
    source: "virtio 1.2, 2.7.6 “The Virtqueue Available Ring”",
  };
}

function usedRing(split: SplitQueue): RingDraft {
  const { queue, avail, used, usedIdx, lastUsedIdx, hasEvents } = split;
  const { num } = queue;
  const { address, byteCount } = queue.device;
  const waiting = count(lastUsedIdx, usedIdx, num);
  const slots = Array.from({ length: num }, (_, index): SlotDraft => {
    const at = RING + USED_BYTES * index;
    const mine = (((index - lastUsedIdx) % num) + num) % num < waiting;
    return {
      index,
      address: address + at,
      byteCount: USED_BYTES,
      owner: mine ? "driver" : "device",
      state: mine ? "chain to take back" : "free",
      refersTo: { ring: `${queue.name}_desc`, index: used.getUint32(at, true) },
      decode: () => readFields(used, at, USED_ELEMENT, usedText),
    };
  });
  const event = avail.getUint16(usedEventOffset(num), true);
  const mark = (name: string, keeper: "driver" | "device", value: number) => {
    return { name, keeper, index: value % num, value };
  };
  return {
    ...common(split, "_used", "used ring"),
    entryBytes: USED_BYTES,
    address,
    byteCount,
    slots,
    markers: [
      mark("used idx", "device", usedIdx),
      mark(split.lastUsedName, "driver", lastUsedIdx),
      ...(hasEvents ? [mark("used_event", "driver", event)] : []),
    ],
    rule: "The device writes entries and then idx; those that the driver has not taken are the driver's.",
    source: "virtio 1.2, 2.7.8 “The Virtqueue Used Ring”",
  };
}

function common({ queue, view }: SplitQueue, part: string, title: string) {
  return {
    id: queue.name + part,
    group: queue.name,
    title: `${queue.title} ${title}`,
    driver: ACTORS.guestDriver.code,
    device: view.places.deviceActor,
    unit: "slot" as const,
    size: queue.num,
  };
}

const descriptorText: FieldText = (name, value) => {
  if (name === "flags") return flagText(value, FLAGS);
  return name === "len" ? bytesText(value) : "";
};

const usedText: FieldText = (name, value) =>
  name === "id" ? `chain that began at ${value}` : `${bytesText(value)} written`;
