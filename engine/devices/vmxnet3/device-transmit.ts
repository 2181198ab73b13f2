import type { Machine } from "../../machine.ts";
import type { DmaPort } from "../../memory/dma-port.ts";
import type { GuestMemory } from "../../memory/guest-memory.ts";
import { DESC_BYTES, OFFLOAD, TCD, TX_BUFFER_BYTES_MAX, TXD } from "./descriptors.ts";
import { DeviceRing } from "./device-ring.ts";
import { FrameHeaders } from "./frame-headers.ts";
import { frameKind, QueueStatistics } from "./statistics.ts";

/** Largest frame in bytes that the host's network layer takes: its buffer. */
const FRAME_BYTES_MAX = 69632;
/** Bytes of a packet that may lie outside memory and are still sent, as zeros. */
const BOUNCE_BYTES_MAX = 4096;

/** What a transmit queue does to the world besides DMA. */
export interface TransmitPort {
  /** A frame of `byteCount` bytes in host memory leaves. */
  transmit(hostAddress: number, byteCount: number): void;
  /** A completion was written; `index` is the queue's interrupt. */
  completed(index: number): void;
  guestError(what: string, value: number, detail?: number): void;
}

/** One transmit queue of the device: its rings and what the driver said of them. */
export class TransmitQueue {
  readonly ring = new DeviceRing(DESC_BYTES);
  readonly completions = new DeviceRing(DESC_BYTES);
  readonly statistics = new QueueStatistics();
  /** Interrupt of the queue's completions. */
  interrupt = 0;
  /** Guest-physical address of the queue's counters. */
  statisticsAddress = 0;
}

/** Dictionary numbers of the purposes of DMA. */
export interface TransmitPurposes {
  readonly descriptor: number;
  readonly payload: number;
  readonly completion: number;
}

/**
 * The transmit side: takes descriptors while their generation is current, gathers the frame,
 * finishes its checksum, sends it and writes a completion. Everything happens inside the doorbell.
 * Source: QEMU 10.0, hw/net/vmxnet3.c, vmxnet3_process_tx_queue.
 */
export class Transmitter {
  /** Descriptors one packet may have: all transmit rings together. */
  fragmentsMax = 0;
  readonly #machine: Machine;
  readonly #memory: GuestMemory;
  readonly #dma: DmaPort;
  readonly #port: TransmitPort;
  readonly #purposes: TransmitPurposes;
  readonly #headers = new FrameHeaders();
  readonly #descriptor: number;
  readonly #frame: number;
  #completed = 0;
  #frameBytes = 0;
  #fragments = 0;
  #bounceBytes = 0;
  #atStart = true;
  #skip = false;
  #offload = 0;
  #tagged = false;
  #tag = 0;

  constructor(machine: Machine, dma: DmaPort, port: TransmitPort, purposes: TransmitPurposes) {
    const { memory } = machine;
    this.#machine = machine;
    this.#memory = memory;
    this.#dma = dma;
    this.#port = port;
    this.#purposes = purposes;
    this.#descriptor = memory.allocateHost(DESC_BYTES);
    // Room for a tag that is inserted.
    this.#frame = memory.allocateHost(FRAME_BYTES_MAX + TX_BUFFER_BYTES_MAX, "device's frame");
  }

  /** Forgets a packet that was begun. */
  reset(): void {
    this.#atStart = true;
    this.#skip = false;
    this.#forgetFrame();
  }

  /** Sends everything whose descriptors are ready; returns the number of packets completed. */
  process(queue: TransmitQueue): number {
    const { trace } = this.#machine;
    const { packet } = trace;
    this.#completed = 0;
    this.#processRing(queue);
    trace.packet = packet;
    return this.#completed;
  }

