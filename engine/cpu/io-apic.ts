import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { TraceStore } from "../trace/store.ts";
import type { LocalApic } from "./local-apic.ts";

/**
 * One level-triggered pin of the IOAPIC with its remote IRR: a line that stays asserted is
 * delivered again after EOI. Intel 82093AA, 3.2.4 "IOREDTBL".
 */
export class IoApicPin {
  /** Global system interrupt number: the pin. */
  readonly gsi: number;
  /** Vector in the redirection entry, or -1 while masked. */
  vector = -1;
  #level = false;
  #remoteIrr = false;
  /** When the line was asserted: whoever did it may be ahead of the vCPU in time. */
  #assertedAtCycles = 0;
  #assertRow = -1;
  /** Hears of each request at the local APIC; `again` when an EOI let the line in once more. */
  onRequest: ((vector: number, again: boolean) => void) | undefined;
  /** Hear of each change of level, before and after what follows from it. */
  onLevelBegins: ((asserted: boolean) => void) | undefined;
  onLevelEnds: ((asserted: boolean) => void) | undefined;
  /** Hears of every change of the pin. */
  onChange: (() => void) | undefined;
  readonly #line: number;
  readonly #trace: TraceStore;
  readonly #clock: { readonly nowCycles: number };
  readonly #apic: LocalApic;
  readonly #actor: number;

  constructor(
    gsi: number,
    actor: number,
    trace: TraceStore,
    clock: { readonly nowCycles: number },
    apic: LocalApic,
  ) {
    this.gsi = gsi;
    this.#actor = actor;
    this.#trace = trace;
    this.#clock = clock;
    this.#apic = apic;
    this.#line = trace.id("INTA#");
  }

  /** Whether the line is asserted. */
  get asserted(): boolean {
    return this.#level;
  }

  /** Remote IRR: the request was accepted, and its EOI has not come yet. */
  get remoteIrr(): boolean {
    return this.#remoteIrr;
  }

  /** The device drives its line; only changes count. */
  setLevel(asserted: boolean): void {
    if (asserted === this.#level) return;
    const kind = asserted ? KIND.intxAssert : KIND.intxDeassert;
    const row = this.#trace.row(
      this.#clock.nowCycles,
      kind,
      this.#actor,
      this.#line,
      0,
      this.gsi,
      0,
    );
    this.#level = asserted;
    if (asserted) {
      this.#assertRow = row;
      this.#assertedAtCycles = this.#clock.nowCycles;
    }
    this.onChange?.();
    this.onLevelBegins?.(asserted);
    this.#deliver(false);
    this.onLevelEnds?.(asserted);
  }

  /** Routes the pin to a vector; -1 masks it and clears the remote IRR, as Linux does at shutdown. */
  route(vector: number): void {
    this.vector = vector;
    if (vector < 0) this.#remoteIrr = false;
    this.onChange?.();
    this.#deliver(false);
  }

  /** The EOI broadcast of a level-triggered vector arrives. */
  eoi(): void {
    this.#trace.row(
      this.#clock.nowCycles,
      KIND.ioapicEoi,
      ACTORS.guestDriver.code,
      this.#line,
      0,
      this.gsi,
      0,
    );
    this.#remoteIrr = false;
    this.onChange?.();
    this.#deliver(true);
  }

  #deliver(again: boolean): void {
    if (!this.#level || this.#remoteIrr || this.vector < 0) return;
    this.#remoteIrr = true;
    this.onChange?.();
    this.#apic.request(this.vector, this.#assertRow, this.#assertedAtCycles);
    this.onRequest?.(this.vector, again);
  }
}
