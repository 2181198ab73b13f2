import { alignPairs } from "../core/align-pairs.ts";
import type { AlignedAspect, AlignedLine } from "./aligned.ts";

/** One thing that happened on either side, in the form in which both are compared. */
export interface Happening {
  readonly aspect: AlignedAspect;
  /** Equal keys match. */
  readonly key: string;
  /** Line of the recording's file, or row of the engine's trace, -1 for none. */
  readonly origin: number;
  /** Guest function, where it is known. */
  readonly place?: string;
}

/**
 * Aligns two sides that have one order; what is at the same place on both sides differs in value.
 * @param textOf A happening in a reader's words.
 */
export function alignOrder<T extends Happening>(
  recorded: readonly T[],
  engine: readonly T[],
  textOf: (one: T) => string,
): AlignedLine[] {
  const partners = alignPairs(
    recorded.map(({ key }) => key),
    engine.map(({ key }) => key),
  );
  const lines: AlignedLine[] = [];
  let at = 0;
  let own = 0;
  const gap = (endRecorded: number, endEngine: number): void => {
    lines.push(...alignGap(recorded.slice(at, endRecorded), engine.slice(own, endEngine), textOf));
  };
  partners.forEach((partner, index) => {
    if (partner < 0) return;
    gap(index, partner);
    lines.push(alignedLine(recorded[index], engine[partner], textOf));
    at = index + 1;
    own = partner + 1;
  });
  gap(recorded.length, engine.length);
  return lines;
}

/** What lies between two that agree: those at the same place with other values stand beside each other. */
function alignGap<T extends Happening>(
  recorded: readonly T[],
  engine: readonly T[],
  textOf: (one: T) => string,
): AlignedLine[] {
  const lines: AlignedLine[] = [];
  const partners = alignPairs(recorded.map(prefixOf), engine.map(prefixOf));
  let own = 0;
  partners.forEach((partner, index) => {
    for (; own < partner; own++) lines.push(alignedLine(undefined, engine[own], textOf));
    lines.push(alignedLine(recorded[index], partner < 0 ? undefined : engine[partner], textOf));
    if (partner >= 0) own = partner + 1;
  });
  for (; own < engine.length; own++) lines.push(alignedLine(undefined, engine[own], textOf));
  return lines;
}

/** A happening's operation and place, without its value. */
function prefixOf({ key }: Happening): string {
  const end = key.indexOf(" = ");
  // Interrupts have no value: the operation is what has to be the same.
  return end < 0 ? (key.split(" ")[0] ?? key) : key.slice(0, end);
}

/** What one side or both have, as a line; at least one of them is there. */
export function alignedLine<T extends Happening>(
  recorded: T | undefined,
  engine: T | undefined,
  textOf: (one: T) => string,
): AlignedLine {
  const one = recorded ?? (engine as T);
  const both = recorded !== undefined && engine !== undefined;
  const isEqual = both && recorded.key === engine.key;
  return {
    status: isEqual ? "equal" : both ? "differs" : recorded === undefined ? "engine" : "recorded",
    aspect: one.aspect,
    line: recorded?.origin ?? 0,
    recorded: recorded === undefined ? "" : textOf(recorded),
    row: engine?.origin ?? -1,
    engine: engine === undefined ? "" : textOf(engine),
    place: recorded?.place || engine?.place || "",
    note: both && !isEqual ? differingField(recorded, engine) : "",
  };
}

function differingField(recorded: Happening, engine: Happening): string {
  if (!recorded.key.includes(" = ")) {
    return recorded.aspect === "interrupts" ? "which interrupt" : "what happened";
  }
  return prefixOf(recorded) === prefixOf(engine) ? "the value" : "the place";
}

/** Merges streams by recorded line; a line that only the engine has stays behind the one before it. */
export function mergedLines(streams: readonly (readonly AlignedLine[])[]): readonly AlignedLine[] {
  const keyed = streams.flatMap((lines) => {
    let last = 0;
    return lines.map((line) => {
      if (line.line > 0) last = line.line;
      return { line, key: line.line > 0 ? line.line : last };
    });
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ line }) => line);
}
