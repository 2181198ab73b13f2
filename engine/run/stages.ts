import type { ModeParts } from "../modes/define.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { registerKey, type RegisterNames } from "../trace/sentence.ts";
import type { Trace } from "../trace/store.ts";
import { RECEIVE_STAGES, TRANSMIT_STAGES } from "./stage-specs.ts";
import type { Stage, StageId, StageRow, StageSpec } from "./stage.ts";
import type { Direction } from "./direction.ts";

/** What of a run decides its packets' stages. */
export interface StageSource {
  readonly trace: Trace;
  readonly registers: RegisterNames;
  readonly direction: Direction;
  readonly parts: ModeParts;
}

/** The stages that packets of a direction go through, in the order in which they are compared. */
export function stageSpecs(direction: Direction): readonly StageSpec[] {
  if (direction === "tx") return TRANSMIT_STAGES;
  return direction === "rx" ? RECEIVE_STAGES : [...TRANSMIT_STAGES, ...RECEIVE_STAGES];
}

/**
 * The rows at which a packet reaches each stage, comparable between modes. The order is that of
 * rows: other resources' time can run beside it. A completion can overtake the wire.
 * @param rows The packet's rows in the order in which they are told.
 */
export function stagesOf(source: StageSource, rows: Int32Array): readonly Stage[] {
  const specs = stageSpecs(source.direction);
  const seen = Array.from(rows, (row) => rowSeen(source, row));
  const steps = new Map<StageId, number>();
  const find = (id: StageId): number => {
    const known = steps.get(id);
    if (known !== undefined) return known;
    const spec = specs.find((one) => one.id === id);
    const step = spec === undefined ? -1 : findStep(spec, seen, find);
    steps.set(id, step);
    return step;
  };
  return specs.map((spec): Stage => {
    const { id, label } = spec;
    const step = find(id);
    if (step < 0) return { id, label, row: -1, step, absent: spec.absent(source.parts) };
    const row = rows[step] as number;
    // A callout or a hidden fault encloses the access that it handles, and stands before it.
    const opens = step > 0 && rows[step - 1] === source.trace.parent[row] && seen[step - 1];
    const isHandler = opens && (opens.kind === KIND.callout || opens.kind === KIND.exception);
    return { id, label, row, step: isHandler ? step - 1 : step, absent: "" };
  });
}

function findStep(
  spec: StageSpec,
  seen: readonly StageRow[],
  find: (id: StageId) => number,
): number {
  const from = Math.max(-1, ...spec.after.map(find)) + 1;
  const bound = (ids: readonly StageId[]): number =>
    Math.min(seen.length, ...ids.map(find).filter((step) => step >= 0));
  const end = bound([...(spec.before ?? []), ...(spec.lastBefore ?? [])]);
  const place = seen.slice(from, Math.max(from, end));
  const at =
    spec.lastBefore === undefined ? place.findIndex(spec.is) : place.findLastIndex(spec.is);
  return at < 0 ? -1 : from + at;
}

function rowSeen({ trace, registers }: StageSource, row: number): StageRow {
  const where = trace.where[row] as number;
  const actor = trace.actor[row] as number;
  const a = trace.a[row] as number;
  return {
    kind: trace.kind[row] as number,
    actor,
    inGuest: actor <= ACTORS.guestDriver.code,
    where: trace.names[where] ?? "",
    field: registers.get(registerKey(where, a)) ?? "",
    a,
  };
}
