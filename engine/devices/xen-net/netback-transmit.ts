import { Napi } from "../../guest/napi.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { DomainThread } from "./domain.ts";
import { PAGE_BYTES, RING_SLOTS, RSP, TX_FLAG, TX_SLOT } from "./layout.ts";
import type { BackendFrame, Egress, NetbackParts } from "./netback-parts.ts";
import { SharedView } from "./shared-access.ts";
import { BackRing } from "./shared-ring.ts";

const DOM0 = ACTORS.deviceModel.code;
/** XEN_NETBACK_TX_COPY_LEN: what is copied of a request; the rest of its page is mapped. */
const COPY_BYTES = 128;
const ETHERNET_BYTES = 14;
const FRAME_BYTES = 2048;

/** A request that is being served (struct pending_tx_info), and the frame it becomes. */
class PendingRequest implements BackendFrame {
  readonly #queue: NetbackTransmit;
  readonly address: number;
  ref = 0;
  offset = 0;
  byteCount = 0;
  flags = 0;
  id = 0;
  status = 0;
  packet = -1;
  /** Handle of the mapped page, -1: none. */
  handle = -1;

  constructor(queue: NetbackTransmit, address: number) {
    this.#queue = queue;
    this.address = address;
  }

  /** RING_COPY_REQUEST: the slot's 12 bytes, once; the guest may change them afterwards. */
  read(block: SharedView, slot: number): void {
    block.load64(slot);
    block.load32(slot + TX_SLOT.id);
    this.ref = block.peek32(slot);
    this.offset = block.peek16(slot + TX_SLOT.offset);
    this.flags = block.peek16(slot + TX_SLOT.flags);
    this.id = block.peek16(slot + TX_SLOT.id);
    this.byteCount = block.peek16(slot + TX_SLOT.size);
    this.status = 0;
    this.handle = -1;
  }

  get headBytes(): number {
    return Math.min(this.byteCount, COPY_BYTES);
  }

  get restAddress(): number {
    return this.#queue.frameAddress(this.ref) + this.offset + COPY_BYTES;
  }

  get checksumPartial(): boolean {
    return (this.flags & TX_FLAG.csumBlank) !== 0;
  }

  release(): void {
    this.#queue.released(this);
  }
}

/**
 * netback's transmit queue in the driver domain: requests are taken in one NAPI poll; Xen copies
 * the first 128 bytes of each and maps what lies behind them; a mapped page is answered only after
 * the stack let go of it and a thread unmapped it.
 * drivers/net/xen-netback/netback.c: xenvif_tx_build_gops, xenvif_tx_submit,
 * xenvif_tx_dealloc_action.
 */
export class NetbackTransmit extends Napi {
  readonly ring: BackRing;
  readonly #parts: NetbackParts;
  readonly #egress: Egress;
  readonly #dealloc: DomainThread;
  readonly #free: PendingRequest[] = [];
  readonly #taken: PendingRequest[] = [];
  readonly #released: PendingRequest[] = [];
  readonly #buildName: number;
  readonly #endOfInterrupt: () => void;
  broken = false;

