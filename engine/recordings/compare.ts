import { commonPrefix, matchedCount } from "./align.ts";
import { collapsedKey } from "./recorded-rows.ts";
import { ASPECTS, type Aspect, type Row } from "./row.ts";

/** How much of one aspect of a recording the engine did as well. */
export interface Match {
  /** Recorded events that the engine has in the same order with the same values. */
  readonly matched: number;
  /** Recorded events. */
  readonly total: number;
}

/** The first place where both streams differ, with what stands around it. */
export interface Divergence {
  readonly aspect: string;
  /** Line of the recording's file, or 0 when the engine goes on after its end. */
  readonly line: number;
  /** Up to ten lines of each side, the differing one marked with `>`. */
  readonly recorded: readonly string[];
  readonly engine: readonly string[];
}

/** The result of laying both streams of a phase side by side. */
export interface Comparison {
  readonly aspects: Readonly<Record<Aspect, Match>>;
  readonly firstDivergence: Divergence | undefined;
  /** The engine's rows as they were compared: what the recorder cut short is cut as well. */
  readonly engine: readonly Row[];
}

const CONTEXT_BEFORE = 4;
const CONTEXT_LINES = 10;

/**
 * Compares a phase: per aspect in order, and registers, interrupts and rings in one order too.
 * @param recorded Rows of the recording; a `collapsed` row stands for a stretch that is counted.
 * @param engine Rows of the engine.
 * @param apart Whether interrupts have an order of their own only: where interrupts taken are not
 *   recorded, a moderation timer's place among the accesses is not either.
 */
export function compareRows(
  recorded: readonly Row[],
  engine: readonly Row[],
  apart = false,
): Comparison {
  const counted = collapseLike(recorded, engine);
  const aspects = {} as Record<Aspect, Match>;
  for (const aspect of ASPECTS) {
    const theirs = keys(recorded, [aspect]);
    const ours = keys(counted, [aspect]);
    aspects[aspect] = { matched: matchedCount(theirs, ours), total: theirs.length };
  }
  let firstDivergence: Divergence | undefined;
  for (const order of orders(apart)) firstDivergence ??= divergence(recorded, counted, order);
  return { aspects, firstDivergence, engine: counted };
}

/** Which aspects have one order. @param apart Whether interrupts have one of their own only. */
export function orders(apart: boolean): readonly (readonly Aspect[])[] {
  return apart
    ? [["registers", "rings"], ["interrupts"], ["configuration"]]
    : [["registers", "interrupts", "rings"], ["configuration"]];
}

function keys(rows: readonly Row[], aspects: readonly Aspect[]): string[] {
  return rows.filter((row) => aspects.includes(row.aspect)).map((row) => row.key);
}

function divergence(
  recorded: readonly Row[],
  engine: readonly Row[],
  aspects: readonly Aspect[],
): Divergence | undefined {
  const theirs = recorded.filter((row) => aspects.includes(row.aspect));
  const ours = engine.filter((row) => aspects.includes(row.aspect));
  const at = commonPrefix(
    theirs.map((row) => row.key),
    ours.map((row) => row.key),
  );
  if (at === theirs.length && at === ours.length) return undefined;
  const row = theirs[at] ?? ours[at];
  return {
    aspect: (row as Row).aspect,
    line: theirs[at]?.origin ?? 0,
    recorded: excerpt(theirs, at, "line"),
    engine: excerpt(ours, at, "row"),
  };
}

function excerpt(rows: readonly Row[], at: number, unit: string): string[] {
  const first = Math.max(0, at - CONTEXT_BEFORE);
  const lines = rows.slice(first, first + CONTEXT_LINES).map((row, i) => {
    const mark = first + i === at ? ">" : " ";
    const place = row.place === "" ? "" : `  (${row.place})`;
    return `${mark} ${unit} ${row.origin}: ${row.key}${place}`;
  });
  if (at >= rows.length && lines.length < CONTEXT_LINES) lines.push("> (nothing more)");
  return lines;
}

/**
 * Replaces, in the engine's rows, what the recorder cut to one line by one row of the same form:
 * as many register accesses as the recorded row counts, from the same place on.
 */
function collapseLike(recorded: readonly Row[], engine: readonly Row[]): readonly Row[] {
  if (!recorded.some(isCollapsed)) return engine;
  const result: Row[] = [];
  let at = 0;
  const copyUntil = (aspect: Aspect, accept: (row: Row) => boolean): void => {
    while (at < engine.length) {
      const row = engine[at] as Row;
      if (row.aspect === aspect && !accept(row)) return;
      result.push(row);
      at++;
    }
  };
  for (const row of recorded) {
    if (row.aspect !== "registers") continue;
    if (!isCollapsed(row)) {
      let taken = false;
      copyUntil("registers", () => {
        if (taken) return false;
        taken = true;
        return true;
      });
      continue;
    }
    const count = collapsedAccesses(row);
    const ops = new Map<string, number>();
    let origin = -1;
    let left = count;
    while (at < engine.length && left > 0) {
      const candidate = engine[at++] as Row;
      if (candidate.aspect !== "registers") {
        result.push(candidate);
        continue;
      }
      if (origin < 0) origin = candidate.origin;
      ops.set(candidate.op, (ops.get(candidate.op) ?? 0) + 1);
      left--;
    }
    const key = collapsedKey(ops);
    result.push({ aspect: "registers", key, op: "", origin, place: "" });
  }
  while (at < engine.length) result.push(engine[at++] as Row);
  return result;
}

function isCollapsed(row: Row): boolean {
  return row.key.startsWith("collapsed ");
}

/** How many accesses a collapsed row counts. */
function collapsedAccesses(row: Row): number {
  const numbers = row.key.matchAll(/: (\d+)/g);
  return [...numbers].reduce((sum, match) => sum + Number(match[1]), 0);
}
