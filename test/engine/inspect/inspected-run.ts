import { History } from "../../../engine/history/history.ts";
import type { Snapshot } from "../../../engine/history/snapshot.ts";
import type { KnobValues } from "../../../engine/modes/knob.ts";
import { prepare, type Run, simulate } from "../../../engine/run/simulate.ts";
import type { Direction } from "../../../engine/run/direction.ts";
import { KIND, type EventName } from "../../../engine/trace/schema.ts";
import { aScenario } from "../history/a-scenario.ts";
import type { Prepared } from "../../../engine/run/simulate.ts";

/** A short run with its history. */
export interface InspectedRun {
  readonly run: Run;
  readonly history: History;
}

/** A few packets through a mode, with history. */
export function anInspectedRun(
  modeId: string,
  direction: Direction = "tx",
  knobs: KnobValues = {},
): InspectedRun {
  return opened(simulate(aScenario(modeId, direction, { knobs })));
}

/** The same, with somebody who looks at the machine when each row is over. */
export function watchedRun(
  modeId: string,
  direction: Direction,
  knobs: KnobValues,
  look: (prepared: Prepared, row: number) => void,
): InspectedRun {
  const prepared = prepare(aScenario(modeId, direction, { knobs }));
  const { trace, journal } = prepared.machine;
  if (journal === undefined) throw new Error("a machine with history has a journal");
  const { beforeRow } = trace;
  trace.beforeRow = () => {
    beforeRow?.();
    look(prepared, trace.length - 1);
  };
  prepared.start();
  prepared.machine.run();
  const run = prepared.finish();
  look(prepared, run.trace.length - 1);
  return opened(run);
}

/** The first row of a kind whose name begins so, at or after `from`. */
export function rowOf({ trace }: Run, kind: EventName, name = "", from = 0): number {
  for (let row = from; row < trace.length; row++) {
    const where = trace.names[trace.where[row] as number] ?? "";
    if (trace.kind[row] === KIND[kind] && where.startsWith(name)) return row;
  }
  throw new Error(`no row ${kind} ${name} from ${from} on`);
}

/** What a section's line holds, by the names of its columns; undefined when it is not there. */
export function lineOf(
  snapshot: Snapshot,
  section: string,
  line: string,
): Readonly<Record<string, unknown>> | undefined {
  const state = snapshot.section(section);
  const found = state?.lines.find(({ name }) => name === line);
  if (state === undefined || found === undefined) return undefined;
  return Object.fromEntries(
    state.spec.cells.map(({ name }, column) => [name, found.values[column]]),
  );
}

function opened(run: Run): InspectedRun {
  if (run.history === undefined) throw new Error("a run with history has one");
  return { run, history: new History(run.history) };
}
