import { DATA_DESC_BYTES, DESC_BYTES, RCD, TCD } from "../../devices/vmxnet3/descriptors.ts";
import { ACTORS } from "../../trace/actor.ts";
import {
  type EntryLayout,
  VMXNET3_RECEIVE,
  VMXNET3_RECEIVE_COMPLETION,
  VMXNET3_TRANSMIT,
  VMXNET3_TRANSMIT_COMPLETION,
} from "./entry-layout.ts";
import { distance, readFields, readNumber, type RingDraft, type SlotDraft } from "./ring-draft.ts";
import type { RingBlock } from "./ring-places.ts";
import type { SlotOwner } from "./ring-state.ts";
import { blockOf, type RingView } from "./ring-view.ts";
import { receiveText, transmitText } from "./vmxnet3-text.ts";

const SOURCE = "Linux 6.12, drivers/net/vmxnet3/vmxnet3_defs.h, struct ";

/** A ring's memory and places at a moment. */
interface Ring {
  readonly block: RingBlock;
  readonly data: DataView;
  readonly size: number;
}

/** The completions that the driver has not read. */
interface Completions extends Ring {
  readonly next2proc: number;
  readonly unread: number;
}

/** The command, data and completion rings of a queue pair. */
export function vmxnet3Rings(view: RingView): RingDraft[] {
  return [...transmitRings(view), ...receiveRings(view)];
}

function ringOf(view: RingView, name: string): Ring | undefined {
  const block = blockOf(view, name);
  if (block === undefined) return undefined;
  const data = view.data(block.address, block.byteCount);
  return { block, data, size: block.byteCount / DESC_BYTES };
}

function completionsOf(view: RingView, name: string): Completions | undefined {
  const ring = ringOf(view, name);
  if (ring === undefined) return undefined;
  const next2proc = view.index(name, "next2proc");
  let gen = view.index(name, "driver gen");
  let unread = 0;
  for (let at = next2proc; unread < ring.size; unread++) {
    if (ring.data.getUint32(at * DESC_BYTES + 12, true) >>> TCD.genShift !== gen) break;
    if (++at === ring.size) {
      at = 0;
      gen ^= 1;
    }
  }
  return { ...ring, next2proc, unread };
}

/**
 * The descriptors of a command ring that are the device's: from where it has completed them, over
 * what it has taken, to where the generation bit is not that of its round.
 */
function ownedFrom(view: RingView, ring: Ring, start: number, word2Gen: number): Uint8Array {
  const { block, data, size } = ring;
  const owned = new Uint8Array(size);
  const next = view.index(block.name, "next");
  const taken = distance(start, next, size);
  for (let i = 0; i < taken; i++) owned[(start + i) % size] = 1;
  let gen = view.index(block.name, "gen");
  for (let i = 0, at = next; i < size - taken; i++) {
    if (((data.getUint32(at * DESC_BYTES + 8, true) >>> word2Gen) & 1) !== gen) break;
    owned[at] = 1;
    if (++at === size) {
      at = 0;
      gen ^= 1;
    }
  }
  return owned;
}

function transmitRings(view: RingView): RingDraft[] {
  const ring = ringOf(view, "tx_ring");
  const completions = completionsOf(view, "tx_comp_ring");
  const dataBlock = blockOf(view, "tx_data_ring_head");
  if (ring === undefined || completions === undefined || dataBlock === undefined) return [];
  const { size, block } = ring;
  const cleaned = view.index("tx_ring", "next2comp");
  const last = (completions.next2proc + completions.unread - 1) % completions.size;
  const txdIdx = completions.data.getUint32(Math.max(last, 0) * DESC_BYTES, true) & TCD.txdIdxMask;
  const start = completions.unread > 0 ? (txdIdx + 1) % size : cleaned;
  const owned = ownedFrom(view, ring, start, 14);
  const sent = distance(cleaned, start, size);
  const next = view.index("tx_ring", "next");
  const taken = distance(start, next, size);
  const stateOf = (index: number): string => {
    if (owned[index] === 1) return distance(start, index, size) < taken ? "being sent" : "to send";
    return distance(cleaned, index, size) < sent ? "sent, not taken back" : "free";
  };
  const slots = descriptorSlots(ring, VMXNET3_TRANSMIT, owned, stateOf);
  const base = common(view, "tx");
  const copied = slots.map((slot): SlotDraft => {
    const address = dataBlock.address + slot.index * DATA_DESC_BYTES;
    const used = slot.owner === "device" && slot.bufferAddress === address;
    return {
      index: slot.index,
      address,
      byteCount: DATA_DESC_BYTES,
      owner: used ? "device" : "driver",
      state: used ? "headers to send" : "free",
      refersTo: { ring: "tx_ring", index: slot.index },
      decode: () => [],
    };
  });
  return [
    {
      ...base,
      ...shape(ring, DESC_BYTES),
      title: "Transmit descriptors",
      slots,
      markers: commandMarkers(view, "tx_ring", size),
      rule: "The generation bit is that of the device's round: the device's, until it is completed.",
      source: `${SOURCE}Vmxnet3_TxDesc`,
    },
    {
      ...base,
      id: dataBlock.name,
      size,
      entryBytes: DATA_DESC_BYTES,
      address: dataBlock.address,
      byteCount: dataBlock.byteCount,
      title: "Transmit data ring",
      slots: copied,
      markers: [],
      rule: "A place belongs to whoever has the descriptor of the same number, if that points to it.",
      source: `${SOURCE}Vmxnet3_TxDataDesc`,
    },
    completionRing(view, completions, {
      ...base,
      title: "Transmit completions",
      layout: VMXNET3_TRANSMIT_COMPLETION,
      source: `${SOURCE}Vmxnet3_TxCompDesc`,
      refersTo: (at) => ({
        ring: block.name,
        index: completions.data.getUint32(at, true) & TCD.txdIdxMask,
      }),
    }),
  ];
}

