import { DESCRIPTOR_BYTES, OPTS1, OPTS2 } from "../../devices/rtl8139/descriptors.ts";
import { RECEIVE_SIZE_MASK, TRANSMIT_SIZE_MASK } from "../../devices/rtl8139/descriptors.ts";
import { ACTORS } from "../../trace/actor.ts";
import { CP_DESCRIPTOR } from "./entry-layout.ts";
import {
  bytesText,
  distance,
  type FieldText,
  flagText,
  joinText,
  readFields,
  type RingDraft,
  type SlotDraft,
} from "./ring-draft.ts";
import { blockOf, type RingView } from "./ring-view.ts";

const COMMON = { OWN: OPTS1.OWN, EOR: OPTS1.EOR, FS: OPTS1.FS, LS: OPTS1.LS } as const;
const TRANSMIT_FLAGS = {
  ...COMMON,
  LGSEN: OPTS1.LGSEN,
  IPCS: OPTS1.IPCS,
  UDPCS: OPTS1.UDPCS,
  TCPCS: OPTS1.TCPCS,
} as const;
const RECEIVE_FLAGS = { ...COMMON, MAR: OPTS1.MAR, PAM: OPTS1.PAM, BAR: OPTS1.BAR } as const;
const RULE = "OWN set: the chip's; OWN clear: the driver's.";

/** The two descriptor rings of C+ mode, as 8139cp sets them up. */
export function cPlusRings(view: RingView): RingDraft[] {
  const rings = [ring(view, "tx_ring", true), ring(view, "rx_ring", false)];
  return rings.filter((draft) => draft !== undefined);
}

function ring(view: RingView, name: string, transmit: boolean): RingDraft | undefined {
  const block = blockOf(view, name);
  if (block === undefined) return undefined;
  const { address, byteCount } = block;
  const data = view.data(address, byteCount);
  const size = byteCount / DESCRIPTOR_BYTES;
  const tail = view.index(name, transmit ? "tx_tail" : "rx_tail");
  const sent = transmit ? distance(tail, view.index(name, "tx_head"), size) : 0;
  const slots = Array.from({ length: size }, (_, index): SlotDraft => {
    const at = index * DESCRIPTOR_BYTES;
    const opts1 = data.getUint32(at, true);
    const owned = opts1 >= OPTS1.OWN;
    const unread = transmit ? distance(tail, index, size) < sent : (opts1 & OPTS1.LS) !== 0;
    return {
      index,
      address: address + at,
      byteCount: DESCRIPTOR_BYTES,
      owner: owned ? "device" : "driver",
      state: stateOf(transmit, owned, unread),
      bufferAddress: data.getUint32(at + 8, true) + data.getUint32(at + 12, true) * 4294967296,
      bufferBytes: opts1 & (transmit ? TRANSMIT_SIZE_MASK : RECEIVE_SIZE_MASK),
      decode: () => readFields(data, at, CP_DESCRIPTOR, transmit ? transmitText : receiveText),
    };
  });
  const mine = transmit ? ["tx_head", "tx_tail"] : ["rx_tail"];
  const chips = transmit ? "next to send" : "next to fill";
  const place = (of: string, keeper: "driver" | "device") => {
    const value = view.index(name, of);
    return { name: of, keeper, index: value % size, value };
  };
  return {
    id: name,
    group: name,
    title: transmit ? "Transmit descriptors" : "Receive descriptors",
    driver: ACTORS.guestDriver.code,
    device: view.places.deviceActor,
    unit: "slot",
    size,
    entryBytes: DESCRIPTOR_BYTES,
    address,
    byteCount,
    slots,
    markers: [...mine.map((of) => place(of, "driver")), place(chips, "device")],
    rule: RULE,
    source: transmit
      ? "RealTek RTL8139C+ datasheet 1.6, 9.2.1 “Transmit” (C+ mode operation)"
      : "RealTek RTL8139C+ datasheet 1.6, 9.2.2 “Receive” (C+ mode operation)",
  };
}

function stateOf(transmit: boolean, owned: boolean, unread: boolean): string {
  if (transmit) {
    if (owned) return "frame to send";
    return unread ? "sent, not taken back" : "free";
  }
  if (owned) return "empty buffer";
  return unread ? "frame received" : "free";
}

const transmitText: FieldText = (name, value) => {
  if (name === "opts1") {
    const length = value & TRANSMIT_SIZE_MASK;
    return joinText(flagText(value, TRANSMIT_FLAGS), length > 0 ? bytesText(length) : "");
  }
  return name === "opts2" && (value & OPTS2.TAGC) !== 0 ? "TAGC, VLAN tag to insert" : "";
};

const receiveText: FieldText = (name, value) => {
  if (name === "opts1") {
    const length = value & RECEIVE_SIZE_MASK;
    const what = value >= OPTS1.OWN ? "room for " : "with CRC ";
    return joinText(flagText(value, RECEIVE_FLAGS), length > 0 ? what + bytesText(length) : "");
  }
  return name === "opts2" && (value & OPTS2.TAVA) !== 0 ? "TAVA, VLAN tag taken out" : "";
};
