import type { RegisterStore } from "./ports.ts";
import { REGISTERS } from "./registers.ts";

/** BMSR: 10 and 100 Mbit/s, half and full duplex, auto-negotiation possible and complete. */
const STATUS = 0x7829;
const LINK_UP = 0x0004;
/** All speeds and duplexes, advertised by both ends. */
const ABILITIES = 0x05e1;
/** CSCR: heart beat and link test enabled. */
const CHIP_STATUS = 0x0340;

/**
 * The transceiver behind BMCR to CSCR: negotiation has always just succeeded. IEEE Std 802.3-2018,
 * 22.2.4 "Management functions"; hw/net/rtl8139.c, rtl8139_reset_phy.
 */
export class Phy {
  readonly #registers: RegisterStore;
  #linkUp = true;

  constructor(registers: RegisterStore) {
    this.#registers = registers;
  }

  /** Puts the PHY's registers to what they are after negotiation; the link stays as it is. */
  reset(): void {
    const registers = this.#registers;
    registers.set(REGISTERS.BMSR, STATUS | (this.#linkUp ? LINK_UP : 0));
    registers.set(REGISTERS.ANAR, ABILITIES);
    registers.set(REGISTERS.ANLPAR, ABILITIES);
    registers.set(REGISTERS.ANER, 1);
    registers.set(REGISTERS.CSCR, CHIP_STATUS);
  }

  /** The cable is plugged or pulled. */
  setLink(up: boolean): void {
    this.#linkUp = up;
    const status = this.#registers.get(REGISTERS.BMSR);
    this.#registers.set(REGISTERS.BMSR, up ? status | LINK_UP : status & ~LINK_UP);
  }

  /** MSR: the link bit is inverse, and the speed bit says 100 Mbit/s. */
  get mediaStatus(): number {
    return 0xd0 | (~this.#registers.get(REGISTERS.BMSR) & LINK_UP);
  }
}
