import { assert } from "../../core/assert.ts";
import type { PvTask } from "../../cpu/paravirtual/pv-task.ts";
import { type Mbuf } from "../../guest/mbuf.ts";
import type { NetDriver } from "../../guest/net-device.ts";
import type { PollModeDriver, PollModePort } from "../../guest/poll-mode-port.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { XenDomain } from "./domain.ts";
import type { GrantList, GrantTable } from "./grant-table.ts";
import { PAGE_BYTES, RING, RING_SLOTS, RSP, RX_SLOT, TX_SLOT } from "./layout.ts";
import { FrontRing } from "./shared-ring.ts";

const DRIVER = ACTORS.guestDriver.code;
/** rsp_event that no response passes until the index wraps: the back end never sends an event. */
const NEVER = 0;
const NO_ID = -1;

/** What the polling driver is built with. */
export interface NetfrontPmdOptions {
  readonly machine: Machine;
  readonly port: PollModePort;
  readonly domain: XenDomain;
  readonly grants: GrantTable;
  readonly backendDomid: number;
  /** Mbufs of the port's pool: so many grants are made at the start. */
  readonly mbufCount: number;
  readonly txRing: SharedBlock;
  readonly rxRing: SharedBlock;
  readonly txPort: number;
  readonly rxPort: number;
  readonly allocatePort: (port: number) => void;
  readonly connectBackend: (txRef: number, rxRef: number) => void;
}

/**
 * A netfront that polls, in a process of the guest. DPDK once had drivers for Xen (xenvirt, until
 * 17.11; a netfront driver never got in), so this follows the protocol (xen/include/public/io/netif.h)
 * and not a source: pages of all mbufs are granted once and stay so, rsp_event stands still, so that
 * netback sends no events, and the driver looks at rsp_prod. netback itself sleeps: when it asks for
 * an event, the process asks its kernel for the hypercall by a system call.
 */
export class NetfrontPmd implements NetDriver, PollModeDriver {
  readonly tx: FrontRing;
  readonly rx: FrontRing;
  readonly #options: NetfrontPmdOptions;
  readonly #machine: Machine;
  readonly #grantRefs: GrantList;
  /** Reference of each granted page, by frame number; 0: not granted yet. */
  readonly #refs: Int32Array;
  readonly #txMbufs: (Mbuf | undefined)[] = new Array<Mbuf | undefined>(RING_SLOTS).fill(undefined);
  readonly #rxMbufs: (Mbuf | undefined)[] = new Array<Mbuf | undefined>(RING_SLOTS).fill(undefined);
  readonly #links = new Int32Array(RING_SLOTS);
  readonly #task: PvTask = { name: "poll loop", root: 1, stackTop: 0 };
  #freeId = 0;
  #connectBackend: (() => void) | undefined;
  #opened = false;
  /** The back end broke the protocol: nothing moves any more. */
  broken = false;

  constructor(options: NetfrontPmdOptions) {
    this.#options = options;
    this.#machine = options.machine;
    this.tx = new FrontRing(options.txRing, TX_SLOT.bytes);
    this.rx = new FrontRing(options.rxRing, RX_SLOT.bytes);
    this.tx.keepIndices("tx ring", options.machine.ringIndices);
    this.rx.keepIndices("rx ring", options.machine.ringIndices);
    this.#grantRefs = options.grants.allocate(options.mbufCount);
    this.#refs = new Int32Array(options.machine.memory.guestBytes / PAGE_BYTES);
    for (let id = 0; id < RING_SLOTS; id++) this.#links[id] = id + 1;
    this.#links[RING_SLOTS - 1] = NO_ID;
    for (const port of [options.txPort, options.rxPort]) {
      options.domain.fifo.bind(port, { lateEoi: false, handleEvent() {} });
    }
  }

  get receiveReady(): boolean {
    return this.#ready && this.#peek(this.#options.rxRing) !== this.rx.rspCons;
  }

