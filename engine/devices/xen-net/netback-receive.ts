import type { SharedBlock } from "../../memory/shared-block.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { DomainThread } from "./domain.ts";
import { RING, RX_FLAG, RX_SLOT } from "./layout.ts";
import type { NetbackParts } from "./netback-parts.ts";
import { SharedView } from "./shared-access.ts";
import { BackRing } from "./shared-ring.ts";

const DOM0 = ACTORS.deviceModel.code;
/** RX_BATCH_SIZE: frames of one turn, COPY_BATCH_SIZE: copies of one hypercall. */
const BATCH_FRAMES = 64;
/** Bytes that may wait for the guest: half its ring of whole frames (xenvif_init_queue). */
const QUEUE_BYTES_MAX = 128 * 1514;
const FRAME_BYTES = 2048;

/** A frame that waits for the guest, in the driver domain's memory. */
interface WaitingFrame {
  readonly address: number;
  byteCount: number;
  packet: number;
  checksumPartial: boolean;
  dataValidated: boolean;
}

interface PendingCopy {
  frame: WaitingFrame;
  ref: number;
  slot: number;
}

/**
 * netback's receive queue: frames for the guest wait in a list until the kthread `vif-guest-rx`
 * copies them into the pages that the guest granted.
 * drivers/net/xen-netback/rx.c: xenvif_kthread_guest_rx, xenvif_rx_skb, xenvif_rx_copy_flush.
 */
export class NetbackReceive {
  readonly ring: BackRing;
  readonly #parts: NetbackParts;
  readonly #thread: DomainThread;
  readonly #free: WaitingFrame[] = [];
  readonly #queue: WaitingFrame[] = [];
  readonly #copies: PendingCopy[] = [];
  readonly #endOfInterrupt: () => void;
  readonly #fullName: number;
  readonly #actionName: number;
  #queueBytes = 0;
  #eoiPending = false;
  /** Called when the list has room again. */
  onRoom: () => void = () => {};
  broken = false;

