import type { LocalApic } from "../local-apic.ts";
import { LAYOUT } from "./layout.ts";
import type { MmioWindow } from "./machine.ts";

/** Offsets of the local APIC's registers. Intel SDM vol. 3A, table 11-1. */
export const APIC_REGISTER = {
  ID: 0x20,
  VERSION: 0x30,
  TPR: 0x80,
  EOI: 0xb0,
  SVR: 0xf0,
  ICR: 0x300,
  ICR_HIGH: 0x310,
  LVT_TIMER: 0x320,
  TIMER_INITIAL: 0x380,
} as const;

const NAMES = new Map<number, string>(
  Object.entries(APIC_REGISTER).map(([name, offset]) => [offset, name]),
);
const MASKED = 0x1_0000;

/**
 * The registers of the local APIC that programs use: EOI, task priority, interprocessor
 * interrupts to oneself (fixed delivery), and a one-shot timer that fires when the processor has
 * nothing else to do, so that time is the same however the code runs.
 */
export class ApicWindow implements MmioWindow {
  readonly name = "local APIC";
  readonly base = LAYOUT.APIC;
  readonly byteCount = 0x1000;
  /** Hears of each EOI with the vector that it retired: an IOAPIC's level-triggered pins do. */
  onEoi: (vector: number) => void = () => {};
  readonly #apic: LocalApic;
  readonly #registers = new Map<number, number>([
    [APIC_REGISTER.VERSION, 0x50014],
    [APIC_REGISTER.SVR, 0x1ff],
    [APIC_REGISTER.LVT_TIMER, MASKED],
  ]);

  constructor(apic: LocalApic) {
    this.#apic = apic;
  }

  nameOf(offset: number): string | undefined {
    return NAMES.get(offset);
  }

  /** The task-priority register, 0 to 255. */
  get taskPriority(): number {
    return this.#registers.get(APIC_REGISTER.TPR) ?? 0;
  }

  read(offset: number): number {
    return offset === APIC_REGISTER.EOI ? 0 : (this.#registers.get(offset) ?? 0);
  }

  write(offset: number, _byteCount: number, value: number): void {
    if (offset === APIC_REGISTER.EOI) {
      const vector = this.#apic.eoi();
      if (vector >= 0) this.onEoi(vector);
      return;
    }
    this.#registers.set(offset, value >>> 0);
    // Fixed delivery with the shorthand "self", or to APIC 0, which is this one.
    if (offset === APIC_REGISTER.ICR && (value & 0x700) === 0) this.#apic.request(value & 0xff);
  }

  /** The one-shot timer runs out. @returns Whether it was armed. */
  fireTimer(): boolean {
    const entry = this.#registers.get(APIC_REGISTER.LVT_TIMER) ?? MASKED;
    const armed = (this.#registers.get(APIC_REGISTER.TIMER_INITIAL) ?? 0) > 0;
    if (!armed || (entry & MASKED) !== 0) return false;
    this.#registers.set(APIC_REGISTER.TIMER_INITIAL, 0);
    this.#apic.request(entry & 0xff);
    return true;
  }
}
