import { HAND_OVER, Task } from "../../../core/task.ts";
import type { Machine } from "../../../machine.ts";
import type { Msix } from "../../../pci/msix.ts";
import type { IgbBehaviours } from "../behaviour.ts";
import { VECTOR_COUNT, WORD } from "./word.ts";

/** Vectors of the physical function's MSI-X table. */
export const PF_VECTOR_COUNT = 10;
/** Vectors of each virtual function's MSI-X table. */
export const VF_VECTOR_COUNT = 3;

const MSIX_MASK = 0x01ff_ffff;
const LEGACY_MASK = 0x4000_ffff;
const MULTIPLE_MSIX = 1 << 4;
const NSICR = 1;
const EIAME = 1 << 30;
const DRSTA = 1 << 30;
const ASSERTED = 0x8000_0000;
const IVAR_VALID = 0x80;
/** EITR counts in units of this many nanoseconds; 1,024 is what QEMU's trace shows. */
const EITR_UNIT_NANOSECONDS = 1024;

/** One vector's throttle: while it runs, the vector's message waits. */
class EitrTimer extends Task {
  running = false;
  readonly #interrupts: Interrupts;

  constructor(interrupts: Interrupts, vector: number) {
    super(HAND_OVER.deviceTimer, vector);
    this.#interrupts = interrupts;
  }

  run(): void {
    this.#interrupts.expire(this.stream);
  }
}

/**
 * Causes, masks, vectors and throttling of the chip, PF and VFs alike: vectors 22 to 24 belong to
 * VF 0, 19 to 21 to VF 1 and so on downwards (Intel 82576EB datasheet 2.63, 7.3 Interrupts).
 */
export class Interrupts {
  readonly #words: Uint32Array;
  readonly #machine: Machine;
  readonly #behaviours: IgbBehaviours;
  readonly #actor: number;
  readonly #pf: Msix;
  readonly #vfs: readonly Msix[];
  readonly #timers: readonly EitrTimer[];
  readonly #line: (asserted: boolean) => void;
  readonly #unitCycles: number;
  /** Virtual functions that are enabled now. */
  vfCount = 0;

  constructor(
    words: Uint32Array,
    machine: Machine,
    actor: number,
    behaviours: IgbBehaviours,
    pf: Msix,
    vfs: readonly Msix[],
    line: (asserted: boolean) => void,
  ) {
    this.#words = words;
    this.#machine = machine;
    this.#actor = actor;
    this.#behaviours = behaviours;
    this.#pf = pf;
    this.#vfs = vfs;
    this.#line = line;
    this.#unitCycles = machine.microseconds(EITR_UNIT_NANOSECONDS / 1000);
    this.#timers = Array.from({ length: VECTOR_COUNT }, (_, v) => new EitrTimer(this, v));
  }

  /** Bits of the extended registers that mean something in the present mode. */
  get extendedMask(): number {
    return this.#msixMode ? MSIX_MASK : LEGACY_MASK;
  }

  /** Sets causes or mask bits in ICR, IMS, EICR or EIMS and sends what thereby becomes due. */
  raise(word: number, bits: number): void {
    const w = this.#words;
    const oldCauses = (w[WORD.ICR] as number) & (w[WORD.IMS] as number);
    const oldExtended = (w[WORD.EICR] as number) & (w[WORD.EIMS] as number);
    w[word] = (w[word] as number) | bits;
    if (!this.#msixMode) {
      this.#raiseLegacy(oldCauses);
      return;
    }
    const causes = (w[WORD.ICR] as number) & (w[WORD.IMS] as number) & ~oldCauses;
    if (causes !== 0) {
      const misc = w[WORD.IVAR_MISC] as number;
      if ((causes & DRSTA) !== 0) this.#allocate(misc & 0xff);
      if ((causes & ~DRSTA) !== 0) this.#allocate((misc >> 8) & 0xff);
    }
    const due = (w[WORD.EICR] as number) & (w[WORD.EIMS] as number) & ~oldExtended;
    if (due !== 0) this.#send(due);
  }

