import type { Bar } from "../../../pci/bar.ts";
import { VF_REGISTERS } from "../registers/vf.ts";

const R = VF_REGISTERS;
const REQUEST = 1;
const ACKNOWLEDGE = 2;
const VF_USES = 4;
const PF_STATUS = 0x10;
const PF_ACKNOWLEDGE = 0x20;
const RESET_BITS = 0x40 | 0x80;
/** Bits that the chip clears when they are read, so the driver has to remember them. */
const READ_CLEARS = 0xb0;
const RETRIES = 2000;

/**
 * The VF driver's end of the mailbox: drivers/net/ethernet/intel/igbvf/mbx.c. Waits are polls of
 * V2PMAILBOX; the PF's driver answers in its interrupt between two of them.
 */
export class VfMailbox {
  readonly #bar: Bar;
  #remembered = 0;
  /** Polls before a message is given up; 0 while the mailbox is out of use. */
  timeout = 0;

  constructor(bar: Bar) {
    this.#bar = bar;
  }

  /** `mbx.timeout = E1000_VF_MBX_INIT_TIMEOUT`: the mailbox works from now on. */
  activate(): void {
    this.timeout = RETRIES;
  }

  /** `e1000_check_for_rst_vf`: whether the PF is or was in reset since the last look. */
  resetSeen(): boolean {
    return this.#checkForBit(RESET_BITS);
  }

  /** `e1000_write_posted_mbx`: sends `count` words and waits for the acknowledgement. */
  writePosted(message: Uint32Array, count: number): boolean {
    if (this.timeout === 0 || !this.#write(message, count)) return false;
    return this.#poll(PF_ACKNOWLEDGE);
  }

  /** `e1000_read_posted_mbx`: waits for a message and reads `count` words of it. */
  readPosted(message: Uint32Array, count: number): boolean {
    return this.#poll(PF_STATUS) && this.read(message, count);
  }

  /** `e1000_read_mbx_vf`: reads what lies in the mailbox, without waiting. */
  read(message: Uint32Array, count: number): boolean {
    if (!this.#obtainLock()) return false;
    for (let i = 0; i < count; i++) message[i] = this.#bar.load(R.VMBMEM, i);
    this.#bar.store(R.V2PMAILBOX, ACKNOWLEDGE);
    return true;
  }

  #write(message: Uint32Array, count: number): boolean {
    if (!this.#obtainLock()) return false;
    // An acknowledgement or message of before would be lost anyway.
    this.#checkForBit(PF_ACKNOWLEDGE);
    this.#checkForBit(PF_STATUS);
    for (let i = 0; i < count; i++) this.#bar.store(R.VMBMEM, message[i] as number, i);
    this.#bar.store(R.V2PMAILBOX, REQUEST);
    return true;
  }

  #obtainLock(): boolean {
    this.#bar.store(R.V2PMAILBOX, VF_USES);
    return (this.#readBits() & VF_USES) !== 0;
  }

  #poll(bit: number): boolean {
    let left = this.timeout;
    while (left > 0 && !this.#checkForBit(bit)) left--;
    if (left === 0) this.timeout = 0;
    return left > 0;
  }

  #checkForBit(bits: number): boolean {
    const seen = (this.#readBits() & bits) !== 0;
    this.#remembered &= ~bits;
    return seen;
  }

  #readBits(): number {
    const bits = this.#bar.load(R.V2PMAILBOX) | this.#remembered;
    this.#remembered |= bits & READ_CLEARS;
    return bits;
  }
}
