import { DESCRIPTOR_BYTES, OPTS1, OPTS2, TRANSMIT_SIZE_MASK } from "./descriptors.ts";
import type { FrameOutlet, RegisterStore, Rtl8139Ports } from "./ports.ts";
import { COMMAND, CPLUS_COMMAND } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";
import { OFFLOAD_BITS, TransmitOffload } from "./transmit-offload.ts";

/** Descriptors that one doorbell may consume, and the longest ring. */
const RING_MAX = 64;
/** Bytes that the chip gathers at most for one frame. */
const GATHER_BYTES = 65536;
/** Room before the frame, for a VLAN tag to be inserted. */
const HEADROOM = 4;
const ADDRESSES_BYTES = 12;

/** What the ring is built from. */
export interface TransmitRingParts {
  readonly registers: RegisterStore;
  readonly ports: Rtl8139Ports;
  /** Where its frames go. */
  readonly outlet: FrameOutlet;
  /** Dictionary numbers of its DMA rows. */
  readonly descriptorPurpose: number;
  readonly payloadPurpose: number;
  /** See `segmentsLosePushAndFin`. */
  readonly losesFlags: boolean;
}

/**
 * The normal priority transmit ring of C+ mode. A poll request makes the chip work through the ring
 * until it meets a descriptor that is the driver's; frames leave inside that write. RealTek
 * RTL8139C+ datasheet 1.6, 9.2.1 "Transmit" (C+ mode operation).
 */
export class TransmitRing implements FrameOutlet {
  readonly #registers: RegisterStore;
  readonly #ports: Rtl8139Ports;
  readonly #outlet: FrameOutlet;
  readonly #descriptorPurpose: number;
  readonly #payloadPurpose: number;
  readonly #offload: TransmitOffload;
  readonly #frame: number;
  #gathered = 0;
  #tag = -1;
  /** Descriptor that is looked at next, 0 to 63. */
  index = 0;

  constructor(parts: TransmitRingParts) {
    this.#registers = parts.registers;
    this.#ports = parts.ports;
    this.#outlet = parts.outlet;
    this.#descriptorPurpose = parts.descriptorPurpose;
    this.#payloadPurpose = parts.payloadPurpose;
    const memory = parts.ports.memory;
    this.#frame = memory.allocateHost(HEADROOM + GATHER_BYTES, "device's frame") + HEADROOM;
    this.#offload = new TransmitOffload(memory, this, parts.losesFlags);
  }

  /** Host address of the gather buffer, where a frame begins. */
  get bufferAddress(): number {
    return this.#frame;
  }

  /** Sends what the driver gave to the chip. @returns Number of descriptors consumed, 0 to 64. */
  poll(): number {
    if (!this.#enabled) {
      this.#ports.guestError("transmit while the transmitter is disabled", this.index, 0);
      return 0;
    }
    let count = 0;
    while (count < RING_MAX && this.#consume()) count++;
    return count;
  }

  /** Sends one frame, with the descriptor's VLAN tag. */
  send(at: number, byteCount: number): void {
    const tag = this.#tag;
    if (tag < 0 || byteCount < ADDRESSES_BYTES) {
      if (byteCount > 0) this.#outlet.send(at, byteCount);
      return;
    }
    const { memory } = this.#ports;
    const start = at - HEADROOM;
    memory.move(at, start, ADDRESSES_BYTES);
    memory.view.setUint16(start + ADDRESSES_BYTES, 0x8100);
    memory.view.setUint16(start + ADDRESSES_BYTES + 2, tag, true);
    this.#outlet.send(start, byteCount + HEADROOM);
    // The next segment of the same frame needs its addresses where they were.
    memory.move(start, at, ADDRESSES_BYTES);
  }

  get #enabled(): boolean {
    return (
      (this.#registers.get(REGISTERS.CR) & COMMAND.TE) !== 0 &&
      (this.#registers.get(REGISTERS.CPCR) & CPLUS_COMMAND.CPTE) !== 0
    );
  }

  #consume(): boolean {
    const { dma } = this.#ports;
    const purpose = this.#descriptorPurpose;
    const at = this.#ringAddress + DESCRIPTOR_BYTES * this.index;
    const opts1 = dma.load32(at, purpose);
    const opts2 = dma.load32(at + 4, purpose);
    const buffer = dma.load32(at + 8, purpose) + dma.load32(at + 12, purpose) * 4294967296;
    if (opts1 < OPTS1.OWN) return false;
    if ((opts1 & OPTS1.FS) !== 0) this.#gathered = 0;
    let size = opts1 & TRANSMIT_SIZE_MASK;
    if (this.#gathered + size >= GATHER_BYTES) {
      this.#ports.guestError("frame longer than the gather buffer", this.#gathered + size, at);
      size = GATHER_BYTES - this.#gathered;
    }
    if (this.#gathered === 0) this.#ports.taken?.(buffer);
    dma.read(buffer, this.#frame + this.#gathered, size, this.#payloadPurpose);
    this.#gathered += size;
    this.index = (opts1 & OPTS1.EOR) !== 0 ? 0 : (this.index + 1) % RING_MAX;
    dma.store32(at, (opts1 & ~(OPTS1.OWN | OPTS1.transmitErrors)) >>> 0, purpose);
    if ((opts1 & OPTS1.LS) !== 0) this.#sendGathered(opts1, opts2);
    return true;
  }

  #sendGathered(opts1: number, opts2: number): void {
    const byteCount = this.#gathered;
    this.#gathered = 0;
    this.#tag = (opts2 & OPTS2.TAGC) !== 0 ? opts2 & 0xffff : -1;
    const whole =
      (opts1 & OFFLOAD_BITS) === 0 || this.#offload.apply(this.#frame, byteCount, opts1);
    if (whole) this.send(this.#frame, byteCount);
  }

  get #ringAddress(): number {
    const registers = this.#registers;
    return registers.get(REGISTERS.TSAD0, 0) + registers.get(REGISTERS.TSAD0, 1) * 4294967296;
  }
}
