import { alignPairs } from "../core/align-pairs.ts";
import type { AlignedLine, LineAspect } from "./aligned.ts";
import { orders } from "./compare.ts";
import type { RecordedEvent } from "./event.ts";
import { IDLE_QUEUE_INTERRUPTS } from "./left-out.ts";
import { eventText, rowText, type PlaceNames, placeNames } from "./line-text.ts";
import { recordedRow } from "./recorded-rows.ts";
import type { Row } from "./row.ts";
import type { ComparedPhase } from "./verify.ts";

/** Why a line is not compared that gives a phase its moments. */
const MOMENT = "moments at which other threads acted; what they did follows from the models";

/** Lays a phase's recorded lines and the engine's rows beside each other, in the recording's order. */
export function alignLines(compared: ComparedPhase): readonly AlignedLine[] {
  const { run, phase, recorded, engine, apart, leftOut, leftOutIdle, wire } = compared;
  const events = run.phases.get(phase)?.events ?? [];
  const names = placeNames(events);
  // Lines of different orders are brought together by the place of their recorded line.
  const streams = orders(apart).map((aspects) =>
    alignOrder(
      recorded.filter((row) => aspects.includes(row.aspect)),
      engine.filter((row) => aspects.includes(row.aspect)),
      names,
    ),
  );
  const single: AlignedLine[] = [];
  for (const { event, rule } of leftOut) {
    single.push(unpaired(event, names, "leftOut", `${rule.name}: ${rule.reason}`));
  }
  for (const row of leftOutIdle) {
    const note = `${IDLE_QUEUE_INTERRUPTS.name}: ${IDLE_QUEUE_INTERRUPTS.reason}`;
    single.push({ ...lineOf(row, undefined, names), status: "leftOut", note });
  }
  const gone = new Set(leftOut.map(({ event }) => event));
  for (const event of events) {
    if (gone.has(event)) continue;
    if (event.op === "wire_tx" || event.op === "wire_rx") single.push(wireLine(event, wire, names));
    else if (recordedRow(event, NOWHERE) === undefined) {
      single.push(unpaired(event, names, "moment", event.op === "mark" ? "" : MOMENT));
    }
  }
  for (const { line, engine: words } of wire) {
    if (line === 0) single.push(extraFrame(words));
  }
  return merged([...streams, single.sort((a, b) => place(a) - place(b))]);
}

const NOWHERE = { memoryBytes: 0, blocks: [] };

/** Aligns rows that have one order; a row whose place is the same on both sides differs in value. */
function alignOrder(
  recorded: readonly Row[],
  engine: readonly Row[],
  names: PlaceNames,
): AlignedLine[] {
  const partners = alignPairs(
    recorded.map(({ key }) => key),
    engine.map(({ key }) => key),
  );
  const lines: AlignedLine[] = [];
  let at = 0;
  let own = 0;
  const gap = (endRecorded: number, endEngine: number): void => {
    lines.push(...alignGap(recorded.slice(at, endRecorded), engine.slice(own, endEngine), names));
  };
  partners.forEach((partner, index) => {
    if (partner < 0) return;
    gap(index, partner);
    lines.push(lineOf(recorded[index], engine[partner], names));
    at = index + 1;
    own = partner + 1;
  });
  gap(recorded.length, engine.length);
  return lines;
}

/** Rows between two that agree: those at the same place with other values stand beside each other. */
function alignGap(
  recorded: readonly Row[],
  engine: readonly Row[],
  names: PlaceNames,
): AlignedLine[] {
  const lines: AlignedLine[] = [];
  const partners = alignPairs(recorded.map(prefixOf), engine.map(prefixOf));
  let own = 0;
  partners.forEach((partner, index) => {
    for (; own < partner; own++) lines.push(lineOf(undefined, engine[own], names));
    lines.push(lineOf(recorded[index], partner < 0 ? undefined : engine[partner], names));
    if (partner >= 0) own = partner + 1;
  });
  for (; own < engine.length; own++) lines.push(lineOf(undefined, engine[own], names));
  return lines;
}

/** A row's operation and place, without its value. */
function prefixOf({ key }: Row): string {
  const end = key.indexOf(" = ");
  // Interrupts have no value: the operation is what has to be the same.
  return end < 0 ? (key.split(" ")[0] ?? key) : key.slice(0, end);
}

function lineOf(
  recorded: Row | undefined,
  engine: Row | undefined,
  names: PlaceNames,
): AlignedLine {
  const one = recorded ?? (engine as Row);
  const both = recorded !== undefined && engine !== undefined;
  const isEqual = both && recorded.key === engine.key;
  return {
    status: isEqual ? "equal" : both ? "differs" : recorded === undefined ? "engine" : "recorded",
    aspect: one.aspect,
    line: recorded?.origin ?? 0,
    recorded: recorded === undefined ? "" : rowText(recorded, names),
    row: engine?.origin ?? -1,
    engine: engine === undefined ? "" : rowText(engine, names),
    place: recorded?.place || engine?.place || "",
    note: both && !isEqual ? differingField(recorded, engine) : "",
  };
}

function differingField(recorded: Row, engine: Row): string {
  if (!recorded.key.includes(" = ")) return "which interrupt";
  return prefixOf(recorded) === prefixOf(engine) ? "the value" : "the place";
}

function unpaired(
  event: RecordedEvent,
  names: PlaceNames,
  status: "leftOut" | "moment",
  note: string,
): AlignedLine {
  const row = recordedRow(event, NOWHERE);
  return {
    status,
    aspect: row?.aspect ?? "moments",
    line: event.line,
    recorded: row === undefined ? eventText(event) : rowText(row, names),
    row: -1,
    engine: "",
    place: event.fn,
    note,
  };
}

function wireLine(
  event: RecordedEvent,
  wire: ComparedPhase["wire"],
  names: PlaceNames,
): AlignedLine {
  const problem = wire.find(({ line }) => line === event.line)?.engine[0];
  const line = unpaired(event, names, "moment", "");
  const words = (problem ?? "").replace(/^> /, "");
  return {
    ...line,
    aspect: "wire",
    status: problem === undefined ? "equal" : "differs",
    engine: problem === undefined ? line.recorded : words,
    note: problem === undefined ? "" : "the frame",
  };
}

function extraFrame(words: readonly string[]): AlignedLine {
  const engine = (words[0] ?? "").replace(/^> line 0: |^> /, "");
  const rest = { line: 0, recorded: "", row: -1, place: "", note: "" };
  return { status: "engine", aspect: "wire" as LineAspect, engine, ...rest };
}

/** The place of a line among the recorded ones: behind all of them where it has none. */
function place({ line }: AlignedLine): number {
  return line === 0 ? Infinity : line;
}

/** Merges streams by recorded line; a line that only the engine has stays behind the one before it. */
function merged(streams: readonly (readonly AlignedLine[])[]): readonly AlignedLine[] {
  const keyed = streams.flatMap((lines) => {
    let last = 0;
    return lines.map((line) => {
      if (line.line > 0) last = line.line;
      return { line, key: line.line > 0 ? line.line : last };
    });
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ line }) => line);
}
