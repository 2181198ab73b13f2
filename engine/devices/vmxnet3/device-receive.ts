import type { Machine } from "../../machine.ts";
import type { DmaPort } from "../../memory/dma-port.ts";
import type { GuestMemory } from "../../memory/guest-memory.ts";
import { DESC_BYTES, RCD, RXD } from "./descriptors.ts";
import { DeviceRing } from "./device-ring.ts";
import { isTagged, vlanTag } from "./frame-headers.ts";
import { frameKind, QueueStatistics } from "./statistics.ts";

/** One receive queue of the device: heads and bodies in ring 0, only bodies in ring 1. */
export class ReceiveQueue {
  readonly rings: readonly [DeviceRing, DeviceRing] = [
    new DeviceRing(DESC_BYTES),
    new DeviceRing(DESC_BYTES),
  ];
  readonly completions = new DeviceRing(DESC_BYTES);
  readonly statistics = new QueueStatistics();
  /** Interrupt of the queue's completions. */
  interrupt = 0;
  /** Guest-physical address of the queue's counters. */
  statisticsAddress = 0;
}

/** What the receive side does to the world besides DMA. */
export interface ReceivePort {
  /** Completions were written, or there was no room; `index` is the queue's interrupt. */
  indicated(index: number): void;
  guestError(what: string, value: number, detail?: number): void;
}

/** Dictionary numbers of the purposes of DMA. */
export interface ReceivePurposes {
  readonly descriptor: number;
  readonly payload: number;
  readonly completion: number;
}

const ADDRESSES_BYTES = 12;
const TAG_BYTES = 4;

/**
 * The receive side: scatters a frame over a head buffer and, where it does not fit, body buffers,
 * one completion for each. A completion is written when the next buffer is found, the last one
 * with the end-of-packet bit. Source: QEMU 10.0, hw/net/vmxnet3.c, vmxnet3_indicate_packet.
 */
export class Receiver {
  /** Buffers one packet may take (`maxNumRxSG`, at least 1). */
  fragmentsMax = 1;
  /** Whether a packet may go on in body buffers; otherwise only in further heads (Windows). */
  compound = true;
  /** Whether a VLAN tag is taken out of the frame into the completion. */
  stripVlan = false;
  /** Frames longer than this count as aggregated. */
  mtuBytes = 0;
  /** Number of receive queues: completions name a ring as queue + ring × queues. */
  queueCount = 1;
  readonly #machine: Machine;
  readonly #memory: GuestMemory;
  readonly #dma: DmaPort;
  readonly #port: ReceivePort;
  readonly #purposes: ReceivePurposes;
  readonly #descriptor: number;
  readonly #completion: number;
  #completionGen = 0;
  #found = 0;
  #ringIndex = 0;

  constructor(machine: Machine, dma: DmaPort, port: ReceivePort, purposes: ReceivePurposes) {
    const { memory } = machine;
    this.#machine = machine;
    this.#memory = memory;
    this.#dma = dma;
    this.#port = port;
    this.#purposes = purposes;
    this.#descriptor = memory.allocateHost(DESC_BYTES);
    this.#completion = memory.allocateHost(DESC_BYTES);
  }