  /** Clears causes or mask bits; a level-triggered line follows. */
  lower(word: number, bits: number): void {
    const w = this.#words;
    w[word] = (w[word] as number) & ~bits;
    if (this.#msixMode || ((w[WORD.ICR] as number) & (w[WORD.IMS] as number)) !== 0) return;
    w[WORD.EICR] = (w[WORD.EICR] as number) & ~ASSERTED;
    if (!this.#pf.enabled) this.#line(false);
  }

  /** A guest's read of ICR: clears under the conditions of GPIE.NSICR (8.8.1). */
  readCause(): number {
    const w = this.#words;
    const value = w[WORD.ICR] as number;
    const asserted = (value & ASSERTED) !== 0;
    if (((w[WORD.GPIE] as number) & NSICR) !== 0 || w[WORD.IMS] === 0 || asserted) {
      this.lower(WORD.ICR, 0xffff_ffff);
    } else if (!this.#pf.enabled) this.lower(WORD.ICR, 0xffff_ffff);
    this.autoMask();
    return value;
  }

  /** What acknowledging ICR does to IMS by IAM. */
  autoMask(): void {
    const w = this.#words;
    const inta = w[WORD.IMS] !== 0 && ((w[WORD.ICR] as number) & ASSERTED) !== 0;
    if (((w[WORD.GPIE] as number) & NSICR) !== 0 || inta) {
      this.lower(WORD.IMS, w[WORD.IAM] as number);
    }
  }

  /**
   * A guest's write of EIAC: vectors whose cause clears itself when the message is sent.
   * @param reach Vectors of the function that writes: a VF changes only its own.
   */
  writeAutoClear(value: number, reach: number = MSIX_MASK): void {
    const w = this.#words;
    if (!this.#msixMode) return;
    const old = w[WORD.EIAC] as number;
    w[WORD.EIAC] = (this.#behaviours.eiamComplement ? old : old & ~reach) | (value & reach);
  }

  /** A guest's write of EIAM; `reach` as for EIAC. */
  writeAutoMask(value: number, reach: number = this.extendedMask): void {
    const w = this.#words;
    const old = w[WORD.EIAM] as number;
    const bits = value & reach;
    w[WORD.EIAM] = this.#behaviours.eiamComplement ? old | ~bits : (old & ~reach) | bits;
  }

  /** The interval of a vector ends. */
  expire(vector: number): void {
    const timer = this.#timers[vector] as EitrTimer;
    timer.running = false;
    if (this.#behaviours.emptyEitrInterrupt) {
      this.#notify(vector);
      return;
    }
    const w = this.#words;
    const due = (w[WORD.EICR] as number) & (w[WORD.EIMS] as number) & (1 << vector);
    if (due !== 0) this.#send(due);
  }

  /** Device reset: running intervals end at once, as QEMU lets them (igb_intrmgr_reset). */
  reset(): void {
    for (const timer of this.#timers) {
      if (!timer.running) continue;
      this.#machine.scheduler.cancel(timer);
      this.expire(timer.stream);
    }
  }

  get #msixMode(): boolean {
    return ((this.#words[WORD.GPIE] as number) & MULTIPLE_MSIX) !== 0;
  }

  #allocate(entry: number): void {
    const w = this.#words;
    if ((entry & IVAR_VALID) !== 0) {
      w[WORD.EICR] = (w[WORD.EICR] as number) | (1 << (entry & 0x1f));
    }
  }

  #send(due: number): void {
    for (let vector = 0; vector < VECTOR_COUNT; vector++) {
      if ((due & (1 << vector)) === 0) continue;
      const timer = this.#timers[vector] as EitrTimer;
      if (timer.running) continue;
      const field = this.#words[WORD.EITR + vector] as number;
      const interval = this.#behaviours.eitrUnshifted ? field : field >>> 2;
      if (interval !== 0) {
        timer.running = true;
        this.#machine.post(timer, Math.round(interval * this.#unitCycles));
        // What moderation holds back is no packet's alone.
        timer.packet = -1;
      }
      this.#notify(vector);
    }
  }

  #notify(vector: number): void {
    const w = this.#words;
    const bit = 1 << vector;
    const vf = 8 - Math.floor((vector + 2) / VF_VECTOR_COUNT);
    if (vf < this.vfCount) (this.#vfs[vf] as Msix).notify((vector + 2) % VF_VECTOR_COUNT);
    else if (vector < PF_VECTOR_COUNT) this.#pf.notify(vector);
    else {
      this.#machine.guestError(this.#actor, "vector that the function does not have", vector);
      return;
    }
    w[WORD.EICR] = (w[WORD.EICR] as number) & ~((w[WORD.EIAC] as number) & bit);
    if (!this.#behaviours.eiamComplement && ((w[WORD.GPIE] as number) & EIAME) !== 0) {
      w[WORD.EIMS] = (w[WORD.EIMS] as number) & ~((w[WORD.EIAM] as number) & bit);
    }
  }

  #raiseLegacy(oldCauses: number): void {
    const w = this.#words;
    const cause = (w[WORD.ICR] as number) & ~ASSERTED;
    w[WORD.ICR] = cause !== 0 ? cause | ASSERTED : 0;
    const raised = (w[WORD.ICR] as number) & (w[WORD.IMS] as number) & ~oldCauses;
    if (raised === 0) return;
    w[WORD.EICR] = (w[WORD.EICR] as number) | (raised & DRSTA) | ASSERTED;
    if (this.#pf.enabled) this.#pf.notify(0);
    else {
      if (w[WORD.IAC] !== 0xffff_ffff) w[WORD.IAC] = (w[WORD.IAC] as number) + 1;
      this.#line(true);
    }
  }
}
