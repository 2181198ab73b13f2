import { ACTORS } from "./actor.ts";
import { describeRow, hex, type RegisterNames } from "./sentence.ts";
import { EVENTS, KIND_NAMES } from "./schema.ts";
import { accessValue, type Trace } from "./store.ts";

const PROCESS = 1;

/**
 * Writes a trace in the Trace Event Format that Perfetto and Chrome open: a thread per actor, a
 * complete event per row, a flow arrow from each cause. Times are in microseconds of the machine's
 * clock.
 * @param cyclesPerMicrosecond Clock of the machine.
 */
export function traceToChromeJson(
  trace: Trace,
  registers: RegisterNames,
  cyclesPerMicrosecond: number,
): string {
  const parts: string[] = [];
  const add = (event: Record<string, unknown>): void => {
    parts.push(JSON.stringify(event));
  };
  add({ ph: "M", pid: PROCESS, name: "process_name", args: { name: "trapline" } });
  for (const actor of Object.values(ACTORS)) {
    const common = { ph: "M", pid: PROCESS, tid: actor.code + 1 };
    add({ ...common, name: "thread_name", args: { name: actor.label } });
    add({ ...common, name: "thread_sort_index", args: { sort_index: actor.code } });
  }
  for (let row = 0; row < trace.length; row++) {
    const ts = (trace.startCycles[row] as number) / cyclesPerMicrosecond;
    const tid = (trace.actor[row] as number) + 1;
    const dur = (trace.durationCycles[row] as number) / cyclesPerMicrosecond;
    add({ ph: "X", pid: PROCESS, tid, ts, dur, ...content(trace, row, registers) });
    const cause = trace.cause[row] as number;
    if (cause < 0 || trace.actor[cause] === trace.actor[row]) continue;
    const flow = { cat: "cause", name: "cause", id: row, pid: PROCESS };
    const from = (trace.startCycles[cause] as number) / cyclesPerMicrosecond;
    add({ ...flow, ph: "s", tid: (trace.actor[cause] as number) + 1, ts: from });
    add({ ...flow, ph: "f", bp: "e", tid, ts });
  }
  return `{"displayTimeUnit":"ns","traceEvents":[\n${parts.join(",\n")}\n]}\n`;
}

function content(trace: Trace, row: number, registers: RegisterNames): Record<string, unknown> {
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
