import { Napi } from "../../../guest/napi.ts";
import type { IrqHandler } from "../../../guest/irq.ts";
import type { Machine } from "../../../machine.ts";
import { ACTORS } from "../../../trace/actor.ts";
import { INTERRUPT_REGISTERS } from "../registers/interrupt.ts";
import type { PfHardware } from "./pf-hardware.ts";
import type { PfReceiveRing } from "./pf-receive.ts";
import type { PfTransmitRing } from "./pf-transmit.ts";

const DRIVER = ACTORS.guestDriver.code;
const INTERVAL_MASK = 0x7ffc;
const COUNT_IGNORED = 0x8000_0000;
/** Intervals in units of 1.024 us, shifted by 2: about 8,000, 4,000 and 20,000 a second. */
const START = 648;
const RATE_4K = 980;
const RATE_20K = 196;
const WIRE_OVERHEAD_BYTES = 24;
const JUMBO_BYTES = 3000;

/**
 * One of igb's queue vectors: an interrupt, its throttle, its NAPI, the rings it serves.
 * igb/igb_main.c, struct igb_q_vector, igb_msix_ring, igb_poll, igb_update_ring_itr.
 */
export class PfVector extends Napi implements IrqHandler {
  /** MSI-X vector, and bit in EICR. */
  readonly vector: number;
  readonly #machine: Machine;
  readonly #hw: PfHardware;
  readonly #tx: PfTransmitRing | undefined;
  readonly #rx: PfReceiveRing | undefined;
  readonly #state: { readonly gigabit: boolean; readonly down: boolean };
  readonly #name: number;
  /** Set by a person: it stays. */
  readonly #fixed: boolean;
  #interval: number;
  #intervalChanged = true;

  /**
   * @param throttleMicroseconds What a person set by ethtool (igb_set_coalesce), or 0.
   * @param state Link speed and whether the interface is down, as the driver sees them.
   */
  constructor(
    machine: Machine,
    hw: PfHardware,
    vector: number,
    rings: { readonly tx?: PfTransmitRing; readonly rx?: PfReceiveRing },
    state: { readonly gigabit: boolean; readonly down: boolean },
    throttleMicroseconds = 0,
  ) {
    super();
    this.#fixed = throttleMicroseconds > 0;
    this.#interval = this.#fixed ? throttleMicroseconds << 2 : START;
    this.#machine = machine;
    this.#hw = hw;
    this.vector = vector;
    this.#tx = rings.tx;
    this.#rx = rings.rx;
    this.#state = state;
    this.#name = machine.trace.id("igb_poll");
  }

  /** `igb_msix_ring`. */
  handleIrq(): void {
    if (this.#intervalChanged) {
      const value = this.#interval & INTERVAL_MASK || 4;
      this.#hw.write(INTERRUPT_REGISTERS.EITR, value + COUNT_IGNORED, this.vector);
      this.#intervalChanged = false;
    }
    this.#machine.kernel.scheduleNapi(this);
  }

  /** `igb_poll`. */
  poll(budget: number): number {
    const span = this.#machine.open(DRIVER, this.#name, budget);
    let complete = true;
    if (this.#tx !== undefined) complete = this.#tx.clean();
    let done = 0;
    if (this.#rx !== undefined) {
      done = this.#rx.clean(budget);
      if (done >= budget) complete = false;
    }
    if (!complete) done = budget;
    else if (this.#machine.kernel.completeNapi(this)) this.#enable();
    this.#machine.close(span);
    return done;
  }

  /** `igb_ring_irq_enable`: judges the throttle, unmasks the vector. */
  #enable(): void {
    this.#judge();
    if (!this.#state.down) this.#hw.write(INTERRUPT_REGISTERS.EIMS, 1 << this.vector);
  }

  /** `igb_update_ring_itr`: the larger the frames, the longer the interval. */
  #judge(): void {
    if (this.#fixed) return;
    let interval = this.#interval;
    if (!this.#state.gigabit) interval = RATE_4K;
    else {
      const bytes = Math.max(average(this.#rx), average(this.#tx));
      if (bytes > 0) interval = intervalFor(bytes);
    }
    if (interval !== this.#interval) {
      this.#interval = interval;
      this.#intervalChanged = true;
    }
    clear(this.#rx);
    clear(this.#tx);
  }
}

interface Totals {
  totalPackets: number;
  totalBytes: number;
}

function average(ring: Totals | undefined): number {
  if (ring === undefined || ring.totalPackets === 0) return 0;
  return Math.floor(ring.totalBytes / ring.totalPackets);
}

function clear(ring: Totals | undefined): void {
  if (ring === undefined) return;
  ring.totalPackets = 0;
  ring.totalBytes = 0;
}

function intervalFor(averageBytes: number): number {
  const wire = Math.min(averageBytes + WIRE_OVERHEAD_BYTES, JUMBO_BYTES);
  const middle = wire > 300 && wire < 1200;
  return Math.max(Math.floor(wire / (middle ? 3 : 2)), RATE_20K);
}
