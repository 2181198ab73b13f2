import { Machine, type MachineOptions } from "../../engine/machine.ts";
import { EVENTS, KIND_NAMES } from "../../engine/trace/schema.ts";
import type { Trace } from "../../engine/trace/store.ts";

/** A small machine: 4 MiB of guest memory. */
export function aMachine(options: MachineOptions = {}): Machine {
  return new Machine({ guestBytes: 4 << 20, ...options });
}

/** A trace's rows as short lines, `kind where a b`: what tests compare. */
export function rowsOf(trace: Trace): string[] {
  return Array.from({ length: trace.length }, (_, row) => {
    const kind = KIND_NAMES[trace.kind[row] as number] ?? "?";
    const [a, b] = EVENTS[kind as keyof typeof EVENTS].args;
    const where = trace.names[trace.where[row] as number] ?? "?";
    return `${kind} ${where} ${a}=${trace.a[row]} ${b}=${trace.b[row]}`;
  });
}

/** A trace's rows as `kind where` only. */
export function stepsOf(trace: Trace): string[] {
  return rowsOf(trace).map((line) => line.replace(/ \w+=\S+ \w+=\S+$/, ""));
}
