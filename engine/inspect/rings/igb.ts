import {
  DESCRIPTOR_BYTES,
  RX_STATUS,
  TX_COMMAND,
  TX_STATUS,
} from "../../devices/igb/advanced-descriptor.ts";
import { ACTORS } from "../../trace/actor.ts";
import {
  ADVANCED_CONTEXT,
  ADVANCED_RECEIVE,
  ADVANCED_RECEIVE_WRITTEN,
  ADVANCED_TRANSMIT,
} from "./entry-layout.ts";
import {
  bytesText,
  distance,
  type FieldText,
  flagText,
  joinText,
  readFields,
  readNumber,
  type RingDraft,
  type SlotDraft,
} from "./ring-draft.ts";
import type { RingBlock } from "./ring-places.ts";
import { blockOf, type RingView } from "./ring-view.ts";

const COMMAND_OFFSET = 8;
const STATUS_OFFSET = 12;
const TYPE_MASK = 0x00f0_0000;
const COMMANDS = {
  EOP: TX_COMMAND.endOfPacket,
  IFCS: TX_COMMAND.insertCrc,
  RS: TX_COMMAND.reportStatus,
  DEXT: TX_COMMAND.extended,
} as const;
const FUNCTIONS = [
  ["vf", "VF"],
  ["pf", "PF"],
] as const;

/** A ring's memory and places at a moment. */
interface IgbRing {
  readonly view: RingView;
  readonly block: RingBlock;
  readonly data: DataView;
  readonly size: number;
  readonly head: number;
  readonly tail: number;
}

/** The descriptor rings of the functions: a VF's, then the PF's. */
export function igbRings(view: RingView): RingDraft[] {
  return FUNCTIONS.flatMap(([prefix, title]) => {
    const names = ringNames(view, `${prefix}_tx_ring`, "TDH");
    return names.flatMap((name) => [
      ...transmitRing(view, name, title),
      ...receiveRing(view, name.replace("_tx_", "_rx_"), title),
    ]);
  });
}

/** Of the blocks of a function those that its queue uses: the PF leaves its first when it has VFs. */
function ringNames(view: RingView, prefix: string, register: string): string[] {
  return view.places.blocks
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix) && view.has(name, register));
}

function ringOf(view: RingView, name: string, registers: readonly [string, string]) {
  const block = blockOf(view, name);
  if (block === undefined) return undefined;
  const size = block.byteCount / DESCRIPTOR_BYTES;
  const data = view.data(block.address, block.byteCount);
  const [head, tail] = registers.map((register) => view.index(name, register) % size);
  return { view, block, data, size, head: head as number, tail: tail as number };
}

function transmitRing(view: RingView, name: string, title: string): RingDraft[] {
  const ring = ringOf(view, name, ["TDH", "TDT"]);
  if (ring === undefined) return [];
  const { block, data, size, head, tail } = ring;
  const owned = transmitOwned(ring);
  const cleaned = view.index(name, "next_to_clean");
  const sent = view.has(name, "next_to_clean") ? distance(cleaned, head, size) : 0;
  const slots = Array.from({ length: size }, (_, index): SlotDraft => {
    const at = index * DESCRIPTOR_BYTES;
    const command = data.getUint32(at + COMMAND_OFFSET, true);
    const isContext = (command & TYPE_MASK) === TX_COMMAND.context;
    const layout = isContext ? ADVANCED_CONTEXT : ADVANCED_TRANSMIT;
    const isOwned = owned[index] === 1;
    const waiting = distance(head, index, size) < distance(head, tail, size);
    const mine = distance(cleaned, index, size) < sent ? "sent, not taken back" : "free";
    return {
      index,
      address: block.address + at,
      byteCount: DESCRIPTOR_BYTES,
      owner: isOwned ? "device" : "driver",
      state: isOwned ? (waiting ? "to send" : "write-back to come") : mine,
      ...(isContext
        ? {}
        : { bufferAddress: readNumber(data, at, 8), bufferBytes: command & 0xffff }),
      decode: () => readFields(data, at, layout, transmitText),
    };
  });
  return [
    {
      ...common(ring, `${title} transmit descriptors`),
      slots,
      markers: markers(ring, ["TDH", "TDT"], ["next_to_use", "next_to_clean", "tx_tail"]),
      rule: "From TDH up to TDT: the chip's, and until DD is written back where RS asks for it.",
      source:
        "Intel 82576EB datasheet 2.63, 7.2.2.3 “Advanced Transmit Data Descriptor”; registers TDH and TDT",
    },
  ];
}

/**
 * From head to tail, and behind the head what was fetched but not reported: descriptors with RS
 * without DD, and those of the frame that such a one ends.
 */
