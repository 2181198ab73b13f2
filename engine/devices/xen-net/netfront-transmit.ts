import { assert } from "../../core/assert.ts";
import type { NetDevice } from "../../guest/net-device.ts";
import type { Skb } from "../../guest/skb.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { GrantList, GrantTable } from "./grant-table.ts";
import { PAGE_BYTES, RING, RING_SLOTS, RSP, TX_FLAG, TX_SLOT } from "./layout.ts";
import { FrontRing } from "./shared-ring.ts";

const DRIVER = ACTORS.guestDriver.code;
/** XEN_NETIF_NR_SLOTS_MIN: slots that a packet may need. */
const PACKET_SLOTS_MAX = 18;
const NO_ID = -1;

/** What netfront's queues share. */
export interface NetfrontParts {
  readonly machine: Machine;
  readonly netDevice: NetDevice;
  readonly grants: GrantTable;
  /** Domain that may use the grants: the driver domain. */
  readonly backendDomid: number;
  /** Sends an event to the back end's port of this queue. */
  readonly notify: () => void;
  /** The back end broke the protocol: the device is taken out of service. */
  readonly disable: (what: string, value: number) => void;
}

/**
 * netfront's transmit queue: to send is to grant the frame's page and to fill a slot of the ring.
 * drivers/net/xen-netfront.c: xennet_start_xmit, xennet_tx_buf_gc.
 */
export class NetfrontTransmit {
  readonly ring: FrontRing;
  readonly #parts: NetfrontParts;
  readonly #block: SharedBlock;
  readonly #grantRefs: GrantList;
  readonly #skbs: (Skb | undefined)[] = new Array<Skb | undefined>(RING_SLOTS).fill(undefined);
  readonly #refs = new Int32Array(RING_SLOTS);
  readonly #links = new Int32Array(RING_SLOTS);
  #freeId = 0;
  readonly #xmitName: number;
  readonly #gcName: number;

  constructor(parts: NetfrontParts, block: SharedBlock) {
    this.#parts = parts;
    this.#block = block;
    this.ring = new FrontRing(block, TX_SLOT.bytes);
    this.ring.keepIndices("tx ring", parts.machine.ringIndices);
    this.#grantRefs = parts.grants.allocate(RING_SLOTS);
    for (let id = 0; id < RING_SLOTS; id++) this.#links[id] = id + 1;
    this.#links[RING_SLOTS - 1] = NO_ID;
    this.#xmitName = parts.machine.trace.id("xennet_start_xmit");
    this.#gcName = parts.machine.trace.id("xennet_tx_buf_gc");
  }

  /** `xennet_start_xmit`: one slot, since a frame's head never crosses a page. */
  xmit(skb: Skb): boolean {
    const { machine, netDevice, notify } = this.#parts;
    const { kernel } = machine;
    const span = machine.open(DRIVER, this.#xmitName, skb.byteCount);
    kernel.disableInterrupts();
    const slot = this.#setupGrant(skb);
    const block = this.#block;
    if (skb.checksumStart > 0) {
      const flags = block.load16(slot + TX_SLOT.flags);
      block.store16(slot + TX_SLOT.flags, flags | TX_FLAG.csumBlank | TX_FLAG.dataValidated);
    }
    block.store16(slot + TX_SLOT.size, skb.byteCount);
    if (this.ring.pushRequests()) notify();
    if (!this.#slotAvailable) netDevice.stopQueue();
    kernel.enableInterrupts();
    machine.close(span);
    return true;
  }

  /** `xennet_tx_buf_gc`: whether there was anything to collect. */
  collect(): boolean {
    const { machine, netDevice } = this.#parts;
    const { ring } = this;
    const span = machine.open(DRIVER, this.#gcName);
    let worked = false;
    let more = true;
    while (more) {
      const prod = this.#block.load32(RING.rspProd);
      if ((prod - ring.rspCons) >>> 0 > ring.outstanding) {
        this.#parts.disable("more transmit responses than requests", prod);
        break;
      }
      while (ring.rspCons !== prod) {
        worked = true;
        if (!this.#collectOne(ring.slot(ring.rspCons))) return worked;
        ring.rspCons = (ring.rspCons + 1) >>> 0;
      }
      more = ring.finalCheck();
    }
    if (netDevice.stopped && this.#slotAvailable) netDevice.wakeQueue();
    machine.close(span);
    return worked;
  }

  /** `netfront_tx_slot_available`. */
  get #slotAvailable(): boolean {
    return this.ring.outstanding < RING_SLOTS - PACKET_SLOTS_MAX - 1;
  }

  /** `xennet_tx_setup_grant`: id, grant, slot; returns the slot's offset. */
  #setupGrant(skb: Skb): number {
    const { grants, backendDomid } = this.#parts;
    const id = this.#freeId;
    this.#freeId = this.#links[id] as number;
    const ref = grants.claim(this.#grantRefs);
    assert(id !== NO_ID && ref >= 0, "a transmit slot has an id and a grant reference");
    const frame = Math.floor(skb.dataAddress / PAGE_BYTES);
    const offset = skb.dataAddress % PAGE_BYTES;
    assert(offset + skb.byteCount <= PAGE_BYTES, "a frame's head lies in one page");
    this.#parts.machine.packets.set(skb.dataAddress, skb.packet);
    grants.grant(ref, backendDomid, frame, true);
    this.#skbs[id] = skb;
    this.#refs[id] = ref;
    const slot = this.ring.slot(this.ring.reqProdPvt);
    this.#block.storeHalves(slot, ref, offset);
    this.#block.store32(slot + TX_SLOT.id, id | (skb.byteCount << 16));
    this.ring.reqProdPvt = (this.ring.reqProdPvt + 1) >>> 0;
    return slot;
  }

  /** One response; false when the device had to be disabled. */
  #collectOne(slot: number): boolean {
    const { grants, netDevice, disable } = this.#parts;
    const status = (this.#block.load16(slot + TX_SLOT.rspStatus) << 16) >> 16;
    if (status === 1) return true; // XEN_NETIF_RSP_NULL: an extra slot's
    const id = this.#block.load16(slot + TX_SLOT.rspId);
    const skb = this.#skbs[id];
    if (skb === undefined) {
      disable("transmit response with an id that is not in use", id);
      return false;
    }
    const ref = this.#refs[id] as number;
    if (!grants.end(ref)) {
      disable("grant still in use by the back end", ref);
      return false;
    }
    grants.release(this.#grantRefs, ref);
    this.#skbs[id] = undefined;
    this.#links[id] = this.#freeId;
    this.#freeId = id;
    if (status === RSP.error) this.#parts.machine.guestError(DRIVER, "frame not sent", id, status);
    netDevice.skbs.give(skb);
    return true;
  }
}
