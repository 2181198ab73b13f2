import type { IoApicPin } from "../cpu/io-apic.ts";

/** What a driver registers for an interrupt. */
export interface IrqHandler {
  /** The driver's hard interrupt handler. */
  handleIrq(): void;
}

/** A registered interrupt: kernel/irq/manage.c, struct irqaction and its irq_desc. */
export class IrqAction {
  readonly vector: number;
  /** Dictionary number of the source's name: `intx`, `vec1`, `vf.vec0` … */
  readonly source: number;
  readonly handler: IrqHandler;
  /** The IOAPIC pin of a level-triggered interrupt. */
  readonly pin: IoApicPin | undefined;
  /** An affinity change waits for the next interrupt (`irq_move_irq`). */
  movePending = false;
  #mover: (() => void) | undefined;

  constructor(vector: number, source: number, handler: IrqHandler, pin: IoApicPin | undefined) {
    this.vector = vector;
    this.source = source;
    this.handler = handler;
    this.pin = pin;
  }

  /** `irq_set_affinity` on a running MSI-X interrupt: the entry is rewritten at the next one. */
  setAffinity(mover: () => void): void {
    this.movePending = true;
    this.#mover = mover;
  }

  /** Does the pending rewrite. */
  move(): void {
    this.movePending = false;
    this.#mover?.();
  }
}