  get transmitReady(): boolean {
    if (!this.#ready) return false;
    return this.#freeId !== NO_ID || this.#peek(this.#options.txRing) !== this.tx.rspCons;
  }

  /** The kernel's part: rings granted, ports allocated, and no wish for events in them. */
  probe(): void {
    const { domain, grants, backendDomid, txRing, rxRing, txPort, rxPort } = this.#options;
    const { view } = this.#machine.memory;
    const refs = [txRing, rxRing].map((ring) => {
      view.setUint32(ring.base + RING.reqEvent, 1, true);
      view.setUint32(ring.base + RING.rspEvent, NEVER, true);
      const ref = grants.claim(grants.allocate(1));
      grants.grant(ref, backendDomid, ring.base / PAGE_BYTES, false);
      return ref;
    });
    const { allocatePort, connectBackend } = this.#options;
    for (const port of [txPort, rxPort]) {
      domain.kernel.hypercall("event_channel_op.alloc_unbound", port, () => allocatePort(port));
    }
    const [txRef = 0, rxRef = 0] = refs;
    this.#connectBackend = () => connectBackend(txRef, rxRef);
  }

  /** The process fills the receive ring and polls from now on. */
  open(): void {
    const { domain, port } = this.#options;
    this.#refill();
    this.#connectBackend?.();
    this.#connectBackend = undefined;
    domain.blocked = false;
    domain.kernel.switchTo(this.#task);
    domain.kernel.returnToUser();
    this.#opened = true;
    // Bound only now: what was posted before has to be told.
    this.#notify(this.#options.rxPort);
    port.startPolling(this);
  }

  stop(): void {
    this.#opened = false;
    this.#options.port.stopPolling();
  }

  remove(): void {
    this.broken = true;
  }

  /** The kernel never sends by a port that it does not know. */
  startXmit(): boolean {
    return false;
  }

  receiveBurst(wanted: number): number {
    const { rxRing, port } = this.#options;
    const { trace, packets } = this.#machine;
    const { rx } = this;
    const prod = rxRing.load32(RING.rspProd);
    if ((prod - rx.rspCons) >>> 0 > rx.outstanding) return this.#disable("responses", prod);
    let done = 0;
    for (; rx.rspCons !== prod && done < wanted; done++) {
      const at = rx.rspCons % RING_SLOTS;
      const slot = rx.slot(rx.rspCons);
      const mbuf = this.#rxMbufs[at] as Mbuf;
      rxRing.load64(slot);
      const offset = rxRing.peek32(slot) >>> 16;
      const status = rxRing.peek32(slot + 4) >> 16;
      this.#rxMbufs[at] = undefined;
      rx.rspCons = (rx.rspCons + 1) >>> 0;
      if (status < 0 || offset + status > PAGE_BYTES) port.mbufs.give(mbuf);
      else {
        mbuf.dataAddress += offset - (mbuf.dataAddress % PAGE_BYTES);
        mbuf.byteCount = status;
        trace.packet = packets.get(mbuf.dataAddress);
        port.receiveMbuf(mbuf);
      }
    }
    trace.packet = -1;
    this.#refill();
    return done;
  }

  transmitBurst(mbufs: readonly Mbuf[], count: number): number {
    const { txRing } = this.#options;
    const { trace } = this.#machine;
    const { tx } = this;
    this.#collect();
    let sent = 0;
    for (; sent < count && this.#freeId !== NO_ID && !this.broken; sent++) {
      const mbuf = mbufs[sent] as Mbuf;
      trace.packet = mbuf.packet;
      const id = this.#freeId;
      this.#freeId = this.#links[id] as number;
      this.#txMbufs[id] = mbuf;
      const slot = tx.slot(tx.reqProdPvt);
      txRing.storeHalves(slot, this.#grantOf(mbuf), mbuf.dataAddress % PAGE_BYTES);
      txRing.store32(slot + TX_SLOT.id, id | (mbuf.byteCount << 16));
      tx.reqProdPvt = (tx.reqProdPvt + 1) >>> 0;
    }
    trace.packet = -1;
    if (sent > 0 && tx.pushRequests()) this.#notify(this.#options.txPort);
    return sent;
  }

  get #ready(): boolean {
    return this.#opened && !this.broken;
  }

  /** rsp_prod as it stands in memory, without a row. */
  #peek(ring: SharedBlock): number {
    return this.#machine.memory.view.getUint32(ring.base + RING.rspProd, true);
  }

  /** Takes back what netback has sent. */
  #collect(): void {
    const { txRing, port } = this.#options;
    const { tx } = this;
    const prod = txRing.load32(RING.rspProd);
    if ((prod - tx.rspCons) >>> 0 > tx.outstanding) this.#disable("responses", prod);
    while (tx.rspCons !== prod && !this.broken) {
      const slot = tx.slot(tx.rspCons);
      const status = (txRing.load16(slot + TX_SLOT.rspStatus) << 16) >> 16;
      const id = txRing.load16(slot + TX_SLOT.rspId);
      tx.rspCons = (tx.rspCons + 1) >>> 0;
      const mbuf = this.#txMbufs[id];
      if (mbuf === undefined) {
        this.#disable("a transmit response with an id that is not in use", id);
        return;
      }
      this.#txMbufs[id] = undefined;
      this.#links[id] = this.#freeId;
      this.#freeId = id;
      if (status === RSP.error) this.#machine.guestError(DRIVER, "frame not sent", id, status);
      port.mbufs.give(mbuf);
    }
  }

  /** An mbuf into each free slot; netback hears of it when it waits for buffers. */
  #refill(): void {
    const { rxRing, port, rxPort } = this.#options;
    const { rx } = this;
    let added = 0;
    for (; rx.outstanding < RING_SLOTS; added++) {
      const mbuf = port.mbufs.take();
      if (mbuf === undefined) break;
      const at = rx.reqProdPvt % RING_SLOTS;
      this.#rxMbufs[at] = mbuf;
      rxRing.store16(rx.slot(rx.reqProdPvt) + RX_SLOT.id, at);
      rxRing.store32(rx.slot(rx.reqProdPvt) + RX_SLOT.gref, this.#grantOf(mbuf));
      rx.reqProdPvt = (rx.reqProdPvt + 1) >>> 0;
    }
    if (added > 0 && rx.pushRequests() && this.#opened) this.#notify(rxPort);
  }

  /** The grant of an mbuf's page: made when the page is first used, and kept. */
  #grantOf(mbuf: Mbuf): number {
    const { grants, backendDomid } = this.#options;
    const frame = Math.floor(mbuf.dataAddress / PAGE_BYTES);
    const known = this.#refs[frame] as number;
    if (known !== 0) return known;
    const ref = grants.claim(this.#grantRefs);
    assert(ref > 0, "every mbuf of the pool has a grant reference");
    grants.grant(ref, backendDomid, frame, false);
    this.#refs[frame] = ref;
    return ref;
  }

  /** The process asks its kernel to send an event: a system call, and in it the hypercall. */
  #notify(port: number): void {
    const { kernel } = this.#options.domain;
    kernel.systemCall("ioctl (event channel notify)");
    this.#options.domain.notify(port);
    kernel.returnToUser();
  }

  #disable(what: string, value: number): 0 {
    this.broken = true;
    this.#machine.guestError(DRIVER, `netfront is disabled: ${what}`, value);
    return 0;
  }
}
