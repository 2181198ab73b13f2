import { assert } from "../../core/assert.ts";
import type { Machine } from "../../machine.ts";
import { BufferPool } from "../../memory/buffer-pool.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { GrantList } from "./grant-table.ts";
import { PAGE_BYTES, RING, RING_SLOTS, RX_SLOT } from "./layout.ts";
import type { NetfrontParts } from "./netfront-transmit.ts";
import { FrontRing } from "./shared-ring.ts";

const DRIVER = ACTORS.guestDriver.code;
/** NET_RX_SLOTS_MIN: fewer posted buffers are not worth telling. */
const POSTED_MIN = 19;
/** Frames that NAPI's list holds before they go up together (`gro_normal_batch`). */
const LIST_FRAMES_MAX = 8;

/**
 * netfront's receive queue: pages granted for writing, one per slot, replaced in the same poll.
 * drivers/net/xen-netfront.c: xennet_poll, xennet_get_responses, xennet_alloc_rx_buffers.
 */
export class NetfrontReceive {
  readonly ring: FrontRing;
  readonly #parts: NetfrontParts;
  readonly #machine: Machine;
  readonly #block: SharedBlock;
  readonly #grantRefs: GrantList;
  readonly #pages: BufferPool;
  readonly #addresses = new Float64Array(RING_SLOTS);
  readonly #refs = new Int32Array(RING_SLOTS);
  /** Frames that wait for the stack: page address, bytes. */
  readonly #listAddresses = new Float64Array(LIST_FRAMES_MAX);
  readonly #listOffsets = new Int32Array(LIST_FRAMES_MAX);
  readonly #listBytes = new Int32Array(LIST_FRAMES_MAX);
  #listCount = 0;
  /** `rx_rsp_unconsumed`: what the last look saw. */
  #unconsumed = 0;
  readonly #allocName: number;
  readonly #badResponse: number;

  constructor(parts: NetfrontParts, block: SharedBlock) {
    this.#parts = parts;
    this.#machine = parts.machine;
    this.#block = block;
    this.ring = new FrontRing(block, RX_SLOT.bytes);
    this.ring.keepIndices("rx ring", parts.machine.ringIndices);
    this.#grantRefs = parts.grants.allocate(RING_SLOTS);
    this.#pages = new BufferPool(parts.machine.memory, PAGE_BYTES, PAGE_BYTES);
    this.#allocName = parts.machine.trace.id("xennet_alloc_rx_buffers");
    this.#badResponse = parts.machine.trace.id("receive response that cannot be");
  }

  /** `xennet_alloc_rx_buffers`: a granted page for every free slot. */
  refill(): void {
    const { grants, backendDomid, notify, machine } = this.#parts;
    const { ring } = this;
    const span = machine.open(DRIVER, this.#allocName);
    while (ring.outstanding < RING_SLOTS) {
      const address = this.#pages.take();
      const ref = grants.claim(this.#grantRefs);
      assert(ref >= 0, "a receive slot has a grant reference");
      grants.grant(ref, backendDomid, address / PAGE_BYTES, false);
      this.#fill(address, ref);
    }
    if (ring.outstanding >= POSTED_MIN && ring.pushRequests()) notify();
    machine.close(span);
  }

  /** `xennet_open` after the buffers: asks for the first response. */
  open(): void {
    this.refill();
    this.#block.store32(RING.rspEvent, this.ring.rspCons + 1);
  }

  /** `xennet_handle_rx`: whether NAPI has something to do. */
  handleInterrupt(): boolean {
    const queued = this.#count();
    if (queued < this.#unconsumed) {
      this.#parts.disable("responses that went away", queued);
      return false;
    }
    this.#unconsumed = queued;
    return queued > 0;
  }

  /** The body of `xennet_poll`: takes responses, posts new pages; returns the number of packets. */
  poll(budget: number): number {
    const prod = this.#block.load32(RING.rspProd);
    const { ring } = this;
    if ((prod - ring.rspCons) >>> 0 > ring.outstanding) {
      this.#parts.disable("more receive responses than requests", prod);
      return 0;
    }
    let worked = 0;
    while (ring.rspCons !== prod && worked < budget) {
      if (!this.#takeOne(ring.rspCons)) return worked;
      worked++;
    }
    this.refill();
    return worked;
  }

  /** NAPI is done: the frames on its list go up the stack. */
  deliver(): void {
    const { netDevice } = this.#parts;
    for (let i = 0; i < this.#listCount; i++) {
      const page = this.#listAddresses[i] as number;
      netDevice.receive(page + (this.#listOffsets[i] as number), this.#listBytes[i] as number);
      this.#pages.give(page);
    }
    this.#listCount = 0;
  }

  /** One response and its page; false when the device had to be disabled. */
  #takeOne(cons: number): boolean {
    const { grants, disable } = this.#parts;
    const at = cons % RING_SLOTS;
    const response = this.#loadResponse(this.ring.slot(cons));
    const address = this.#addresses[at] as number;
    const ref = this.#refs[at] as number;
    if (response.status < 0 || response.offset + response.status > PAGE_BYTES) {
      // xennet_move_rx_slot: the page goes back into the ring as it is.
      this.#machine.note(KIND.frameDropped, DRIVER, this.#badResponse, 0, response.status);
      this.#fill(address, ref);
      this.#setConsumed(cons + 1);
      return true;
    }
    if (!grants.end(ref)) {
      disable("grant still in use by the back end", ref);
      return false;
    }
    grants.release(this.#grantRefs, ref);
    // Once for the packet's last fragment (xennet_fill_frags), once in the loop of xennet_poll.
    this.#unconsumed = this.#count();
    this.#setConsumed(cons + 1);
    if (this.#listCount === LIST_FRAMES_MAX) this.deliver();
    const n = this.#listCount++;
    this.#listAddresses[n] = address;
    this.#listOffsets[n] = response.offset;
    this.#listBytes[n] = response.status;
    return true;
  }

  readonly #response = { offset: 0, status: 0 };

  /** RING_COPY_RESPONSE: 8 bytes at once. */
  #loadResponse(slot: number): { offset: number; status: number } {
    this.#block.load64(slot);
    const low = this.#block.peek32(slot);
    const high = this.#block.peek32(slot + 4);
    this.#response.offset = low >>> 16;
    this.#response.status = high >> 16;
    return this.#response;
  }

  /** Fills the next request slot with a granted page. */
  #fill(address: number, ref: number): void {
    const { ring } = this;
    const prod = ring.reqProdPvt;
    const at = prod % RING_SLOTS;
    this.#addresses[at] = address;
    this.#refs[at] = ref;
    this.#block.store16(ring.slot(prod) + RX_SLOT.id, at);
    this.#block.store32(ring.slot(prod) + RX_SLOT.gref, ref);
    ring.reqProdPvt = (prod + 1) >>> 0;
  }

  /** `xennet_set_rx_rsp_cons`. */
  #setConsumed(cons: number): void {
    this.ring.rspCons = cons >>> 0;
    this.#unconsumed = this.#count();
  }

  #count(): number {
    return (this.#block.load32(RING.rspProd) - this.ring.rspCons) >>> 0;
  }
}
