import { MAILBOX_WORDS } from "../mailbox-message.ts";
import { VIRTUALIZATION_REGISTERS } from "../registers/virtualization.ts";
import type { PfHardware } from "./pf-hardware.ts";

const R = VIRTUALIZATION_REGISTERS;
const P2V = { status: 1, acknowledge: 2, mine: 8 } as const;
const ACKNOWLEDGE_SHIFT = 16;

/** The PF's side of the mailboxes: drivers/net/ethernet/intel/igb/e1000_mbx.c. */
export class PfMailbox {
  readonly #hw: PfHardware;

  constructor(hw: PfHardware) {
    this.#hw = hw;
  }

  /** `igb_check_for_rst_pf`: whether the VF was reset; forgets it. */
  resetSeen(vf: number): boolean {
    if ((this.#hw.read(R.VFLRE) & (1 << vf)) === 0) return false;
    this.#hw.write(R.VFLRE, 1 << vf);
    return true;
  }

  /** `igb_check_for_msg_pf`: whether the VF sent a message; forgets it. */
  messageSeen(vf: number): boolean {
    return this.#take(1 << vf);
  }

  /** `igb_check_for_ack_pf`. */
  acknowledgeSeen(vf: number): boolean {
    return this.#take(1 << (vf + ACKNOWLEDGE_SHIFT));
  }

  /** `igb_read_mbx_pf`: the whole mailbox, which stays the PF's; false when the VF holds it. */
  read(vf: number, message: Uint32Array): boolean {
    if (!this.#obtain(vf)) return false;
    for (let i = 0; i < MAILBOX_WORDS; i++) message[i] = this.#hw.read(R.VMBMEM, wordOf(vf, i));
    this.#hw.write(R.P2VMAILBOX, P2V.acknowledge | P2V.mine, vf);
    return true;
  }

  /** `igb_write_mbx_pf`: sends `count` words and lets go of the mailbox. */
  write(vf: number, message: Uint32Array, count: number): boolean {
    if (!this.#obtain(vf)) return false;
    this.messageSeen(vf);
    this.acknowledgeSeen(vf);
    for (let i = 0; i < count; i++) {
      this.#hw.write(R.VMBMEM, message[i] as number, wordOf(vf, i));
    }
    this.#hw.write(R.P2VMAILBOX, P2V.status, vf);
    return true;
  }

  /** `igb_unlock_mbx_pf`. */
  unlock(vf: number): void {
    const mailbox = this.#hw.read(R.P2VMAILBOX, vf);
    if ((mailbox & P2V.mine) !== 0) this.#hw.write(R.P2VMAILBOX, mailbox & ~P2V.mine, vf);
  }

  #obtain(vf: number): boolean {
    this.#hw.write(R.P2VMAILBOX, P2V.mine, vf);
    return (this.#hw.read(R.P2VMAILBOX, vf) & P2V.mine) !== 0;
  }

  #take(bit: number): boolean {
    if ((this.#hw.read(R.MBVFICR) & bit) === 0) return false;
    this.#hw.write(R.MBVFICR, bit);
    return true;
  }
}

function wordOf(vf: number, word: number): number {
  return vf * MAILBOX_WORDS + word;
}
