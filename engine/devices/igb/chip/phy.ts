/** PHY registers, by number (IEEE 802.3-2018, 22.2.4 Management functions; 16 on are the IGP PHY's). */
export const PHY = {
  control: 0,
  status: 1,
  id1: 2,
  id2: 3,
  partner: 5,
  gigabitStatus: 10,
  portControl: 0x12,
  powerManagement: 0x19,
  pageSelect: 0x1f,
} as const;

const AUTONEGOTIATE = 1 << 12;
const RESTART = 1 << 9;
const LINK = 1 << 2;
const COMPLETE = 1 << 5;
const PARTNER_ACK = 1 << 14;

/** Reset values; numbers left out read 0. They are those of QEMU's igb_phy_reg_init. */
const RESET: readonly (readonly [number, number])[] = [
  [0, 0x1140],
  [1, 0x794d],
  [2, 0x02a8],
  [3, 0x0391],
  [4, 0x0de1],
  [5, 0x07e0],
  [6, 0x0005],
  [7, 0x2001],
  [9, 0x0f00],
  [10, 0x3c00],
  [15, 0x3000],
  [0x10, 0x0120],
  [0x11, 0xc000],
  [0x19, 0x008d],
];
const READABLE = registerSet([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 0x10, 0x11, 0x12, 0x13, 0x19]);
const WRITABLE = registerSet([0, 4, 7, 9, 0x10, 0x12, 0x19, 0x1f]);

/** Bits of MDIC (Intel 82576EB datasheet 2.63, 8.2.4 MDI Control Register). */
const MDIC = {
  write: 1 << 26,
  read: 1 << 27,
  ready: 1 << 28,
  interrupt: 1 << 29,
  error: 1 << 30,
} as const;

/**
 * The chip's PHY behind MDIC. Pages are selected but do not exist: each register is the same on
 * every page, as in QEMU. An access through MDIC completes at once.
 */
export class Phy {
  readonly registers = new Uint16Array(32);
  readonly #restartNegotiation: () => void;

  /** @param restartNegotiation Called when the guest restarts auto-negotiation. */
  constructor(restartNegotiation: () => void) {
    this.#restartNegotiation = restartNegotiation;
    this.reset();
  }

  /** Puts every register to its reset value. */
  reset(): void {
    this.registers.fill(0);
    for (const [number, value] of RESET) this.registers[number] = value;
  }

  /** Whether BMCR asks for auto-negotiation. */
  get negotiates(): boolean {
    return ((this.registers[PHY.control] as number) & AUTONEGOTIATE) !== 0;
  }

  /** Whether auto-negotiation has completed. */
  get negotiated(): boolean {
    return ((this.registers[PHY.status] as number) & COMPLETE) !== 0;
  }

  /** Whether frames are looped back inside the PHY. */
  get loopback(): boolean {
    return ((this.registers[PHY.control] as number) & (1 << 14)) !== 0;
  }

  /** The link goes away: negotiation starts over or the cable was pulled. */
  linkDown(): void {
    const r = this.registers;
    r[PHY.status] = (r[PHY.status] as number) & ~(LINK | COMPLETE);
    r[PHY.partner] = (r[PHY.partner] as number) & ~PARTNER_ACK;
  }

  /** The link is there; `negotiated` says that auto-negotiation found it. */
  linkUp(negotiated: boolean): void {
    const r = this.registers;
    r[PHY.status] = (r[PHY.status] as number) | LINK | (negotiated ? COMPLETE : 0);
    if (negotiated) r[PHY.partner] = (r[PHY.partner] as number) | PARTNER_ACK;
  }

  /**
   * Does what a write of MDIC asks.
   * @param command Value written to MDIC.
   * @param before Value that MDIC had.
   * @returns Value that MDIC has afterwards; bit 29 of the command asks for an interrupt.
   */
  command(command: number, before: number): number {
    const number = (command >>> 16) & 0x1f;
    let value = command;
    if (((command >>> 21) & 0x1f) !== 1) value = before | MDIC.error;
    else if ((command & MDIC.read) !== 0) {
      value = READABLE[number]
        ? (command & ~0xffff) | (this.registers[number] as number)
        : command | MDIC.error;
    } else if ((command & MDIC.write) !== 0) {
      if (WRITABLE[number]) this.#write(number, command & 0xffff);
      else value = command | MDIC.error;
    }
    return (value | MDIC.ready) >>> 0;
  }

  #write(number: number, value: number): void {
    if (number !== PHY.control) {
      this.registers[number] = value;
      return;
    }
    // Reserved bits, RESET and RESTART clear themselves.
    this.registers[PHY.control] = value & ~(0x3f | 0x8000 | RESTART);
    if ((value & RESTART) !== 0 && this.negotiates) this.#restartNegotiation();
  }
}

/** Whether a command written to MDIC asks for an interrupt at its end. */
export function wantsInterrupt(command: number): boolean {
  return (command & MDIC.interrupt) !== 0;
}

function registerSet(numbers: readonly number[]): readonly boolean[] {
  return Array.from({ length: 32 }, (_, number) => numbers.includes(number));
}
