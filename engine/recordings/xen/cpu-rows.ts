import { HYPERCALL } from "../../cpu/paravirtual/hypercall.ts";
import { KIND } from "../../trace/schema.ts";
import type { Trace } from "../../trace/store.ts";
import type { CpuEvent } from "./cpu-event.ts";

/** What is compared of a CPU test. */
export const CPU_ASPECTS = ["hypercalls", "exceptions"] as const;
/** One of {@link CPU_ASPECTS}. */
export type CpuAspect = (typeof CPU_ASPECTS)[number];

/** One crossing between guest and Xen, in the form in which both sides are compared. */
export interface CpuRow {
  readonly aspect: CpuAspect;
  /** Equal keys match. */
  readonly key: string;
  /** Line of the recording, or row of the engine's trace. */
  readonly origin: number;
}

/** The recorded crossings; the guest's repetitions of an interrupted hypercall are left out. */
export function recordedCpuRows(events: readonly CpuEvent[]): CpuRow[] {
  return events.flatMap((event): CpuRow[] => {
    if (event.op === "hypercall" && !isInterrupted(event)) {
      return [{ aspect: "hypercalls", key: event.key, origin: event.line }];
    }
    if (event.op !== "exception") return [];
    const by = event.from === "kernel" && event.result !== "injected" ? ` ${event.by}` : "";
    const key = `${event.vector} ${event.from} ${event.result}${by}`;
    return [{ aspect: "exceptions", key, origin: event.line }];
  });
}

/** Whether Xen broke a list off in the middle because something else was due: a matter of time. */
export function isInterrupted(event: CpuEvent): boolean {
  return event.op === "hypercall" && event.continuation && event.key !== "mmu_update x0";
}

/** The engine's crossings; exceptions whose rows are in `hidden` left no line in a recording. */
export function engineCpuRows(trace: Trace, hidden: ReadonlySet<number>): CpuRow[] {
  const rows: CpuRow[] = [];
  for (let row = 0; row < trace.length; row++) {
    const name = trace.names[trace.where[row] as number] ?? "";
    if (trace.kind[row] === KIND.exception && !hidden.has(row)) {
      rows.push({ aspect: "exceptions", key: name, origin: row });
    }
    if (trace.kind[row] !== KIND.hypercall) continue;
    rows.push({ aspect: "hypercalls", key: hypercallKey(trace, row, name), origin: row });
  }
  return rows;
}

function hypercallKey(trace: Trace, row: number, name: string): string {
  const steps: { name: string; value: number }[] = [];
  for (let at = row + 1; at < trace.length && trace.parent[at] === row; at++) {
    if (trace.kind[at] !== KIND.deviceStep) continue;
    const step = trace.names[trace.where[at] as number] ?? "";
    steps.push({ name: step, value: trace.a[at] as number });
  }
  if (name === "multicall") {
    const calls = steps.filter((step) => Object.hasOwn(HYPERCALL, step.name));
    const texts = calls.map((step) =>
      step.name === "update_va_mapping" ? step.name : `${step.name} x${step.value}`,
    );
    return `multicall: ${texts.join(", ")}`;
  }
  if (name === "mmu_update") {
    const entries = steps.map((step) => {
      const state = step.name.slice("entry ".length);
      return ` +0x${step.value.toString(16)} ${state === "table" ? "writable" : state}`;
    });
    return `mmu_update x${trace.a[row]}${entries.join(",")}`;
  }
  const page = steps.find((step) => step.name === "invlpg_local");
  return page === undefined ? name : `${name} 0x${page.value.toString(16)}`;
}
