import { CONTROL, EVENT, VCPU_INFO } from "./layout.ts";
import type { SharedAccess } from "./shared-access.ts";

/** Upcalls that one entry may handle before it counts as a livelock. */
const ROUNDS_MAX = 1e6;

/** What a domain does about an event. */
export interface EventHandler {
  /** The interrupt handler of the port. */
  handleEvent(): void;
  /**
   * True for a port whose handler says when it is done (xen_lateeoi_chip): masked until
   * `unmask`; false for the timer's, which is only cleared.
   */
  readonly lateEoi: boolean;
}

/**
 * A Linux domain's side of its event channels with the FIFO ABI, access for access.
 * drivers/xen/events/events_fifo.c, events_base.c.
 */
export class EventFifo {
  readonly #words: SharedAccess;
  readonly #control: SharedAccess;
  readonly #info: SharedAccess;
  readonly #handlers = new Map<number, EventHandler>();
  /** Next port of each queue, 0: look at the control block. */
  readonly #heads = new Int32Array(16);

  constructor(words: SharedAccess, control: SharedAccess, info: SharedAccess) {
    this.#words = words;
    this.#control = control;
    this.#info = info;
  }

  /** Installs what is done about a port's events. */
  bind(port: number, handler: EventHandler): void {
    this.#handlers.set(port, handler);
  }

  /** `xen_evtchn_do_upcall`: handles events until Xen has no more. */
  handleUpcall(): void {
    this.#info.load8(VCPU_INFO.pending);
    for (let round = 0; round < ROUNDS_MAX; round++) {
      this.#info.store8(VCPU_INFO.pending, 0);
      this.#handleReady();
      if (this.#info.load8(VCPU_INFO.pending) === 0) return;
    }
  }

  /**
   * `xen_irq_lateeoi`: lets the port's events in again.
   * @param unmaskByXen Called when an event is pending already: only Xen can queue it then.
   */
  unmask(port: number, unmaskByXen: () => void): void {
    const at = port * 4;
    const word = this.#words.load32(at);
    if ((word & EVENT.masked) === 0) return;
    if ((word & EVENT.pending) !== 0) {
      unmaskByXen();
      return;
    }
    // cmpxchg: reads again, then writes, unless an event has come meanwhile.
    const open = (now: number): number =>
      (now & EVENT.pending) === 0 ? now & ~(EVENT.masked | EVENT.busy) : now;
    if ((this.#words.update32(at, open) & EVENT.pending) !== 0) unmaskByXen();
  }

  /** `__evtchn_fifo_handle_events`. */
  #handleReady(): void {
    let ready = this.#takeReady();
    for (let round = 0; ready !== 0 && round < ROUNDS_MAX; round++) {
      const queue = 31 - Math.clz32(ready & -ready);
      if (this.#consumeOne(queue)) ready &= ~(1 << queue);
      ready |= this.#takeReady();
    }
  }

  #takeReady(): number {
    return this.#control.update32(CONTROL.ready, () => 0);
  }

  /** `consume_one_event`: whether the queue is empty now. */
  #consumeOne(queue: number): boolean {
    let port = this.#heads[queue] as number;
    if (port === 0) port = this.#control.load32(CONTROL.head + 4 * queue);
    const at = port * 4;
    this.#words.load32(at);
    const word = this.#words.update32(at, (now) => now & ~(EVENT.linked | EVENT.linkMask));
    const next = word & EVENT.linkMask;
    this.#heads[queue] = next;
    const pending = (this.#words.load32(at) & EVENT.pending) !== 0;
    if (pending && (this.#words.load32(at) & EVENT.masked) === 0) this.#handle(port);
    return next === 0;
  }

  #handle(port: number): void {
    const handler = this.#handlers.get(port);
    const at = port * 4;
    if (handler?.lateEoi === true) {
      this.#words.update32(at, (now) => now | EVENT.masked);
    }
    this.#words.update32(at, (now) => now & ~EVENT.pending);
    handler?.handleEvent();
  }
}
