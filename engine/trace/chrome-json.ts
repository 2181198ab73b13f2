import { ACTOR_COUNT, ACTORS } from "./actor.ts";
import { describeRow, hex, type RegisterNames } from "./sentence.ts";
import { EVENTS, KIND_NAMES } from "./schema.ts";
import { spanThreads } from "./span-threads.ts";
import { accessValue, type Trace } from "./store.ts";

const PROCESS = 1;
const ROWS_PER_PART = 4096;

/**
 * Writes a trace in the Trace Event Format that Perfetto and Chrome open: a thread per actor,
 * and one more where it is at work on several CPUs at once; a complete event per row, a flow arrow
 * from each cause in another lane. Times are in microseconds of the machine's clock, to the nanosecond.
 * It comes in parts, as a long trace's text does not fit into one string.
 * @param cyclesPerMicrosecond Clock of the machine.
 */
export function* traceToChromeJsonParts(
  trace: Trace,
  registers: RegisterNames,
  cyclesPerMicrosecond: number,
): Generator<string> {
  const threads = spanThreads(trace);
  const numberOf = (row: number): number =>
    threadNumber(trace.actor[row] as number, threads[row] as number);
  yield `{"displayTimeUnit":"ns","traceEvents":[\n${metadata(trace, threads)}`;
  let part = "";
  for (let row = 0; row < trace.length; row++) {
    for (const event of rowEvents(trace, row, numberOf, registers, cyclesPerMicrosecond)) {
      part += `,\n${JSON.stringify(event)}`;
    }
    if (row % ROWS_PER_PART !== ROWS_PER_PART - 1) continue;
    yield part;
    part = "";
  }
  yield `${part}\n]}\n`;
}

type TraceEvent = Readonly<Record<string, unknown>>;

/** The first threads of all actors are numbered before the second. */
function threadNumber(actor: number, thread: number): number {
  return 1 + actor + ACTOR_COUNT * thread;
}

function metadata(trace: Trace, threads: Uint8Array): string {
  const counts = new Uint16Array(ACTOR_COUNT).fill(1);
  for (let row = 0; row < trace.length; row++) {
    const actor = trace.actor[row] as number;
    counts[actor] = Math.max(counts[actor] as number, (threads[row] as number) + 1);
  }

  const events: TraceEvent[] = [
    { ph: "M", pid: PROCESS, name: "process_name", args: { name: "trapline" } },
  ];
  for (const { code, label } of Object.values(ACTORS)) {
    for (let thread = 0; thread < (counts[code] as number); thread++) {
      const common = { ph: "M", pid: PROCESS, tid: threadNumber(code, thread) };
      const name =
        thread === 0 ? label : `${label}, at the same time${thread > 1 ? ` (${thread})` : ""}`;
      events.push({ ...common, name: "thread_name", args: { name } });
      events.push({ ...common, name: "thread_sort_index", args: { sort_index: code } });
    }
  }
  return events.map((event) => JSON.stringify(event)).join(",\n");
}

function rowEvents(
  trace: Trace,
  row: number,
  numberOf: (row: number) => number,
  registers: RegisterNames,
  cyclesPerMicrosecond: number,
): TraceEvent[] {
  // Start and end are cut to nanoseconds alike, so that a span keeps enclosing what it encloses.
  const ns = (cycles: number): number => Math.floor((cycles * 1000) / cyclesPerMicrosecond);
  const startCycles = trace.startCycles[row] as number;
  const start = ns(startCycles);
  const end = ns(startCycles + (trace.durationCycles[row] as number));
  const ts = start / 1000;
  const tid = numberOf(row);
  const events: TraceEvent[] = [
    {
      ph: "X",
      pid: PROCESS,
      tid,
      ts,
      dur: (end - start) / 1000,
      ...content(trace, row, registers),
    },
  ];
  const cause = trace.cause[row] as number;
  if (cause < 0 || trace.actor[cause] === trace.actor[row]) return events;
  const flow = { cat: "cause", name: "cause", id: row, pid: PROCESS };
  const from = ns(trace.startCycles[cause] as number) / 1000;
  events.push({ ...flow, ph: "s", tid: numberOf(cause), ts: from });
  events.push({ ...flow, ph: "f", bp: "e", tid, ts });
  return events;
}

function content(trace: Trace, row: number, registers: RegisterNames): TraceEvent {
  const kind = KIND_NAMES[trace.kind[row] as number] ?? "mark";
  const [a, b] = EVENTS[kind].args;
  return {
    name: describeRow(trace, row, registers),
    cat: kind,
    args: {
      row,
      packet: trace.packet[row],
      where: trace.names[trace.where[row] as number],
      [a]: trace.a[row],
      [b]: jsonNumber(accessValue(trace, row)),
    },
  };
}

/** JSON numbers are exact to 2^53; larger values are written as hexadecimal text. */
function jsonNumber(value: number | bigint): number | string {
  return typeof value === "number" ? value : hex(value);
}
