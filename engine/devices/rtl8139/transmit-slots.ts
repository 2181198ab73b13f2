import type { FrameOutlet, RegisterStore, Rtl8139Ports } from "./ports.ts";
import { COMMAND, TRANSMIT_STATUS } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";

const SLOTS = 4;
const SIZE_MASK = 0x1fff;
/** Largest frame that the datasheet allows, without CRC. */
const LARGEST_BYTES = 1792;
/** Bits that a write to TSD clears, and bits that it cannot change. */
const CLEARED = 0xff00c000;
const KEPT = 0x00c00000;

/**
 * The four transmit slots of C mode. A write to a slot's TSD with OWN clear starts transmission of
 * the slot whose turn it is, inside that write. RealTek RTL8139C+ datasheet 1.6, 9.1.1 "Transmit"
 * (C mode operation); hw/net/rtl8139.c, rtl8139_TxStatus_write and rtl8139_transmit_one.
 */
export class TransmitSlots {
  readonly #registers: RegisterStore;
  readonly #ports: Rtl8139Ports;
  readonly #outlet: FrameOutlet;
  readonly #purpose: number;
  readonly #fifo: number;
  /** The slot whose turn it is, 0 to 3. */
  index = 0;

  /**
   * @param fifo Host address of the transmit FIFO, 8 KiB.
   * @param purpose Dictionary number of its DMA rows.
   */
  constructor(
    registers: RegisterStore,
    ports: Rtl8139Ports,
    outlet: FrameOutlet,
    fifo: number,
    purpose: number,
  ) {
    this.#registers = registers;
    this.#ports = ports;
    this.#outlet = outlet;
    this.#fifo = fifo;
    this.#purpose = purpose;
  }

  /** What a write leaves in TSD. */
  statusAfterWrite(before: number, written: number): number {
    return ((written & ~CLEARED & ~KEPT) | (before & KEPT)) >>> 0;
  }

  /** The status bits of all slots in one word: TOK, TUN, TABT, OWN from the top, slot 3 first. */
  statusOfAll(): number {
    let word = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      const status = this.#registers.get(REGISTERS.TSD0, slot);
      if ((status & TRANSMIT_STATUS.OWN) !== 0) word |= 1 << slot;
      if ((status & TRANSMIT_STATUS.TABT) !== 0) word |= 0x10 << slot;
      if ((status & TRANSMIT_STATUS.TUN) !== 0) word |= 0x100 << slot;
      if ((status & TRANSMIT_STATUS.TOK) !== 0) word |= 0x1000 << slot;
    }
    return word;
  }

  /** Slot `written` got a new status: sends from the slot whose turn it is. True when it did. */
  start(written: number): boolean {
    const registers = this.#registers;
    const slot = this.index;
    const status = registers.get(REGISTERS.TSD0, slot);
    if ((registers.get(REGISTERS.CR) & COMMAND.TE) === 0) {
      this.#ports.guestError("transmit while the transmitter is disabled", written, status);
      return false;
    }
    if ((status & TRANSMIT_STATUS.OWN) !== 0) {
      if (slot !== written) this.#ports.guestError("transmit slot out of turn", written, slot);
      return false;
    }
    const byteCount = status & SIZE_MASK;
    if (byteCount > LARGEST_BYTES) this.#ports.guestError("oversize frame", byteCount, slot);
    const address = registers.get(REGISTERS.TSAD0, slot);
    this.#ports.dma.read(address, this.#fifo, byteCount, this.#purpose);
    const done = status | TRANSMIT_STATUS.OWN | TRANSMIT_STATUS.TOK;
    registers.set(REGISTERS.TSD0, done, slot);
    this.#outlet.send(this.#fifo, byteCount);
    this.index = (slot + 1) % SLOTS;
    return true;
  }
}
