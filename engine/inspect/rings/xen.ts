import {
  GRANT,
  PAGE_BYTES,
  RING,
  RING_SLOTS,
  RX_FLAG,
  RX_SLOT,
  TX_FLAG,
  TX_SLOT,
} from "../../devices/xen-net/layout.ts";
import { ACTORS } from "../../trace/actor.ts";
import {
  type EntryLayout,
  XEN_RECEIVE_REQUEST,
  XEN_RECEIVE_RESPONSE,
  XEN_TRANSMIT_REQUEST,
  XEN_TRANSMIT_RESPONSE,
} from "./entry-layout.ts";
import {
  bytesText,
  type FieldText,
  flagText,
  readFields,
  type RingDraft,
  type SlotDraft,
} from "./ring-draft.ts";
import { blockOf, type RingView } from "./ring-view.ts";

/** What differs between the two shared rings of netif. */
interface NetifRing {
  readonly block: "tx ring" | "rx ring";
  readonly title: string;
  readonly slotBytes: number;
  readonly grefOffset: number;
  readonly request: EntryLayout;
  readonly response: EntryLayout;
}

const RINGS: readonly NetifRing[] = [
  {
    block: "tx ring",
    title: "Transmit shared ring",
    slotBytes: TX_SLOT.bytes,
    grefOffset: TX_SLOT.gref,
    request: XEN_TRANSMIT_REQUEST,
    response: XEN_TRANSMIT_RESPONSE,
  },
  {
    block: "rx ring",
    title: "Receive shared ring",
    slotBytes: RX_SLOT.bytes,
    grefOffset: RX_SLOT.gref,
    request: XEN_RECEIVE_REQUEST,
    response: XEN_RECEIVE_RESPONSE,
  },
];

/** The shared rings of netfront and netback: requests and responses in the same slots. */
export function xenRings(view: RingView): RingDraft[] {
  return RINGS.flatMap((kind) => ring(view, kind));
}

function ring(view: RingView, kind: NetifRing): RingDraft[] {
  const block = blockOf(view, kind.block);
  if (block === undefined) return [];
  const data = view.data(block.address, block.byteCount);
  const reqProd = data.getUint32(RING.reqProd, true);
  const rspProd = data.getUint32(RING.rspProd, true);
  const index = (name: string): number => view.index(kind.block, name);
  const requests = count(rspProd, reqProd);
  const taken = count(rspProd, index("req_cons"));
  const responses = count(index("rsp_cons"), rspProd);
  const filled = count(reqProd, index("req_prod_pvt"));
  const slots = Array.from({ length: RING_SLOTS }, (_, slot): SlotDraft => {
    const at = RING.slots + slot * kind.slotBytes;
    const owned = after(rspProd, slot) < requests;
    const answered = !owned && after(index("rsp_cons"), slot) < responses;
    const mine = after(reqProd, slot) < filled ? "request, not shown yet" : "free";
    const theirs = after(rspProd, slot) < taken ? "being answered" : "request";
    const isRequest = owned || mine !== "free";
    const layout = isRequest ? kind.request : kind.response;
    return {
      index: slot,
      address: block.address + at,
      byteCount: kind.slotBytes,
      owner: owned ? "device" : "driver",
      state: owned ? theirs : answered ? "response, not taken" : mine,
      ...(isRequest ? granted(view, data, at, kind) : {}),
      decode: () => readFields(data, at, layout, textOf(kind, isRequest)),
    };
  });
  return [
    {
      id: kind.block,
      group: kind.block,
      title: kind.title,
      driver: ACTORS.guestDriver.code,
      device: view.places.deviceActor,
      unit: "slot",
      size: RING_SLOTS,
      entryBytes: kind.slotBytes,
      address: block.address,
      byteCount: block.byteCount,
      slots,
      markers: markers(view, kind.block, data),
      rule: "From rsp_prod up to req_prod: requests that the back end has not answered, and so its own.",
      source: "Xen 4.17, xen/include/public/io/ring.h, DEFINE_RING_TYPES; io/netif.h",
    },
  ];
}

/** From one free-running 32-bit index to another, at most the ring's size. */
function count(from: number, to: number): number {
  return Math.min((to - from) >>> 0, RING_SLOTS);
}

/** How many slots after an index's slot another one comes. */
function after(index: number, slot: number): number {
  return (slot - (index % RING_SLOTS) + RING_SLOTS) % RING_SLOTS;
}

function markers(view: RingView, ring: string, data: DataView): RingDraft["markers"] {
  const shared = (name: string, keeper: "driver" | "device", offset: number) => {
    const value = data.getUint32(offset, true);
    return { name, keeper, index: value % RING_SLOTS, value };
  };
  const own = (name: string, keeper: "driver" | "device") => {
    const value = view.index(ring, name);
    return { name, keeper, index: value % RING_SLOTS, value };
  };
  return [
    shared("req_prod", "driver", RING.reqProd),
    shared("rsp_prod", "device", RING.rspProd),
    shared("req_event", "device", RING.reqEvent),
    shared("rsp_event", "driver", RING.rspEvent),
    own("req_prod_pvt", "driver"),
    own("rsp_cons", "driver"),
    own("req_cons", "device"),
    own("rsp_prod_pvt", "device"),
  ];
}

/** The page that a request grants: struct grant_entry_v1 says which frame it is. */
function granted(view: RingView, data: DataView, at: number, kind: NetifRing) {
  const table = blockOf(view, "grant table");
  const ref = data.getUint32(at + kind.grefOffset, true);
  if (table === undefined || (ref + 1) * GRANT.bytes > table.byteCount) return {};
  const entries = view.data(table.address, table.byteCount);
  const entry = ref * GRANT.bytes;
  const page = entries.getUint32(entry + GRANT.frame, true) * PAGE_BYTES;
  if (entries.getUint16(entry + GRANT.flags, true) === 0) return {};
  if (kind.block === "rx ring") return { bufferAddress: page, bufferBytes: PAGE_BYTES };
  return {
    bufferAddress: page + data.getUint16(at + TX_SLOT.offset, true),
    bufferBytes: data.getUint16(at + TX_SLOT.size, true),
  };
}

function textOf(kind: NetifRing, isRequest: boolean): FieldText {
  const flags = kind.block === "tx ring" ? TX_FLAG : RX_FLAG;
  return (name, value) => {
    if (name === "gref") return `grant ${value}`;
    if (name === "size") return bytesText(value);
    if (name === "flags") return flagText(value, flags);
    if (name !== "status")
      return name === "id" ? `${isRequest ? "request" : "answer to"} ${value}` : "";
    const status = (value << 16) >> 16;
    if (kind.block === "rx ring" && status > 0) return bytesText(status);
    return STATUSES[String(status)] ?? `error ${status}`;
  };
}

/** NETIF_RSP_*. */
const STATUSES: Readonly<Record<string, string>> = {
  "0": "NETIF_RSP_OKAY",
  "1": "NETIF_RSP_NULL",
  "-1": "NETIF_RSP_ERROR",
  "-2": "NETIF_RSP_DROPPED",
};