function receiveRings(view: RingView): RingDraft[] {
  const completions = completionsOf(view, "rx_comp_ring");
  if (completions === undefined) return [];
  const base = common(view, "rx");
  const ringName = (at: number): string =>
    ((completions.data.getUint32(at, true) >>> RCD.rqIdShift) & RCD.rqIdMask) === 0
      ? "rx_ring0"
      : "rx_ring1";
  const indexAt = (at: number): number => completions.data.getUint32(at, true) & RCD.rxdIdxMask;
  const rings = ["rx_ring0", "rx_ring1"].flatMap((name): RingDraft[] => {
    const ring = ringOf(view, name);
    if (ring === undefined) return [];
    const { size } = ring;
    const next = view.index(name, "next");
    let start = next;
    let found = false;
    const received = new Set<number>();
    const { next2proc, unread } = completions;
    for (let back = 1; back <= completions.size; back++) {
      const entry = distance(back, next2proc + unread, completions.size);
      const at = entry * DESC_BYTES;
      if (isEmpty(completions.data, at)) break;
      if (ringName(at) !== name) continue;
      if (!found) start = (indexAt(at) + 1) % size;
      found = true;
      if (back > unread) break;
      received.add(indexAt(at));
    }
    const owned = ownedFrom(view, ring, start, 31);
    const stateOf = (index: number): string => {
      if (owned[index] === 1) return "empty buffer";
      return received.has(index) ? "frame received" : "not handed over";
    };
    return [
      {
        ...base,
        ...shape(ring, DESC_BYTES),
        title: name === "rx_ring0" ? "Receive descriptors, heads" : "Receive descriptors, bodies",
        slots: descriptorSlots(ring, VMXNET3_RECEIVE, owned, stateOf),
        markers: commandMarkers(view, name, size),
        rule: "The generation bit is that of the device's round: the device's, until it is completed.",
        source: `${SOURCE}Vmxnet3_RxDesc`,
      },
    ];
  });
  const completed = completionRing(view, completions, {
    ...base,
    title: "Receive completions",
    layout: VMXNET3_RECEIVE_COMPLETION,
    source: `${SOURCE}Vmxnet3_RxCompDesc`,
    refersTo: (at) => ({ ring: ringName(at), index: indexAt(at) }),
  });
  return [...rings, completed];
}

/** Whether an entry was never written since the rings were cleared: a completion has a length. */
function isEmpty(data: DataView, at: number): boolean {
  return [0, 4, 8, 12].every((word) => data.getUint32(at + word, true) === 0);
}

function descriptorSlots(
  { block, data, size }: Ring,
  layout: EntryLayout,
  owned: Uint8Array,
  stateOf: (index: number) => string,
): SlotDraft[] {
  const text = layout === VMXNET3_TRANSMIT ? transmitText : receiveText;
  return Array.from({ length: size }, (_, index): SlotDraft => {
    const at = index * DESC_BYTES;
    return {
      index,
      address: block.address + at,
      byteCount: DESC_BYTES,
      owner: owned[index] === 1 ? "device" : "driver",
      state: stateOf(index),
      bufferAddress: readNumber(data, at, 8),
      // A length of 0 stands for 16,384 bytes.
      bufferBytes: data.getUint32(at + 8, true) & 0x3fff,
      decode: () => readFields(data, at, layout, text),
    };
  });
}

interface CompletionChoice extends ReturnType<typeof common> {
  readonly title: string;
  readonly layout: EntryLayout;
  readonly source: string;
  readonly refersTo: (at: number) => { readonly ring: string; readonly index: number };
}

function completionRing(
  view: RingView,
  completions: Completions,
  choice: CompletionChoice,
): RingDraft {
  const { block, data, size, next2proc, unread } = completions;
  const { layout, refersTo, ...rest } = choice;
  const text = layout === VMXNET3_TRANSMIT_COMPLETION ? transmitText : receiveText;
  const slots = Array.from({ length: size }, (_, index): SlotDraft => {
    const at = index * DESC_BYTES;
    const mine = distance(next2proc, index, size) < unread;
    const owner: SlotOwner = mine ? "driver" : "device";
    return {
      index,
      address: block.address + at,
      byteCount: DESC_BYTES,
      owner,
      state: mine ? "completion to read" : "free",
      ...(isEmpty(data, at) ? {} : { refersTo: refersTo(at) }),
      decode: () => readFields(data, at, layout, text),
    };
  });
  const next = view.index(block.name, "next");
  return {
    ...rest,
    ...shape(completions, DESC_BYTES),
    slots,
    markers: [
      { name: "next2proc", keeper: "driver", index: next2proc, value: next2proc },
      { name: "next", keeper: "device", index: next, value: next },
    ],
    rule: "The generation bit is that of the driver's round: the driver's to read; otherwise the device's.",
  };
}

function commandMarkers(view: RingView, name: string, size: number) {
  const mark = (of: string, keeper: "driver" | "device") => {
    const value = view.index(name, of);
    return { name: of, keeper, index: value % size, value };
  };
  return [mark("next2fill", "driver"), mark("next2comp", "driver"), mark("next", "device")];
}

function shape({ block, size }: Ring, entryBytes: number) {
  const { name: id, address, byteCount } = block;
  return { id, size, entryBytes, address, byteCount };
}

function common(view: RingView, group: string) {
  return {
    group,
    driver: ACTORS.guestDriver.code,
    device: view.places.deviceActor,
    unit: "slot" as const,
  };
}