  constructor(parts: NetbackParts, block: SharedBlock, port: number) {
    this.#parts = parts;
    this.ring = new BackRing(new SharedView(parts.machine, block, DOM0), RX_SLOT.bytes);
    this.ring.keepIndices("rx ring", parts.machine.ringIndices);
    this.#thread = {
      name: "vif-guest-rx",
      root: 0,
      stackTop: 0,
      runnable: false,
      run: () => this.#guestRx(),
    };
    this.#endOfInterrupt = () => parts.domain.endOfInterrupt(port);
    this.#fullName = parts.machine.trace.id("vif queue full");
    this.#actionName = parts.machine.trace.id("xenvif_rx_action");
    const handleEvent = (): void => this.#interrupt();
    parts.domain.fifo.bind(port, { lateEoi: true, handleEvent });
  }

  /** Whether another frame of this size may wait. */
  hasRoom(byteCount: number): boolean {
    return this.#queueBytes + byteCount <= QUEUE_BYTES_MAX;
  }

  /**
   * `xenvif_start_xmit`: takes a frame from the driver domain's stack and wakes the thread.
   * @param address Where it lies, for this call only.
   */
  startXmit(
    address: number,
    byteCount: number,
    checksum: { readonly partial: boolean; readonly validated: boolean },
  ): void {
    const { machine, domain } = this.#parts;
    if (this.broken || !this.hasRoom(byteCount) || byteCount > FRAME_BYTES) {
      machine.note(KIND.frameDropped, DOM0, this.#fullName, byteCount, 0);
      return;
    }
    const frame = this.#take();
    machine.memory.move(address, frame.address, byteCount);
    frame.byteCount = byteCount;
    frame.packet = machine.trace.packet;
    frame.checksumPartial = checksum.partial;
    frame.dataValidated = checksum.validated;
    this.#queue.push(frame);
    this.#queueBytes += byteCount;
    domain.wake(this.#thread);
  }

  /** `xenvif_rx_interrupt`: the guest posted buffers that were waited for. */
  #interrupt(): void {
    this.#eoiPending = true;
    if (!this.broken) this.#parts.domain.wake(this.#thread);
  }

  /** The kthread from waking up until it sleeps again. */
  #guestRx(): void {
    let work = this.#haveWork();
    while (work) {
      this.#action();
      this.#stalled();
      this.onRoom();
      // Twice before it sleeps: before and after it is on the wait queue.
      work = this.#haveWork() || this.#haveWork();
    }
    if (!this.#eoiPending) return;
    this.#eoiPending = false;
    this.#endOfInterrupt();
  }

  /** `xenvif_have_rx_work`. */
  #haveWork(): boolean {
    return this.#slotsAvailable() || this.#stalled();
  }

  /** `xenvif_rx_queue_stalled`: looks at the guest's index; its time-out is not modelled. */
  #stalled(): boolean {
    if (!this.broken) this.ring.block.load32(RING.reqProd);
    return false;
  }

  /** `xenvif_rx_action`. */
  #action(): void {
    const span = this.#parts.machine.open(DOM0, this.#actionName);
    let done = 0;
    while (done < BATCH_FRAMES && this.#slotsAvailable()) {
      this.#frame(this.#queue.shift() as WaitingFrame);
      done++;
    }
    this.#copyFlush();
    this.#parts.machine.close(span);
  }

  /** `xenvif_rx_ring_slots_available`: one for each frame; if there is none, the next is asked for. */
  #slotsAvailable(): boolean {
    if (this.#queue.length === 0 || this.broken) return false;
    const { ring } = this;
    for (;;) {
      const prod = ring.block.load32(RING.reqProd);
      if (prod !== ring.reqCons) return true;
      ring.block.store32(RING.reqEvent, (prod + 1) >>> 0);
      if (ring.block.load32(RING.reqProd) === prod) return false;
    }
  }

  /** `xenvif_rx_skb`: request, response, copy operation. */
  #frame(frame: WaitingFrame): void {
    const { ring } = this;
    this.#parts.machine.trace.packet = frame.packet;
    this.#queueBytes -= frame.byteCount;
    const slot = ring.slot(ring.reqCons);
    const ref = ring.block.load32(slot + RX_SLOT.gref);
    this.#copies.push({ frame, ref, slot });
    let flags = frame.checksumPartial ? RX_FLAG.csumBlank | RX_FLAG.dataValidated : 0;
    if (frame.dataValidated) flags |= RX_FLAG.dataValidated;
    ring.block.store16(slot + RX_SLOT.rspFlags, flags);
    ring.block.store16(slot + RX_SLOT.rspOffset, 0);
    ring.block.store16(slot + RX_SLOT.rspStatus, frame.byteCount);
    ring.reqCons = (ring.reqCons + 1) >>> 0;
    ring.rspProdPvt = ring.reqCons;
  }

  /** `xenvif_rx_copy_flush`: one hypercall for all copies, then the responses are pushed. */
  #copyFlush(): void {
    const copies = this.#copies;
    if (copies.length === 0) return;
    const { domain, grants, domid, machine } = this.#parts;
    const statuses: number[] = [];
    domain.kernel.hypercall("grant_table_op.copy", copies.length, () => {
      for (const { frame, ref } of copies) {
        machine.trace.packet = frame.packet;
        const { address, byteCount } = frame;
        statuses.push(grants.copy({ ref, offset: 0, address, byteCount, toGrant: true }, domid));
      }
    });
    copies.forEach(({ frame, slot }, i) => {
      const status = statuses[i] as number;
      // The response's length becomes the copy's status where that failed.
      if (status < 0) this.ring.block.store16(slot + RX_SLOT.rspStatus, status);
      this.#free.push(frame);
    });
    copies.length = 0;
    if (this.ring.pushResponses()) this.#parts.notify();
  }

  #take(): WaitingFrame {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const address = this.#parts.machine.memory.allocateHost(FRAME_BYTES, "netback's frames");
    return { address, byteCount: 0, packet: -1, checksumPartial: false, dataValidated: false };
  }
}
