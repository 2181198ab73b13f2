import { ACTORS, type ActorName } from "../trace/actor.ts";

/** Packets that were lost in one place for one reason. */
export interface Drop {
  /** Whose code or chip dropped them: an actor's label. */
  readonly where: string;
  readonly why: string;
  readonly count: number;
}

/**
 * Why packets are lost that the host keeps for a device whose driver never asks for more: 8139too's
 * NAPI poll acknowledges what came during its last packet, and finds nothing signalled when it is
 * called again, while QEMU keeps frames back until CAPR is written.
 */
export const STRANDED = "kept for a receiver that has stopped";
const UNDER_WAY = 0;
const DELIVERED = 1;
const DROPPED = 2;
const LABELS = (Object.keys(ACTORS) as ActorName[]).map((name) => ACTORS[name].label);

/**
 * What became of each packet: when it was due, when it set out, when it arrived or who dropped it.
 * The first thing that happens to a packet counts; copies of it that come later do not.
 */
export class LoadMeter {
  /** First of the packets that count. */
  readonly first: number;
  /** Packets in all. */
  readonly count: number;
  /** When packets were due and when they really set out, in cycles. */
  readonly dueCycles: Float64Array;
  readonly startCycles: Float64Array;
  /** When packets arrived, in cycles; NaN for those that did not. */
  readonly endCycles: Float64Array;
  /** Hears of each packet that has arrived or was dropped, and when. */
  onSettled: ((cycles: number) => void) | undefined;
  readonly #states: Uint8Array;
  readonly #drops = new Map<string, { where: string; why: string; count: number }>();

  /**
   * @param first Packets before this one only warm up.
   * @param count Packets in all, numbered from 0.
   */
  constructor(first: number, count: number) {
    this.first = first;
    this.count = count;
    this.dueCycles = new Float64Array(count);
    this.startCycles = new Float64Array(count);
    this.endCycles = new Float64Array(count).fill(NaN);
    this.#states = new Uint8Array(count);
  }

  /** A packet that was due sets out. */
  started(packet: number, dueCycles: number, nowCycles: number): void {
    this.dueCycles[packet] = dueCycles;
    this.startCycles[packet] = nowCycles;
  }

  /** A packet arrives where it was to go. */
  delivered(packet: number, cycles: number): void {
    if (this.#states[packet] !== UNDER_WAY) return;
    this.#states[packet] = DELIVERED;
    this.endCycles[packet] = cycles;
    this.onSettled?.(cycles);
  }

  /** A packet is lost. */
  dropped(packet: number, actor: number, why: string, cycles: number): void {
    if (this.#states[packet] !== UNDER_WAY) return;
    this.#states[packet] = DROPPED;
    if (packet >= this.first) this.#count(LABELS[actor] ?? "", why);
    this.onSettled?.(cycles);
  }

  /** All is at rest: what is still somewhere was left behind, by a receiver that asks for no more. Returns how many. */
  strand(): number {
    let stranded = 0;
    for (let packet = 0; packet < this.count; packet++) {
      if (this.#states[packet] !== UNDER_WAY) continue;
      this.#states[packet] = DROPPED;
      stranded++;
      if (packet >= this.first) this.#count(ACTORS.deviceModel.label, STRANDED);
    }
    return stranded;
  }

  /** Packets that were lost, by place and reason, the most frequent first. */
  drops(): readonly Drop[] {
    return [...this.#drops.values()].sort((one, other) => other.count - one.count);
  }

  /** Packets that count and arrived. */
  get deliveredCount(): number {
    return this.#countOf(DELIVERED);
  }

  /** Packets that count and were dropped. */
  get droppedCount(): number {
    return this.#countOf(DROPPED);
  }

  #countOf(state: number): number {
    let count = 0;
    for (let at = this.first; at < this.count; at++) if (this.#states[at] === state) count++;
    return count;
  }

  #count(where: string, why: string): void {
    const key = `${where}\n${why}`;
    const drop = this.#drops.get(key);
    if (drop === undefined) this.#drops.set(key, { where, why, count: 1 });
    else drop.count++;
  }
}