  constructor(parts: NetbackParts, block: SharedBlock, egress: Egress, port: number) {
    super();
    this.#parts = parts;
    this.#egress = egress;
    this.ring = new BackRing(new SharedView(parts.machine, block, DOM0), TX_SLOT.bytes);
    this.ring.keepIndices("tx ring", parts.machine.ringIndices);
    const { memory, trace } = parts.machine;
    for (let i = 0; i < RING_SLOTS; i++) {
      this.#free.push(
        new PendingRequest(this, memory.allocateHost(FRAME_BYTES, "netback's frames")),
      );
    }
    this.#dealloc = {
      name: "vif-dealloc",
      root: 0,
      stackTop: 0,
      runnable: false,
      run: () => this.#deallocAction(),
    };
    this.#buildName = trace.id("xenvif_tx_action");
    this.#endOfInterrupt = () => parts.domain.endOfInterrupt(port);
    const interruptName = trace.id("xenvif_tx_interrupt");
    parts.domain.fifo.bind(port, {
      lateEoi: true,
      handleEvent: () => {
        const span = parts.machine.open(DOM0, interruptName);
        this.#interrupt();
        parts.machine.close(span);
      },
    });
  }

  /** Where the page lies that a mapped reference grants. */
  frameAddress(ref: number): number {
    return this.#parts.grants.frameAddress(ref);
  }

  /** `xenvif_tx_interrupt`. */
  #interrupt(): void {
    if (this.broken) return;
    if (this.ring.unconsumed() > 0) this.#parts.softirqs.scheduleNapi(this);
    else this.#endOfInterrupt();
  }

  /** `xenvif_poll`. */
  poll(budget: number): number {
    const { machine, softirqs } = this.#parts;
    const span = machine.open(DOM0, this.#buildName);
    const worked = this.broken ? 0 : this.#action(budget);
    if (worked < budget) {
      softirqs.completeNapi(this);
      if (!this.broken) {
        if (this.ring.finalCheck()) softirqs.scheduleNapi(this);
        else this.#endOfInterrupt();
      }
    }
    machine.close(span);
    return worked;
  }

  /** `xenvif_tx_action`: grant operations of all requests, then frames one by one. */
  #action(budget: number): number {
    if (this.ring.unconsumed() === 0) return 0;
    this.#buildOperations(budget);
    const taken = this.#taken;
    if (taken.length === 0) return 0;
    const { grants, domid, domain, machine } = this.#parts;
    domain.kernel.hypercall("grant_table_op.copy", taken.length, () => {
      for (const request of taken) {
        machine.trace.packet = request.packet;
        request.status = grants.copy({ ...copyOf(request), toGrant: false }, domid);
      }
    });
    const mapped = taken.filter((request) => request.byteCount > COPY_BYTES);
    if (mapped.length > 0) {
      domain.kernel.hypercall("grant_table_op.map_grant_ref", mapped.length, () => {
        for (const request of mapped) request.handle = grants.map(request.ref, domid, true);
      });
    }
    for (const request of taken) this.#submit(request);
    const count = taken.length;
    taken.length = 0;
    return count;
  }

  /** `xenvif_tx_build_gops`: takes requests off the ring and checks what the guest wrote. */
  #buildOperations(budget: number): void {
    const { ring } = this;
    const { machine, disable } = this.#parts;
    while (this.#taken.length < budget) {
      const waiting = ring.unconsumed();
      if (waiting > RING_SLOTS) return disable("more requests than slots", waiting);
      if (waiting === 0) return;
      const request = this.#free.pop();
      if (request === undefined) return;
      const slot = ring.slot(ring.reqCons);
      request.read(ring.block, slot);
      ring.reqCons = (ring.reqCons + 1) >>> 0;
      if ((request.flags & (TX_FLAG.moreData | TX_FLAG.extraInfo)) !== 0) {
        return disable("fragments and extra slots, which are not modelled", request.flags);
      }
      if (request.byteCount < ETHERNET_BYTES) {
        machine.guestError(DOM0, "transmit request shorter than a header", request.byteCount);
        this.#respond(request, RSP.error);
        continue;
      }
      if (request.offset + request.byteCount > PAGE_BYTES) {
        return disable("transmit request across a page", request.offset);
      }
      if (request.byteCount > FRAME_BYTES) {
        return disable("transmit request longer than a frame", request.byteCount);
      }
      request.packet = this.#packetOf(request);
      this.#taken.push(request);
    }
  }

  /** `xenvif_tx_submit` for one frame: answered first, unless its page is still mapped. */
  #submit(request: PendingRequest): void {
    const { trace } = this.#parts.machine;
    trace.packet = request.packet;
    const failed = request.status < 0 || (request.byteCount > COPY_BYTES && request.handle < 0);
    if (failed) {
      if (request.handle >= 0) this.#unmapOne(request);
      this.#respond(request, RSP.error);
      return;
    }
    if (request.handle < 0) {
      // The frame is a copy: the slot is free before the stack sees it.
      this.#respondKeeping(request);
      this.#egress.send(request);
      this.#free.push(request);
    } else this.#egress.send(request);
  }

  /** `xenvif_zerocopy_callback`. */
  released(request: PendingRequest): void {
    if (request.handle < 0) return;
    this.#released.push(request);
    this.#parts.domain.wake(this.#dealloc);
  }

  /** `xenvif_tx_dealloc_action`: unmaps what the stack let go of, then answers each. */
  #deallocAction(): void {
    const released = this.#released.splice(0);
    const { domain, grants, machine } = this.#parts;
    if (released.length === 0) return;
    domain.kernel.hypercall("grant_table_op.unmap_grant_ref", released.length, () => {
      for (const request of released) {
        machine.trace.packet = request.packet;
        grants.unmap(request.handle);
      }
    });
    for (const request of released) {
      machine.trace.packet = request.packet;
      this.#respond(request, RSP.okay);
    }
  }

  #unmapOne(request: PendingRequest): void {
    const { domain, grants } = this.#parts;
    const unmap = (): void => void grants.unmap(request.handle);
    domain.kernel.hypercall("grant_table_op.unmap_grant_ref", 1, unmap);
  }

  #respond(request: PendingRequest, status: number): void {
    this.#writeResponse(request.id, status);
    this.#free.push(request);
  }

  #respondKeeping(request: PendingRequest): void {
    this.#writeResponse(request.id, RSP.okay);
  }

  /** `xenvif_idx_release`: response, index, event if asked for. */
  #writeResponse(id: number, status: number): void {
    const { ring } = this;
    const slot = ring.slot(ring.rspProdPvt);
    ring.block.store16(slot + TX_SLOT.rspId, id);
    ring.block.store16(slot + TX_SLOT.rspStatus, status);
    ring.rspProdPvt = (ring.rspProdPvt + 1) >>> 0;
    if (ring.pushResponses()) this.#parts.notify();
  }

  #packetOf(request: PendingRequest): number {
    const { grants, machine } = this.#parts;
    const page = grants.frameAddress(request.ref);
    return page < 0 ? -1 : machine.packets.get(page + request.offset);
  }
}

function copyOf(request: PendingRequest): {
  ref: number;
  offset: number;
  address: number;
  byteCount: number;
} {
  const { ref, offset, address, headBytes: byteCount } = request;
  return { ref, offset, address, byteCount };
}
