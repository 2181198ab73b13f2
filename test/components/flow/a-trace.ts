import { ACTORS, type ActorName, KIND, type EventName, type Trace } from "#engine";
import { TraceStore } from "../../../engine/trace/store.ts";

/** One row of a trace made by hand. */
export interface ARow {
  readonly kind: EventName;
  readonly actor: ActorName;
  readonly where?: string;
  readonly a?: number;
  readonly b?: number;
  readonly packet?: number;
  readonly parent?: number;
  readonly cause?: number;
}

/** A trace of these rows, one cycle apart. */
export function aTrace(rows: readonly ARow[]): Trace {
  const store = new TraceStore(true);
  rows.forEach(({ kind, actor, where, a, b, packet, parent, cause }, index) => {
    store.packet = packet ?? 0;
    store.parent = parent ?? -1;
    store.cause = cause ?? -1;
    store.row(index, KIND[kind], ACTORS[actor].code, store.id(where ?? ""), 4, a ?? 0, b ?? 0);
  });
  return store.finish();
}

/** A doorbell that exits, a device that fetches and sends, an interrupt that the guest takes. */
export const DOORBELL_ROWS: readonly ARow[] = [
  { kind: "copy", actor: "guestApplication", where: "sendto", a: 60 },
  { kind: "call", actor: "guestDriver", where: "cp_start_xmit" },
  { kind: "ringStore", actor: "guestDriver", where: "tx_ring", parent: 1, b: 7 },
  { kind: "vmExit", actor: "hypervisor", where: "EPT misconfiguration", a: 49, parent: 1 },
  { kind: "mmioWrite", actor: "guestDriver", where: "rtl8139", a: 0xd9, b: 0x40, parent: 1 },
  { kind: "dmaRead", actor: "deviceModel", where: "transmit descriptor", a: 16, parent: 4 },
  { kind: "copy", actor: "deviceModel", where: "transmit payload", a: 60, parent: 4 },
  { kind: "wireTransmit", actor: "wire", a: 60, parent: 4 },
  { kind: "msix", actor: "deviceModel", where: "vec0", a: 38, parent: 4 },
  { kind: "vmEntry", actor: "hypervisor", where: "EPT misconfiguration", a: 49, parent: 1 },
  { kind: "ringLoad", actor: "guestDriver", where: "tx_ring", parent: 1 },
  { kind: "interruptTaken", actor: "guestDriver", where: "vec0", a: 38, cause: 8 },
];