  /**
   * Puts a frame from host memory into the guest's buffers.
   * @returns False when it did not fit: it is lost, and the driver sees an error or nothing.
   */
  indicate(queue: ReceiveQueue, frame: number, byteCount: number): boolean {
    const kind = frameKind(this.#memory.bytes, frame);
    let at = frame;
    let left = byteCount;
    let tag = -1;
    if (this.stripVlan && byteCount >= 18 && isTagged(this.#memory.bytes, frame)) {
      tag = vlanTag(this.#memory.bytes, frame);
      // The addresses move over the tag; the frame now begins 4 bytes later.
      this.#memory.move(frame, frame + TAG_BYTES, ADDRESSES_BYTES);
      at += TAG_BYTES;
      left -= TAG_BYTES;
    }
    const totalBytes = left;
    let fragments = 0;
    let ready = -1;
    let fresh = -1;
    while (left > 0 && fragments < this.fragmentsMax) {
      fresh = this.#popCompletion(queue.completions);
      if (fresh < 0 || !this.#next(queue, fragments === 0)) break;
      const chunk = Math.min(left, this.#bufferBytes);
      const buffer = this.#bufferAddress;
      this.#dma.write(at, buffer, chunk, this.#purposes.payload);
      this.#machine.packets.set(buffer, this.#machine.trace.packet);
      at += chunk;
      left -= chunk;
      if (ready >= 0) this.#writeCompletion(ready);
      this.#fill(fragments === 0, chunk, left === 0 ? tag : -2);
      ready = fresh;
      fresh = -1;
      fragments++;
    }
    if (ready >= 0) this.#finish(ready, left !== 0);
    if (fresh >= 0) queue.completions.retreat();
    this.#port.indicated(queue.interrupt);
    if (left === 0) queue.statistics.frame(kind, totalBytes, totalBytes > this.mtuBytes);
    else if (fragments === this.fragmentsMax) queue.statistics.secondFailure();
    else queue.statistics.firstFailure();
    return left === 0;
  }

  /** The address of the next completion, taken; -1 when the driver has not read the old one. */
  #popCompletion(ring: DeviceRing): number {
    const address = ring.entryAddress;
    this.#dma.fetch(address, this.#descriptor, DESC_BYTES, this.#purposes.completion);
    const gen = this.#memory.view.getUint32(this.#descriptor + 12, true) >>> RCD.genShift;
    if (gen === ring.gen) return -1;
    this.#completionGen = ring.gen;
    ring.advance();
    return address;
  }

  /** Finds the next buffer: a head, or a body behind it; false when there is none. */
  #next(queue: ReceiveQueue, head: boolean): boolean {
    if (head || !this.compound) return this.#nextHead(queue.rings[0]);
    if (this.#current(queue.rings[0]) && this.#isBody) {
      this.#take(queue.rings[0], 0);
      return true;
    }
    if (!this.#current(queue.rings[1])) return false;
    // The model stops the whole machine here; the buffer is used as it is.
    if (!this.#isBody)
      this.#port.guestError("head buffer in the ring of bodies", queue.rings[1].next);
    this.#take(queue.rings[1], 1);
    return true;
  }

  /** Skips bodies in ring 0 until a head comes. */
  #nextHead(ring: DeviceRing): boolean {
    for (let seen = 0; seen < 2 * ring.size + 2; seen++) {
      if (!this.#current(ring)) return false;
      this.#take(ring, 0);
      if (!this.#isBody) return true;
    }
    return false;
  }

  /** Whether the ring's next descriptor is the device's; it is then read a second time. */
  #current(ring: DeviceRing): boolean {
    const address = ring.entryAddress;
    const at = this.#descriptor;
    this.#dma.fetch(address, at, DESC_BYTES, this.#purposes.descriptor);
    const gen = this.#memory.view.getUint32(at + 8, true) >>> RXD.genShift;
    if (gen !== ring.gen) return false;
    this.#dma.fetch(address, at, DESC_BYTES, this.#purposes.descriptor);
    return true;
  }

  #take(ring: DeviceRing, ringIndex: number): void {
    this.#found = ring.next;
    this.#ringIndex = ringIndex;
    ring.advance();
  }

  get #isBody(): boolean {
    return (this.#memory.view.getUint32(this.#descriptor + 8, true) & RXD.btypeBody) !== 0;
  }

  get #bufferBytes(): number {
    return this.#memory.view.getUint32(this.#descriptor + 8, true) & RXD.lenMask;
  }

  get #bufferAddress(): number {
    const { view } = this.#memory;
    const at = this.#descriptor;
    return view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
  }

  /**
   * Prepares the completion of one buffer.
   * @param tag -2: not the last buffer; -1: the last, no tag; else the tag that was stripped.
   */
  #fill(head: boolean, chunk: number, tag: number): void {
    const { view } = this.#memory;
    const at = this.#completion;
    let word0 = this.#found & RCD.rxdIdxMask;
    word0 |= (this.#ringIndex * this.queueCount) << RCD.rqIdShift;
    if (head) word0 |= RCD.sop;
    // Without a checksum from the host's network layer: not calculated.
    if (tag > -2) word0 |= RCD.cnc;
    let word2 = chunk;
    if (tag >= 0) word2 |= RCD.ts | (tag << RCD.tciShift);
    view.setUint32(at, word0, true);
    view.setUint32(at + 4, 0, true);
    view.setUint32(at + 8, word2, true);
    view.setUint32(at + 12, this.#completionGen << RCD.genShift, true);
  }

  #finish(address: number, error: boolean): void {
    const { view } = this.#memory;
    const at = this.#completion;
    view.setUint32(at, view.getUint32(at, true) | RCD.eop, true);
    if (error) view.setUint32(at + 8, view.getUint32(at + 8, true) | RCD.err, true);
    this.#writeCompletion(address);
  }

  #writeCompletion(address: number): void {
    this.#dma.put(this.#completion, address, DESC_BYTES, this.#purposes.completion);
  }
}