  #processRing(queue: TransmitQueue): void {
    const { ring } = queue;
    // A ring ends by its generation; only a guest that writes into it meanwhile could go on.
    for (let left = 2 * ring.size + 2; left > 0; left--) {
      const index = ring.next;
      if (!this.#pop(ring)) {
        this.#forgetFrame();
        return;
      }
      this.#take(queue, index);
    }
    this.#port.guestError("transmit ring without end", ring.size);
    this.#forgetFrame();
  }

  #pop(ring: DeviceRing): boolean {
    const address = ring.entryAddress;
    const view = this.#memory.view;
    const at = this.#descriptor;
    this.#dma.fetch(address, at, DESC_BYTES, this.#purposes.descriptor);
    if (((view.getUint32(at + 8, true) & TXD.gen) !== 0 ? 1 : 0) !== ring.gen) return false;
    // Read again behind a barrier: the first read may have seen a half-written entry.
    this.#dma.fetch(address, at, DESC_BYTES, this.#purposes.descriptor);
    ring.advance();
    return true;
  }

  #take(queue: TransmitQueue, index: number): void {
    const view = this.#memory.view;
    const word2 = view.getUint32(this.#descriptor + 8, true);
    const word3 = view.getUint32(this.#descriptor + 12, true);
    if (!this.#skip) this.#skip = !this.#gather(word2 & TXD.lenMask || TX_BUFFER_BYTES_MAX);
    if (this.#atStart) {
      this.#offload = (word3 >>> TXD.omShift) & 3;
      this.#tagged = (word3 & TXD.ti) !== 0;
      this.#tag = word3 >>> TXD.tciShift;
      this.#atStart = false;
    }
    if ((word3 & TXD.eop) === 0) return;
    if (this.#skip || !this.#finish(queue)) queue.statistics.firstFailure();
    this.#complete(queue, index);
    this.#atStart = true;
    this.#skip = false;
    this.#forgetFrame();
  }

  /** Adds one buffer to the frame; false when the packet is lost. */
  #gather(byteCount: number): boolean {
    const view = this.#memory.view;
    const at = this.#descriptor;
    const address = view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
    if (this.#fragments >= this.fragmentsMax) {
      this.#port.guestError("packet of too many descriptors", this.#fragments);
      return false;
    }
    if (this.#frameBytes + byteCount > FRAME_BYTES_MAX) {
      this.#port.guestError("frame larger than the host takes", this.#frameBytes + byteCount);
      return false;
    }
    const target = this.#frame + this.#frameBytes;
    if (this.#frameBytes === 0) {
      this.#machine.trace.packet = this.#machine.packets.get(address);
    }
    if (!this.#dma.read(address, target, byteCount, this.#purposes.payload)) {
      // Memory that is not there reads as zeros through a bounce buffer, if the buffer is
      // large enough and the range does not begin in memory.
      this.#bounceBytes += byteCount;
      const bounced = address >= this.#memory.guestBytes && this.#bounceBytes <= BOUNCE_BYTES_MAX;
      if (!bounced) return false;
    }
    this.#fragments++;
    this.#frameBytes += byteCount;
    return true;
  }

  /** Parses, finishes and sends the gathered frame; false when it is an error. */
  #finish(queue: TransmitQueue): boolean {
    const bytes = this.#memory.bytes;
    const headers = this.#headers;
    if (!headers.parse(bytes, this.#frame, this.#frameBytes)) {
      this.#port.guestError("frame with damaged headers", this.#frameBytes);
      return false;
    }
    const kind = frameKind(bytes, this.#frame);
    if (this.#tagged) {
      this.#frameBytes += headers.insertTag(bytes, this.#frame, this.#frameBytes, this.#tag);
    }
    const wantsChecksum = this.#offload === OFFLOAD.CSUM;
    if (wantsChecksum && !headers.fillChecksum(bytes, this.#frame, this.#frameBytes)) {
      this.#port.guestError("frame too short for its checksum", this.#frameBytes);
      return false;
    }
    if (this.#offload === OFFLOAD.TSO || this.#offload === OFFLOAD.ENCAP) {
      this.#port.guestError("offload that is not modelled", this.#offload);
      queue.statistics.secondFailure();
      return true;
    }
    this.#port.transmit(this.#frame, this.#frameBytes);
    queue.statistics.frame(kind, this.#frameBytes, false);
    return true;
  }

  #complete(queue: TransmitQueue, index: number): void {
    const view = this.#memory.view;
    const at = this.#descriptor;
    const { completions } = queue;
    view.setUint32(at, index & TCD.txdIdxMask, true);
    view.setUint32(at + 4, 0, true);
    view.setUint32(at + 8, 0, true);
    view.setUint32(at + 12, completions.gen << TCD.genShift, true);
    this.#dma.put(at, completions.entryAddress, DESC_BYTES, this.#purposes.completion);
    completions.advance();
    this.#completed++;
    this.#port.completed(queue.interrupt);
  }

  #forgetFrame(): void {
    this.#frameBytes = 0;
    this.#fragments = 0;
    this.#bounceBytes = 0;
  }
}
