import { RESOURCE_NAMES, type ResourceName } from "../../../../engine/core/resource.ts";
import { findRule } from "../../../../engine/ledger/charge.ts";
import { COST_TABLE } from "../../../../engine/ledger/costs/index.ts";
import { MODES } from "../../../../engine/modes/index.ts";
import { generatePackets } from "../../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../../engine/run/simulate.ts";
import { ACTORS, type ActorName } from "../../../../engine/trace/actor.ts";
import { KIND_NAMES } from "../../../../engine/trace/schema.ts";

/** A phase of a recording, as a run. */
export interface Phase {
  readonly mode: string;
  readonly direction: "tx" | "rx";
  /** Frame without FCS: 106 for 64 B of UDP payload, 1,442 for 1,400. */
  readonly frameBytes: number;
  readonly packets: number;
  readonly gapMicroseconds: number;
}

const ACTOR_NAMES = Object.keys(ACTORS) as ActorName[];

/** Typical instructions a packet of a run; primitives in other units are not counted. */
export class Instructions {
  readonly #sums = new Map<string, number>();
  readonly #packets: number;

  constructor(phase: Phase) {
    const mode = MODES.find(({ id }) => id === phase.mode);
    if (mode === undefined) throw new Error(phase.mode);
    const { direction, gapMicroseconds, packets: count, frameBytes } = phase;
    const frames = generatePackets({
      count,
      frameBytesWithoutFcs: frameBytes,
      seed: 1,
      direction,
    });
    const { trace } = simulate({ mode, frames, direction, gapMicroseconds });
    this.#packets = count;
    for (let row = 0; row < trace.length; row++) {
      const kind = KIND_NAMES[trace.kind[row] as number];
      const actor = ACTOR_NAMES[trace.actor[row] as number];
      const resource = RESOURCE_NAMES[trace.resource[row] as number];
      const where = trace.names[trace.where[row] as number] ?? "";
      if (kind === undefined || actor === undefined || resource === undefined) continue;
      const parts = findRule(kind, actor, where, mode.id)?.parts ?? [];
      for (const part of parts) this.#add(resource, actor, part, trace.a[row] as number);
    }
  }

  /** Of what a thread runs, of some actors, without some primitives. */
  of(
    resource: ResourceName,
    actors: readonly ActorName[],
    without: readonly string[] = [],
  ): number {
    let sum = 0;
    for (const [key, count] of this.#sums) {
      const [onResource, actor, cost] = key.split(" ") as [string, ActorName, string];
      if (onResource === resource && actors.includes(actor) && !without.includes(cost))
        sum += count;
    }
    return sum / this.#packets;
  }

  #add(
    resource: ResourceName,
    actor: ActorName,
    part: NonNullable<ReturnType<typeof findRule>>["parts"][number],
    a: number,
  ): void {
    const { cost, per = "row", times = 1 } = typeof part === "string" ? { cost: part } : part;
    const { unit, value } = COST_TABLE[cost];
    if (unit !== "instructions") return;
    const units = { row: 1, byte: a, value: a, cacheLine: Math.ceil(a / 64) }[per];
    const key = `${resource} ${actor} ${cost}`;
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + units * times * value.typical);
  }
}
