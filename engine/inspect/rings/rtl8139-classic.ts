import { RECEIVE_HEADER } from "../../devices/rtl8139/descriptors.ts";
import { TRANSMIT_STATUS } from "../../devices/rtl8139/register-bits.ts";
import { ACTORS } from "../../trace/actor.ts";
import {
  bytesText,
  type FieldDraft,
  flagText,
  joinText,
  type RingDraft,
  type SlotDraft,
} from "./ring-draft.ts";
import { blockOf, type RingView } from "./ring-view.ts";
import type { RingBlock } from "./ring-places.ts";

const SLOTS = 4;
const SIZE_MASK = 0x1fff;
const HEADER_BYTES = 4;
const { OWN, TUN, TOK, TABT } = TRANSMIT_STATUS;

/** The four transmit slots and the receive buffer of C mode, as 8139too sets them up. */
export function classicRings(view: RingView): RingDraft[] {
  return [...transmitSlots(view), ...receiveBuffer(view)];
}

function transmitSlots(view: RingView): RingDraft[] {
  const first = blockOf(view, "tx_buf0");
  if (first === undefined) return [];
  const cur = view.index("tx_buf", "cur_tx");
  const dirty = view.index("tx_buf", "dirty_tx");
  const next = view.index("tx_buf", "next to send");
  const slots = Array.from({ length: SLOTS }, (_, index) =>
    transmitSlot(view, index, isBetween(dirty, cur, index)),
  );
  return [
    {
      id: "tx_buf",
      group: "tx_buf",
      title: "Transmit slots",
      driver: ACTORS.guestDriver.code,
      device: view.places.deviceActor,
      unit: "slot",
      size: SLOTS,
      entryBytes: first.byteCount,
      address: first.address,
      byteCount: SLOTS * first.byteCount,
      slots,
      markers: [
        { name: "cur_tx", keeper: "driver", index: cur % SLOTS, value: cur },
        { name: "dirty_tx", keeper: "driver", index: dirty % SLOTS, value: dirty },
        { name: "next to send", keeper: "device", index: next % SLOTS, value: next },
      ],
      rule: "TSD without OWN: the chip sends the slot; with OWN it has read the frame.",
      source: "RealTek RTL8139C+ datasheet 1.6, 9.1.1 “Transmit” (C mode operation)",
    },
  ];
}

/** Whether the n-th frame of some that are counted on and on lies in a slot. */
function isBetween(from: number, to: number, slot: number): boolean {
  for (let count = from; count < to; count++) if (count % SLOTS === slot) return true;
  return false;
}

function transmitSlot(view: RingView, index: number, pending: boolean): SlotDraft {
  const block = blockOf(view, `tx_buf${index}`) as RingBlock;
  const status = view.index("tx_buf", `TSD${index}`);
  const address = view.index("tx_buf", `TSAD${index}`);
  // After a reset TSD says nothing of OWN in every model: a slot that nobody filled is the driver's.
  const owned = (status & OWN) === 0 && (status & SIZE_MASK) !== 0;
  return {
    index,
    address: block.address,
    byteCount: block.byteCount,
    owner: owned ? "device" : "driver",
    state: owned ? "frame to send" : pending ? "sent, not taken back" : "free",
    bufferAddress: address,
    bufferBytes: status & SIZE_MASK,
    register: status,
    decode: (): FieldDraft[] => [
      {
        name: `TSD${index}`,
        value: status,
        sizeBytes: 4,
        text: joinText(
          flagText(status, { OWN, TUN, TOK, TABT }),
          (status & SIZE_MASK) > 0 ? bytesText(status & SIZE_MASK) : "",
        ),
      },
      { name: `TSAD${index}`, value: address, sizeBytes: 4, text: "" },
    ],
  };
}

/**
 * The receive buffer is a ring of bytes: frames that the driver has not read lie between CAPR + 16
 * and CBR, the rest is the chip's to write.
 */
function receiveBuffer(view: RingView): RingDraft[] {
  const block = blockOf(view, "rx_buffer");
  if (block === undefined) return [];
  const size = view.index("rx_buffer", "size");
  const capr = view.index("rx_buffer", "CAPR + 16");
  const cbr = view.index("rx_buffer", "CBR");
  const current = view.index("rx_buffer", "cur_rx");
  if (size === 0) return [];
  return [
    {
      id: "rx_buffer",
      group: "rx_buffer",
      title: "Receive buffer",
      driver: ACTORS.guestDriver.code,
      device: view.places.deviceActor,
      unit: "byte",
      size,
      entryBytes: 0,
      address: block.address,
      byteCount: block.byteCount,
      slots: receiveSlots(view.data(block.address, block.byteCount), block, { size, capr, cbr }),
      markers: [
        { name: "cur_rx", keeper: "driver", index: current % size, value: current },
        { name: "CAPR + 16", keeper: "driver", index: capr % size, value: capr },
        { name: "CBR", keeper: "device", index: cbr % size, value: cbr },
      ],
      rule: "From CAPR + 16 to CBR the driver reads; the rest is the chip's to write.",
      source: "RealTek RTL8139C+ datasheet 1.6, 9.1.2 “Receive” (C mode operation)",
    },
  ];
}

interface Positions {
  readonly size: number;
  readonly capr: number;
  readonly cbr: number;
}

function receiveSlots(data: DataView, block: RingBlock, { size, capr, cbr }: Positions) {
  const unread = (cbr - capr + size) % size;
  const pieces: SlotDraft[] = [];
  let done = 0;
  while (done + HEADER_BYTES <= unread) {
    const at = (capr + done) % size;
    const bytes = (HEADER_BYTES + data.getUint16(at + 2, true) + 3) & ~3;
    // What the chip is still writing is its own until CBR has passed the frame's end.
    if (bytes <= HEADER_BYTES || done + bytes > unread) break;
    pieces.push(frameSlot(data, block.address, at, bytes));
    done += bytes;
  }
  const start = (capr + done) % size;
  const free = size - done;
  const first = Math.min(free, size - start);
  for (const [at, bytes] of [
    [start, first],
    [0, free - first],
  ] as const) {
    if (bytes > 0) pieces.push(freeSlot(block.address, at, bytes));
  }
  const ordered = pieces.toSorted((one, other) => one.address - other.address);
  return ordered.map((slot, index) => ({ ...slot, index }));
}

function frameSlot(data: DataView, base: number, at: number, byteCount: number): SlotDraft {
  const status = data.getUint16(at, true);
  const size = data.getUint16(at + 2, true);
  return {
    index: 0,
    address: base + at,
    byteCount,
    owner: "driver",
    state: "frame received",
    bufferAddress: base + at + HEADER_BYTES,
    bufferBytes: size,
    decode: () => [
      { name: "status", value: status, sizeBytes: 2, text: flagText(status, RECEIVE_HEADER) },
      { name: "size", value: size, sizeBytes: 2, text: `with CRC ${bytesText(size)}` },
    ],
  };
}

function freeSlot(base: number, at: number, byteCount: number): SlotDraft {
  return {
    index: 0,
    address: base + at,
    byteCount,
    owner: "device",
    state: "room for frames",
    decode: () => [],
  };
}
