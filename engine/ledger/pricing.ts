import type { Clock } from "../core/clock.ts";
import { RESOURCE_COUNT, RESOURCES } from "../core/resource.ts";
import { ACTOR_COUNT, ACTORS, type ActorName } from "../trace/actor.ts";
import { KIND, KIND_COUNT, KIND_NAMES } from "../trace/schema.ts";
import type { RowPricer, TraceStore } from "../trace/store.ts";
import { charge, type Charge, chargeCycles, findRule, FREE, linesOf } from "./charge.ts";
import { Ledger } from "./ledger.ts";
import type { PriceList } from "./price-list.ts";
import type { TariffRule } from "./tariff/rule.ts";

const HARDWARE = ACTORS.hardware.code;
const WIRE = ACTORS.wire.code;
const ACTOR_NAMES = Object.keys(ACTORS) as ActorName[];
const SLOTS = KIND_COUNT * ACTOR_COUNT;

/** A rule's charge, and what it is when the CPU has run its code a moment ago, where that differs. */
interface Tariffed {
  readonly cold: Charge;
  readonly warm: Charge | undefined;
  /** When each resource last ran it, in cycles. */
  readonly lastCycles: Float64Array;
}

const NOTHING: Tariffed = {
  cold: FREE,
  warm: undefined,
  lastCycles: new Float64Array(RESOURCE_COUNT),
};

/** Prices every row of a machine by the tariff, posts it in the ledger and lets its time pass. */
export class Pricing implements RowPricer {
  readonly prices: PriceList;
  readonly ledger: Ledger;
  /** The charges that occurred, by number; 0 is free. */
  readonly charges: Charge[] = [FREE];
  /** Of the row priced last: number of its charge, and its resource. */
  charge = 0;
  resource = 0;
  /** Its cycles. */
  cycles = 0;
  readonly #clock: Clock;
  readonly #mode: string;
  /** By `where`: a charge for each kind and actor. */
  readonly #found: (Tariffed | undefined)[][] = [];
  readonly #byRule = new Map<unknown, Tariffed>();
  /** How long code stays warm, in cycles. */
  readonly #warmCycles: number;
  #trace: TraceStore | undefined;

  constructor(prices: PriceList, clock: Clock, mode: string, perPacket: boolean) {
    this.prices = prices;
    this.#warmCycles = prices.prices.cacheWarmTime.cycles.typical;
    this.ledger = new Ledger(perPacket);
    this.#clock = clock;
    this.#mode = mode;
  }

  /** Says where the names of `where` are. */
  attach(trace: TraceStore): void {
    this.#trace = trace;
  }

  price(kind: number, actor: number, where: number, a: number, packet: number): number {
    const slot = kind * ACTOR_COUNT + actor;
    const either = this.#found[where]?.[slot] ?? this.#look(kind, actor, where, slot);
    const found = either.warm === undefined ? either.cold : this.#coldOrWarm(either);
    const cycles = found === FREE ? 0 : chargeCycles(found, a);
    this.charge = found.id;
    this.cycles = cycles;
    const start = this.#spend(found, kind, actor, a, packet, cycles);
    if (found !== FREE) {
      const lines = found.lineCycles === 0 ? 0 : linesOf(a);
      this.ledger.post(found.id, actor, this.resource, packet, a, lines, cycles);
    }
    return start;
  }

  #spend(
    found: Charge,
    kind: number,
    actor: number,
    a: number,
    packet: number,
    cycles: number,
  ): number {
    const clock = this.#clock;
    if (found.passed) {
      this.resource = clock.resource;
      return clock.nowCycles - cycles;
    }
    if (actor === HARDWARE) return this.#device(found, a, packet, cycles);
    if (actor === WIRE) return this.#wire(found, kind === KIND.wireTransmit, a, packet, cycles);
    if (kind === KIND.vmExit || kind === KIND.vmEntry) {
      this.resource = RESOURCES.vcpu.code;
      return clock.spendOnVcpu(cycles);
    }
    const start = clock.spend(cycles);
    this.resource = clock.resource;
    return start;
  }

  moved(actor: number, from: number, to: number, charged: number, a: number): void {
    const cycles = chargeCycles(this.charges[charged] ?? FREE, a);
    this.ledger.move(actor, from, to, cycles);
  }

  #device(found: Charge, a: number, packet: number, cycles: number): number {
    const clock = this.#clock;
    this.resource = RESOURCES.nic.code;
    const start = clock.deviceStep(packet, cycles);
    for (const { resource, charge: busy } of found.occupies)
      clock.occupy(RESOURCES[resource].code, chargeCycles(busy, a));
    return start;
  }

  /** What the way over the wire takes is one thing, for how long the wire is not free another. */
  #wire(found: Charge, outward: boolean, a: number, packet: number, cycles: number): number {
    const clock = this.#clock;
    this.resource = outward ? RESOURCES.wireOut.code : RESOURCES.wireIn.code;
    let wireCycles = 0;
    for (const { resource, charge: busy } of found.occupies)
      if (RESOURCES[resource].code === this.resource) wireCycles += chargeCycles(busy, a);
    const start = outward
      ? clock.sendStep(packet, cycles, wireCycles)
      : clock.arriveStep(packet, cycles, wireCycles);
    for (const { resource, charge: busy } of found.occupies) {
      const { code } = RESOURCES[resource];
      if (code !== this.resource) clock.occupy(code, chargeCycles(busy, a));
    }
    return start;
  }

  /** Code is warm when the same CPU has run it a moment ago, for whichever packet. */
  #coldOrWarm({ cold, warm, lastCycles }: Tariffed): Charge {
    const { nowCycles, resource } = this.#clock;
    const since = nowCycles - (lastCycles[resource] as number);
    lastCycles[resource] = nowCycles;
    return since < this.#warmCycles && warm !== undefined ? warm : cold;
  }

  #look(kind: number, actor: number, where: number, slot: number): Tariffed {
    let found = this.#found[where];
    if (found === undefined) {
      found = new Array<Tariffed | undefined>(SLOTS).fill(undefined);
      this.#found[where] = found;
    }
    const kindName = KIND_NAMES[kind];
    const actorName = ACTOR_NAMES[actor];
    if (kindName === undefined || actorName === undefined) return NOTHING;
    const name = this.#trace?.name(where) ?? "";
    const rule = findRule(kindName, actorName, name, this.#mode);
    const result = rule === undefined ? NOTHING : (this.#byRule.get(rule) ?? this.#add(rule));
    found[slot] = result;
    return result;
  }

  #add(rule: TariffRule): Tariffed {
    const cold = charge(this.charges.length, rule.parts, this.prices, rule);
    this.charges.push(cold);
    const lastCycles = new Float64Array(RESOURCE_COUNT).fill(-Infinity);
    const again = charge(this.charges.length, rule.parts, this.prices, rule, true);
    const differs = chargeCycles(again, 1) !== chargeCycles(cold, 1);
    if (differs) this.charges.push(again);
    const result = { cold, warm: differs ? again : undefined, lastCycles };
    this.#byRule.set(rule, result);
    return result;
  }
}