function transmitOwned({ view, block, data, size, head, tail }: IgbRing): Uint8Array {
  const owned = new Uint8Array(size);
  const waiting = distance(head, tail, size);
  for (let i = 0; i < waiting; i++) owned[(head + i) % size] = 1;
  const name = block.name;
  const hasCleaned = view.has(name, "next_to_clean");
  const fetched = distance(view.index(name, "next_to_clean"), head, size);
  const most = hasCleaned ? fetched : size - 1 - waiting;
  let pending: boolean | undefined;
  for (let i = 1; i <= most; i++) {
    const index = (head - i + size) % size;
    const at = index * DESCRIPTOR_BYTES;
    const command = data.getUint32(at + COMMAND_OFFSET, true);
    if (command === 0) break;
    if ((command & TX_COMMAND.reportStatus) !== 0 && (command & TYPE_MASK) === TX_COMMAND.data) {
      pending = (data.getUint32(at + STATUS_OFFSET, true) & TX_STATUS.done) === 0;
      if (!pending) break;
    } else pending ??= (command & TX_COMMAND.endOfPacket) === 0;
    if (pending) owned[index] = 1;
  }
  return owned;
}

function receiveRing(view: RingView, name: string, title: string): RingDraft[] {
  const ring = ringOf(view, name, ["RDH", "RDT"]);
  if (ring === undefined) return [];
  const { block, data, size, head, tail } = ring;
  const cleanName = view.has(name, "next_to_clean") ? "next_to_clean" : "rx_tail";
  const cleaned = view.index(name, cleanName);
  const unread = distance(cleaned, head, size);
  const slots = Array.from({ length: size }, (_, index): SlotDraft => {
    const at = index * DESCRIPTOR_BYTES;
    const isOwned = distance(head, index, size) < distance(head, tail, size);
    const received = !isOwned && distance(cleaned, index, size) < unread;
    const written = !isOwned && (data.getUint32(at + COMMAND_OFFSET, true) & RX_STATUS.done) !== 0;
    const layout = written ? ADVANCED_RECEIVE_WRITTEN : ADVANCED_RECEIVE;
    const text = written ? writtenText : filledText;
    return {
      index,
      address: block.address + at,
      byteCount: DESCRIPTOR_BYTES,
      owner: isOwned ? "device" : "driver",
      state: isOwned ? "empty buffer" : received ? "frame received" : "not handed over",
      // What the chip writes back takes the address's place.
      ...(written ? {} : { bufferAddress: readNumber(data, at, 8) }),
      decode: () => readFields(data, at, layout, text),
    };
  });
  return [
    {
      ...common(ring, `${title} receive descriptors`),
      slots,
      markers: markers(ring, ["RDH", "RDT"], ["next_to_use", "next_to_clean", "rx_tail"]),
      rule: "From RDH up to RDT: the chip's to fill.",
      source: "Intel 82576EB datasheet 2.63, 7.1.5 “Receive Descriptors”; registers RDH and RDT",
    },
  ];
}

function markers(
  { view, block, size }: IgbRing,
  chips: readonly string[],
  drivers: readonly string[],
) {
  const mark = (name: string, keeper: "driver" | "device") => {
    const value = view.index(block.name, name);
    return { name, keeper, index: value % size, value };
  };
  const [head, tail] = chips as [string, string];
  return [
    mark(head, "device"),
    mark(tail, "driver"),
    ...drivers.filter((name) => view.has(block.name, name)).map((name) => mark(name, "driver")),
  ];
}

function common({ view, block, size }: IgbRing, title: string) {
  return {
    id: block.name,
    group: block.name,
    title,
    driver: ACTORS.guestDriver.code,
    device: view.places.deviceActor,
    unit: "slot" as const,
    size,
    entryBytes: DESCRIPTOR_BYTES,
    address: block.address,
    byteCount: block.byteCount,
  };
}

const transmitText: FieldText = (name, value) => {
  if (value === 0) return "";
  if (name === "cmd_type_len") {
    return joinText(flagText(value, COMMANDS), "data", bytesText(value & 0xffff));
  }
  if (name === "olinfo_status") {
    const done = (value & TX_STATUS.done) !== 0 ? "DD" : "";
    const payload = value >>> TX_STATUS.payloadShift;
    return joinText(done, payload > 0 ? `frame of ${bytesText(payload)}` : "");
  }
  return name === "type_tucmd_mlhl" ? joinText(flagText(value, COMMANDS), "context") : "";
};

const filledText: FieldText = () => "";

const writtenText: FieldText = (name, value) => {
  if (name === "status_error") {
    return flagText(value, {
      DD: RX_STATUS.done,
      EOP: RX_STATUS.endOfPacket,
      VP: RX_STATUS.vlan,
    });
  }
  return name === "length" ? bytesText(value) : "";
};
