import { crc32 } from "../../packets/crc32.ts";
import { RECEIVE_HEADER } from "./descriptors.ts";
import { RECEPTION, type Reception, type RegisterStore, type Rtl8139Ports } from "./ports.ts";
import { FRAME_CLASS, type FrameClass } from "./receive-filter.ts";
import { RECEIVE_CONFIG } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";

const HEADER_OF_CLASS: readonly number[] = [
  0,
  RECEIVE_HEADER.PAM,
  RECEIVE_HEADER.MAR,
  RECEIVE_HEADER.BAR,
];
const LARGEST_FRAME_BYTES = 1514;

/**
 * The one receive buffer of C mode: the chip writes a header word, the frame and its CRC, aligned to
 * 4 bytes, and the driver reads behind it. Equal positions mean an empty buffer.
 * RealTek RTL8139C+ datasheet 1.6, 9.1.2 "Receive" (C mode operation).
 */
export class ReceiveBuffer {
  readonly #registers: RegisterStore;
  readonly #ports: Rtl8139Ports;
  readonly #purpose: number;
  readonly #scratch: number;
  #sizeBytes = 8192;
  #writeAt = 0;
  #readAt = 0;

  /** @param purpose Dictionary number of its DMA rows. */
  constructor(registers: RegisterStore, ports: Rtl8139Ports, purpose: number) {
    this.#registers = registers;
    this.#ports = ports;
    this.#purpose = purpose;
    this.#scratch = ports.memory.allocateHost(4);
  }

  /** Bytes of the buffer, as RCR says: 8 to 64 KiB. */
  get byteCount(): number {
    return this.#sizeBytes;
  }

  /** Where the chip writes next: CBR, in bytes from the buffer's start. */
  get writeAt(): number {
    return this.#writeAt;
  }

  /** Where the driver reads next: CAPR plus 16. */
  get readAt(): number {
    return this.#readAt;
  }

  /** Whether everything was read: bit BUFE of CR. */
  get empty(): boolean {
    return this.#writeAt === this.#readAt;
  }

  /** Empties the buffer and takes its size from RCR's length field (0 to 3: 8 to 64 KiB). */
  reset(lengthField: number): void {
    this.#sizeBytes = 8192 << lengthField;
    this.#writeAt = 0;
    this.#readAt = 0;
  }

  /** The driver wrote CAPR, which runs 16 bytes behind. */
  advance(capr: number): void {
    this.#readAt = (capr + 16) & (this.#sizeBytes - 1);
  }

  /** Whether a frame of the largest size has room. */
  get hasRoom(): boolean {
    const room = this.#room;
    return room === 0 || room >= LARGEST_FRAME_BYTES;
  }

  /** Stores a frame, or refuses it when it would meet the driver's position. */
  store(hostAddress: number, byteCount: number, frameClass: FrameClass): Reception {
    const room = this.#room;
    if (room !== 0 && ((byteCount + 8 + 3) & ~3) >= room) return RECEPTION.refused;
    const header =
      (frameClass === -1
        ? HEADER_OF_CLASS[FRAME_CLASS.promiscuous]
        : HEADER_OF_CLASS[frameClass]) ?? 0;
    const memory = this.#ports.memory;
    this.#ports.placed(this.#start + this.#writeAt);
    this.#word((header | RECEIVE_HEADER.ROK | ((byteCount + 4) << 16)) >>> 0);
    this.#put(hostAddress, byteCount);
    this.#word(crc32(memory.bytes, hostAddress, hostAddress + byteCount));
    this.#writeAt = (this.#writeAt + 3) & ~3 & (this.#sizeBytes - 1);
    return RECEPTION.received;
  }

  /** Bytes up to the driver's position, 0 when the buffer is empty. */
  get #room(): number {
    return (this.#sizeBytes + this.#readAt - this.#writeAt) & (this.#sizeBytes - 1);
  }

  #word(value: number): void {
    const at = this.#writeAt;
    if (at + 4 <= this.#sizeBytes) {
      this.#ports.dma.store32(this.#start + at, value, this.#purpose);
      this.#writeAt = at + 4;
      return;
    }
    this.#ports.memory.view.setUint32(this.#scratch, value, true);
    this.#put(this.#scratch, 4);
  }

  #put(hostAddress: number, byteCount: number): void {
    const dma = this.#ports.dma;
    const past = this.#writeAt + byteCount - this.#sizeBytes;
    // With WRAP set the driver keeps spare room behind the buffer (not possible with 64 KiB).
    const spill =
      this.#sizeBytes < 65536 && (this.#registers.get(REGISTERS.RCR) & RECEIVE_CONFIG.WRAP) !== 0;
    if (past <= 0 || spill) {
      dma.write(hostAddress, this.#start + this.#writeAt, byteCount, this.#purpose);
      this.#writeAt += byteCount;
      return;
    }
    const first = byteCount - past;
    if (first > 0) dma.write(hostAddress, this.#start + this.#writeAt, first, this.#purpose);
    dma.write(hostAddress + first, this.#start, past, this.#purpose);
    this.#writeAt = past;
  }

  get #start(): number {
    return this.#registers.get(REGISTERS.RBSTART);
  }
}
