import { crc32 } from "../../packets/crc32.ts";
import { DESCRIPTOR_BYTES, OPTS1, OPTS2, RECEIVE_SIZE_MASK } from "./descriptors.ts";
import { RECEPTION, type Reception, type RegisterStore, type Rtl8139Ports } from "./ports.ts";
import type { FrameClass } from "./receive-filter.ts";
import { CPLUS_COMMAND } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";

const STATUS_OF_CLASS: readonly number[] = [0, OPTS1.PAM, OPTS1.MAR, OPTS1.BAR];
const VLAN_TYPE = 0x8100;

/**
 * The receive ring of C+ mode: one descriptor and one buffer per frame, the CRC behind the frame.
 * RealTek RTL8139C+ datasheet 1.6, 9.2.2 "Receive" (C+ mode operation). A frame is never spread
 * over two buffers, and checksums are not checked: so does the model in QEMU.
 */
export class ReceiveRing {
  readonly #registers: RegisterStore;
  readonly #ports: Rtl8139Ports;
  readonly #descriptorPurpose: number;
  readonly #payloadPurpose: number;
  /** Descriptor that takes the next frame; unbounded if the driver sets no end of ring. */
  index = 0;

  constructor(
    registers: RegisterStore,
    ports: Rtl8139Ports,
    descriptorPurpose: number,
    payloadPurpose: number,
  ) {
    this.#registers = registers;
    this.#ports = ports;
    this.#descriptorPurpose = descriptorPurpose;
    this.#payloadPurpose = payloadPurpose;
  }

  /** Whether a ring address was written: until then frames vanish. */
  get valid(): boolean {
    return (
      this.#registers.get(REGISTERS.RDSAR, 0) !== 0 || this.#registers.get(REGISTERS.RDSAR, 1) !== 0
    );
  }

  /** Stores a frame; dropped when the next descriptor is the driver's or its buffer too small. */
  store(hostAddress: number, byteCount: number, frameClass: FrameClass): Reception {
    const dma = this.#ports.dma;
    const purpose = this.#descriptorPurpose;
    const at = this.#ringAddress + DESCRIPTOR_BYTES * this.index;
    const opts1 = dma.load32(at, purpose);
    let opts2 = dma.load32(at + 4, purpose);
    const buffer = dma.load32(at + 8, purpose) + dma.load32(at + 12, purpose) * 4294967296;
    if (opts1 < OPTS1.OWN) return RECEPTION.dropped;
    const tagged = this.#isTagged(hostAddress, byteCount);
    const size = tagged ? byteCount - 4 : byteCount;
    if (size + 4 > (opts1 & RECEIVE_SIZE_MASK)) {
      this.#ports.guestError("receive buffer too small", opts1 & RECEIVE_SIZE_MASK, size + 4);
      return RECEPTION.dropped;
    }
    this.#ports.placed(buffer);
    if (tagged) {
      const tag = this.#ports.memory.view.getUint16(hostAddress + 14, true);
      opts2 = ((opts2 & ~0xffff) | OPTS2.TAVA | tag) >>> 0;
      dma.write(hostAddress, buffer, 12, this.#payloadPurpose);
      dma.write(hostAddress + 16, buffer + 12, size - 12, this.#payloadPurpose);
    } else {
      opts2 = (opts2 & ~OPTS2.TAVA) >>> 0;
      dma.write(hostAddress, buffer, size, this.#payloadPurpose);
    }
    const bytes = this.#ports.memory.bytes;
    dma.store32(
      buffer + size,
      crc32(bytes, hostAddress, hostAddress + byteCount),
      this.#payloadPurpose,
    );
    const kept = opts1 & ~(OPTS1.OWN | RECEIVE_SIZE_MASK);
    const status = frameClass === -1 ? 0 : (STATUS_OF_CLASS[frameClass] as number);
    dma.store32(at, (kept | OPTS1.FS | OPTS1.LS | status | (size + 4)) >>> 0, purpose);
    dma.store32(at + 4, opts2, purpose);
    this.index = (opts1 & OPTS1.EOR) !== 0 ? 0 : this.index + 1;
    return RECEPTION.received;
  }

  #isTagged(hostAddress: number, byteCount: number): boolean {
    if ((this.#registers.get(REGISTERS.CPCR) & CPLUS_COMMAND.RXVLAN) === 0) return false;
    return byteCount >= 16 && this.#ports.memory.view.getUint16(hostAddress + 12) === VLAN_TYPE;
  }

  get #ringAddress(): number {
    const registers = this.#registers;
    return registers.get(REGISTERS.RDSAR, 0) + registers.get(REGISTERS.RDSAR, 1) * 4294967296;
  }
}
