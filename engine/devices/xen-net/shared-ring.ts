import type { RingIndices } from "../../memory/ring-indices.ts";
import { RING, RING_SLOTS } from "./layout.ts";
import type { SharedAccess, SharedView } from "./shared-access.ts";

/** A 32-bit ring index: wraps. */
function index(value: number): number {
  return value >>> 0;
}

/** The front end's private indices over a shared ring; xen/include/public/io/ring.h. */
export class FrontRing {
  readonly block: SharedAccess;
  readonly slotBytes: number;
  /** Requests filled, of which the other side need not know yet. */
  reqProdPvt = 0;
  /** Responses consumed. */
  rspCons = 0;

  constructor(block: SharedAccess, slotBytes: number) {
    this.block = block;
    this.slotBytes = slotBytes;
  }

  /** Makes its private indices known to whoever shows the ring. */
  keepIndices(ring: string, indices: RingIndices): void {
    indices.set(ring, "driver", "req_prod_pvt", () => this.reqProdPvt);
    indices.set(ring, "driver", "rsp_cons", () => this.rspCons);
  }

  /** Offset of the slot that an index means. */
  slot(at: number): number {
    return RING.slots + (at % RING_SLOTS) * this.slotBytes;
  }

  /** Requests that are filled and not answered. */
  get outstanding(): number {
    return index(this.reqProdPvt - this.rspCons);
  }

  /** RING_PUSH_REQUESTS_AND_CHECK_NOTIFY: whether the back end asked to hear of one of them. */
  pushRequests(): boolean {
    const old = this.block.load32(RING.reqProd);
    const now = this.reqProdPvt;
    this.block.store32(RING.reqProd, now);
    return index(now - this.block.load32(RING.reqEvent)) < index(now - old);
  }

  /** RING_FINAL_CHECK_FOR_RESPONSES: whether there are more; if not, the next one is announced. */
  finalCheck(): boolean {
    if (this.block.load32(RING.rspProd) !== this.rspCons) return true;
    this.block.store32(RING.rspEvent, index(this.rspCons + 1));
    return this.block.load32(RING.rspProd) !== this.rspCons;
  }
}

/** The back end's private indices over a shared ring. */
export class BackRing {
  readonly block: SharedView;
  readonly slotBytes: number;
  /** Responses written, of which the other side need not know yet. */
  rspProdPvt = 0;
  /** Requests consumed. */
  reqCons = 0;

  constructor(block: SharedView, slotBytes: number) {
    this.block = block;
    this.slotBytes = slotBytes;
  }

  /** Makes its private indices known to whoever shows the ring. */
  keepIndices(ring: string, indices: RingIndices): void {
    indices.set(ring, "device", "rsp_prod_pvt", () => this.rspProdPvt);
    indices.set(ring, "device", "req_cons", () => this.reqCons);
  }

  /** Offset of the slot that an index means. */
  slot(at: number): number {
    return RING.slots + (at % RING_SLOTS) * this.slotBytes;
  }

  /** Requests that wait, as the front end's index says. */
  unconsumed(): number {
    return index(this.block.load32(RING.reqProd) - this.reqCons);
  }

  /** RING_PUSH_RESPONSES_AND_CHECK_NOTIFY: whether the front end asked to hear of one of them. */
  pushResponses(): boolean {
    const old = this.block.load32(RING.rspProd);
    const now = this.rspProdPvt;
    this.block.store32(RING.rspProd, now);
    return index(now - this.block.load32(RING.rspEvent)) < index(now - old);
  }

  /** RING_FINAL_CHECK_FOR_REQUESTS: whether there are more; if not, the next one is announced. */
  finalCheck(): boolean {
    if (this.unconsumed() > 0) return true;
    this.block.store32(RING.reqEvent, index(this.reqCons + 1));
    return this.unconsumed() > 0;
  }
}
