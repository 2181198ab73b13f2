import { ACTORS } from "../../../engine/trace/actor.ts";
import { KIND, type EventName } from "../../../engine/trace/schema.ts";
import { TraceStore, type Trace } from "../../../engine/trace/store.ts";

/** One row of a trace that a test writes by hand; what is absent is 0, "" or none. */
export interface ARow {
  readonly at?: number;
  readonly kind: EventName;
  readonly actor?: keyof typeof ACTORS;
  readonly where?: string;
  readonly size?: number;
  readonly a?: number;
  readonly b?: number;
  readonly parent?: number;
  readonly cause?: number;
  readonly packet?: number;
  readonly until?: number;
}

/** A trace with these rows. */
export function aTrace(rows: readonly ARow[]): Trace {
  const store = new TraceStore(true);
  for (const row of rows) {
    store.parent = row.parent ?? -1;
    store.cause = row.cause ?? -1;
    store.packet = row.packet ?? -1;
    const start = row.at ?? 0;
    const actor = ACTORS[row.actor ?? "guestDriver"].code;
    const where = store.id(row.where ?? "");
    const at = store.row(
      start,
      KIND[row.kind],
      actor,
      where,
      row.size ?? 0,
      row.a ?? 0,
      row.b ?? 0,
    );
    if (row.until !== undefined) store.close(at, row.until);
  }
  return store.finish();
}
