import { alignedLine, alignOrder, mergedLines } from "./align-order.ts";
import type { AlignedLine, LineAspect } from "./aligned.ts";
import { orders } from "./compare.ts";
import type { RecordedEvent } from "./event.ts";
import { IDLE_QUEUE_INTERRUPTS } from "./left-out.ts";
import { eventText, rowText, type PlaceNames, placeNames } from "./line-text.ts";
import { recordedRow } from "./recorded-rows.ts";
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
      (row) => rowText(row, names),
    ),
  );
  const single: AlignedLine[] = [];
  for (const { event, rule } of leftOut) {
    single.push(unpaired(event, names, "leftOut", `${rule.name}: ${rule.reason}`));
  }
  for (const row of leftOutIdle) {
    const note = `${IDLE_QUEUE_INTERRUPTS.name}: ${IDLE_QUEUE_INTERRUPTS.reason}`;
    single.push({
      ...alignedLine(row, undefined, (one) => rowText(one, names)),
      status: "leftOut",
      note,
    });
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
  return mergedLines([...streams, single.sort((a, b) => place(a) - place(b))]);
}

const NOWHERE = { memoryBytes: 0, blocks: [] };

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
