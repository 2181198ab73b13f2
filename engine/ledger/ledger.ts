import { RESOURCE_COUNT } from "../core/resource.ts";
import { ACTOR_COUNT } from "../trace/actor.ts";

/** Places for one charge: each actor's work on each resource. */
const CHARGE_PLACES = ACTOR_COUNT * RESOURCE_COUNT;

/**
 * What was spent: by charge, actor and resource, and by packet and actor. The one place where cycles are
 * posted; everything else that is said about costs is read from here or worked out from the trace.
 */
export class Ledger {
  /** Rows, sum of column `a` and cache lines by charge, actor and resource. */
  #rows = new Float64Array(64 * CHARGE_PLACES);
  #sums = new Float64Array(64 * CHARGE_PLACES);
  #lines = new Float64Array(64 * CHARGE_PLACES);
  /** Cycles by packet and actor; row 0 is for what belongs to no packet. Empty unless wanted. */
  #packets = new Float64Array(0);
  #packetCount = 0;
  readonly #perPacket: boolean;
  /** Cycles by actor. */
  readonly actorCycles = new Float64Array(ACTOR_COUNT);

  /** @param perPacket Whether the cycles of each packet are kept. */
  constructor(perPacket: boolean) {
    this.#perPacket = perPacket;
  }

  /** Posts what a row cost. */
  post(
    charge: number,
    actor: number,
    resource: number,
    packet: number,
    a: number,
    lines: number,
    cycles: number,
  ): void {
    const at = charge * CHARGE_PLACES + actor * RESOURCE_COUNT + resource;
    if (at >= this.#rows.length) this.#grow(at);
    this.#rows[at] = (this.#rows[at] as number) + 1;
    this.#sums[at] = (this.#sums[at] as number) + a;
    this.#lines[at] = (this.#lines[at] as number) + lines;
    this.actorCycles[actor] = (this.actorCycles[actor] as number) + cycles;
    if (this.#perPacket) this.#add(packet, actor, cycles);
  }

  /** What was posted for one packet belongs to another. */
  move(actor: number, from: number, to: number, cycles: number): void {
    if (!this.#perPacket || from === to) return;
    this.#add(from, actor, -cycles);
    this.#add(to, actor, cycles);
  }

  /** Rows that had a charge, of one actor, on one resource (-1: on any). */
  rowsOf(charge: number, actor: number, resource = -1): number {
    return sumAt(this.#rows, charge, actor, resource);
  }

  /** Sum of column `a` over those rows. */
  sumOf(charge: number, actor: number, resource = -1): number {
    return sumAt(this.#sums, charge, actor, resource);
  }

  /** Sum of their cache lines. */
  linesOf(charge: number, actor: number, resource = -1): number {
    return sumAt(this.#lines, charge, actor, resource);
  }

  /** Cycles of one packet (-1: of none) on one actor; 0 unless packets are kept. */
  packetCycles(packet: number, actor: number): number {
    return this.#packets[(packet + 1) * ACTOR_COUNT + actor] ?? 0;
  }

  /** One more than the highest packet that anything was posted for. */
  get packetCount(): number {
    return this.#packetCount;
  }

  /** Forgets everything: counting begins. */
  clear(): void {
    this.#rows.fill(0);
    this.#sums.fill(0);
    this.#lines.fill(0);
    this.#packets.fill(0);
    this.#packetCount = 0;
    this.actorCycles.fill(0);
  }

  #add(packet: number, actor: number, cycles: number): void {
    const at = (packet + 1) * ACTOR_COUNT + actor;
    if (at >= this.#packets.length) this.#packets = larger(this.#packets, at);
    this.#packets[at] = (this.#packets[at] as number) + cycles;
    if (packet >= this.#packetCount) this.#packetCount = packet + 1;
  }

  #grow(at: number): void {
    this.#rows = larger(this.#rows, at);
    this.#sums = larger(this.#sums, at);
    this.#lines = larger(this.#lines, at);
  }
}

function sumAt(of: Float64Array, charge: number, actor: number, resource: number): number {
  const first = charge * CHARGE_PLACES + actor * RESOURCE_COUNT;
  if (resource >= 0) return of[first + resource] ?? 0;
  let sum = 0;
  for (let at = first; at < first + RESOURCE_COUNT; at++) sum += of[at] ?? 0;
  return sum;
}

function larger(array: Float64Array<ArrayBuffer>, at: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(Math.max(at + 1, array.length * 2, 64 * ACTOR_COUNT));
  grown.set(array);
  return grown;
}
