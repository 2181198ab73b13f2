import type { Interrupts } from "./interrupts.ts";
import { VF_VECTOR_COUNT } from "./interrupts.ts";
import { QUEUE_WORDS, WORD } from "./word.ts";

/** Bits of P2VMAILBOX (Intel 82576EB datasheet 2.63, 8.14.3). */
const P2V = { status: 1, acknowledge: 2, vfUses: 4, pfUses: 8, resetVfUse: 16 } as const;
/** Bits of V2PMAILBOX (8.14.2). */
const V2P = {
  request: 1,
  acknowledge: 2,
  vfUses: 4,
  pfUses: 8,
  pfStatus: 0x10,
  pfAcknowledge: 0x20,
  resetting: 0x40,
  resetDone: 0x80,
} as const;
const READ_CLEARS = V2P.pfStatus | V2P.pfAcknowledge | V2P.resetDone;
const VMMB = 1 << 8;
const IVAR_VALID = 0x80;
const QUEUE_ENABLE = 1 << 25;

/**
 * The mailbox between the physical function's driver and each virtual function's: 64 bytes of
 * shared memory per VF, taken in turns, and two registers that see each other's bits. Also the
 * reset of a VF, which the PF learns the same way.
 */
export class Mailbox {
  readonly #words: Uint32Array;
  readonly #interrupts: Interrupts;

  constructor(words: Uint32Array, interrupts: Interrupts) {
    this.#words = words;
    this.#interrupts = interrupts;
  }

  /** The PF's driver writes P2VMAILBOX of `vf`. */
  writeFromPf(vf: number, value: number): void {
    const w = this.#words;
    const theirs = WORD.V2PMAILBOX + vf;
    const ours = WORD.P2VMAILBOX + vf;
    if ((value & P2V.status) !== 0) {
      w[theirs] = (w[theirs] as number) | V2P.pfStatus;
      this.#interruptVf(vf);
    }
    if ((value & P2V.acknowledge) !== 0) {
      w[theirs] = (w[theirs] as number) | V2P.pfAcknowledge;
      this.#interruptVf(vf);
    }
    if ((value & P2V.pfUses) === 0) {
      w[ours] = (w[ours] as number) & ~P2V.pfUses;
      w[theirs] = (w[theirs] as number) & ~V2P.pfUses;
    } else if (((w[ours] as number) & P2V.vfUses) === 0) {
      w[ours] = (w[ours] as number) | P2V.pfUses;
      w[theirs] = (w[theirs] as number) | V2P.pfUses;
    }
    if ((value & P2V.resetVfUse) === 0) return;
    w[theirs] = (w[theirs] as number) & ~V2P.vfUses;
    w[WORD.MBVFICR] = (w[WORD.MBVFICR] as number) & ~(0x10001 << vf);
  }

  /** The VF's driver writes V2PMAILBOX. */
  writeFromVf(vf: number, value: number): void {
    const w = this.#words;
    const ours = WORD.V2PMAILBOX + vf;
    const theirs = WORD.P2VMAILBOX + vf;
    if ((value & V2P.request) !== 0) {
      w[WORD.MBVFICR] = (w[WORD.MBVFICR] as number) | (1 << vf);
      this.#interrupts.raise(WORD.ICR, VMMB);
    }
    if ((value & V2P.acknowledge) !== 0) {
      w[WORD.MBVFICR] = (w[WORD.MBVFICR] as number) | (0x10000 << vf);
      this.#interrupts.raise(WORD.ICR, VMMB);
    }
    if ((value & V2P.vfUses) === 0) {
      w[ours] = (w[ours] as number) & ~V2P.vfUses;
      w[theirs] = (w[theirs] as number) & ~P2V.vfUses;
    } else if (((w[ours] as number) & V2P.pfUses) === 0) {
      w[ours] = (w[ours] as number) | V2P.vfUses;
      w[theirs] = (w[theirs] as number) | P2V.vfUses;
    }
  }

  /** The VF's driver reads V2PMAILBOX: what the PF signalled is cleared. */
  readFromVf(vf: number): number {
    const at = WORD.V2PMAILBOX + vf;
    const value = this.#words[at] as number;
    this.#words[at] = value & ~READ_CLEARS;
    return value;
  }

  /** The PF's driver says that its reset is over (CTRL_EXT.PFRSTD): every VF may go on. */
  announceReset(vfCount: number): void {
    for (let vf = 0; vf < vfCount; vf++) {
      const at = WORD.V2PMAILBOX + vf;
      this.#words[at] = ((this.#words[at] as number) & ~V2P.resetting) | V2P.resetDone;
    }
  }

  /** A VF is reset (VTCTRL.RST, or it comes into being): its queues stop and the PF is told. */
  resetVf(vf: number): void {
    const w = this.#words;
    for (const queue of [vf, vf + 8]) {
      const at = queue * QUEUE_WORDS;
      w[WORD.RXDCTL + at] = (w[WORD.RXDCTL + at] as number) & ~QUEUE_ENABLE;
      w[WORD.TXDCTL + at] = (w[WORD.TXDCTL + at] as number) & ~QUEUE_ENABLE;
    }
    w[WORD.VFRE] = (w[WORD.VFRE] as number) & ~(1 << vf);
    w[WORD.VFTE] = (w[WORD.VFTE] as number) & ~(1 << vf);
    w[WORD.VFLRE] = (w[WORD.VFLRE] as number) | (1 << vf);
    this.#interrupts.raise(WORD.ICR, VMMB);
  }

  #interruptVf(vf: number): void {
    const entry = this.#words[WORD.VTIVAR_MISC + vf] as number;
    if ((entry & IVAR_VALID) === 0) return;
    this.#interrupts.raise(WORD.EICR, (entry & 3) << (22 - vf * VF_VECTOR_COUNT));
  }
}
