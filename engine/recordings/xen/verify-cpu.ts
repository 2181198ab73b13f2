import { commonPrefix, matchedCount } from "../align.ts";
import type { Divergence, Match } from "../compare.ts";
import type { FieldReader } from "../field-reader.ts";
import { readJson } from "../read.ts";
import { type CpuEvent, readCpuEvents } from "./cpu-event.ts";
import { accessesIn } from "./cpu-layout.ts";
import { type CpuContext, CpuReplay } from "./cpu-replay.ts";
import {
  type CpuAspect,
  type CpuRow,
  engineCpuRows,
  isInterrupted,
  recordedCpuRows,
} from "./cpu-rows.ts";

/** What the replay of one CPU test came to. */
export interface CpuPhaseReport {
  /** As `cpu-fork`. */
  readonly phase: string;
  readonly hypercalls: Match;
  readonly exceptions: Match;
  /** The same by kind of hypercall (with sub-command) and of exception. */
  readonly kinds: Readonly<Record<string, Match>>;
  /** Operations that the recorded stretch holds: forks, system calls, round trips … */
  readonly operations: number;
  /** Moments taken from the recording, by kind. */
  readonly points: Readonly<Record<string, number>>;
  /** Recorded lines left out, by rule. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly firstDivergence: Divergence | null;
}

const INSN_FILE = /^(cpu-[a-z]+)\.insn\.jsonl$/;
const CONTEXT_BEFORE = 4;
const CONTEXT_LINES = 10;
/** Pages that the test `fault` touches where the manifest does not say. */
const FAULT_PAGES = 1000;
const PAGE_BYTES = 4096;

/** What one operation of a test is, as a system call that the program makes once for each. */
const OPERATIONS: Readonly<Record<string, string>> = {
  "cpu-getpid": "getppid",
  "cpu-fork": "clone",
  "cpu-forkexec": "clone",
  "cpu-fpu": "sched_yield",
  "cpu-sleep": "clock_nanosleep",
};

/**
 * Replays the CPU side of a Xen PV recording: system calls, page faults, fork, exec, switches,
 * sleep. Every hypercall with its arguments (addresses of frames aside) and every exception that
 * reached Xen is compared in order.
 * @param files The folder's files by name, unpacked.
 * @throws InputError when a file is damaged.
 */
export function verifyXenCpu(files: ReadonlyMap<string, Uint8Array>): CpuPhaseReport[] {
  const tests = new Map<string, CpuEvent[]>();
  for (const [file, bytes] of files) {
    const [, phase] = INSN_FILE.exec(file) ?? [];
    if (phase !== undefined) tests.set(phase, readCpuEvents(file, bytes));
  }
  const context = readContext(files, tests);
  const sorted = [...tests].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([phase, events]) => verifyTest(phase, events, context));
}

function verifyTest(
  phase: string,
  events: readonly CpuEvent[],
  context: CpuContext,
): CpuPhaseReport {
  const { trace, hidden, points } = new CpuReplay(events, context).run();
  const recorded = recordedCpuRows(events);
  const all = engineCpuRows(trace, hidden);
  // An excerpt may end while the kernel is still at work: what comes then is not recorded.
  const engine = isCutOff(events, recorded) ? all.slice(0, recorded.length) : all;
  const interrupted = events.filter(isInterrupted).length;
  return {
    phase,
    hypercalls: match(recorded, engine, (row) => row.aspect === "hypercalls"),
    exceptions: match(recorded, engine, (row) => row.aspect === "exceptions"),
    kinds: byKind(recorded, engine),
    operations: operationCount(phase, events),
    points,
    leftOut: interrupted === 0 ? {} : { "hypercalls that an interrupt broke off": interrupted },
    firstDivergence: divergence(recorded, engine),
  };
}

function match(
  recorded: readonly CpuRow[],
  engine: readonly CpuRow[],
  chosen: (row: CpuRow) => boolean,
): Match {
  const theirs = recorded.filter(chosen).map(({ key }) => key);
  const ours = engine.filter(chosen).map(({ key }) => key);
  return { matched: matchedCount(theirs, ours), total: theirs.length };
}

function byKind(recorded: readonly CpuRow[], engine: readonly CpuRow[]): Record<string, Match> {
  const kinds = new Set(recorded.map(kindOf));
  return Object.fromEntries(
    [...kinds].sort().map((kind) => {
      return [kind, match(recorded, engine, (row) => kindOf(row) === kind)];
    }),
  );
}

/** The kind of a crossing: an exception's key as it is, a hypercall's without its arguments. */
function kindOf({ aspect, key }: CpuRow): string {
  return aspect === ("exceptions" satisfies CpuAspect) ? key : (/^[^ :]+/.exec(key)?.[0] ?? key);
}

function divergence(recorded: readonly CpuRow[], engine: readonly CpuRow[]): Divergence | null {
  const at = commonPrefix(
    recorded.map(({ key }) => key),
    engine.map(({ key }) => key),
  );
  if (at === recorded.length && at === engine.length) return null;
  const row = recorded[at] ?? (engine[at] as CpuRow);
  return {
    aspect: row.aspect,
    line: recorded[at]?.origin ?? 0,
    recorded: excerpt(recorded, at, "line"),
    engine: excerpt(engine, at, "row"),
  };
}

function excerpt(rows: readonly CpuRow[], at: number, unit: string): string[] {
  const first = Math.max(0, at - CONTEXT_BEFORE);
  const lines = rows.slice(first, first + CONTEXT_LINES).map(({ key, origin }, i) => {
    return `${first + i === at ? ">" : " "} ${unit} ${origin}: ${key}`;
  });
  if (at >= rows.length && lines.length < CONTEXT_LINES) lines.push("> (nothing more)");
  return lines;
}

function isCutOff(events: readonly CpuEvent[], recorded: readonly CpuRow[]): boolean {
  const last = events.at(-1);
  if (last?.op === "mark" && last.what.startsWith("cpu test end")) return false;
  return recorded.at(-1)?.key !== "iret.to_user";
}

function operationCount(phase: string, events: readonly CpuEvent[]): number {
  if (phase === "cpu-fault") return accessesIn(events).length;
  if (phase === "cpu-pipe") {
    const writes = events.filter((event) => event.op === "syscall" && event.name === "write");
    return Math.floor(writes.length / 2);
  }
  const call = OPERATIONS[phase];
  return events.filter((event) => event.op === "syscall" && event.name === call).length;
}

function readContext(
  files: ReadonlyMap<string, Uint8Array>,
  tests: ReadonlyMap<string, readonly CpuEvent[]>,
): CpuContext {
  const faultPages = pagesOfFault(files);
  // The pages of `fault` lie right below what was mapped before them.
  const touched = accessesIn(tests.get("cpu-fault") ?? []).find(({ write }) => write);
  const mmapAddress = touched === undefined ? 0 : touched.address + faultPages * PAGE_BYTES;
  return { faultPages, mmapAddress };
}

/** How many pages the test `fault` was asked to touch: `@ok fault 1000 tsc …` in the manifest. */
function pagesOfFault(files: ReadonlyMap<string, Uint8Array>): number {
  const manifest = files.get("manifest.json");
  if (manifest === undefined) return FAULT_PAGES;
  let fields: FieldReader = readJson("manifest.json", manifest);
  for (const name of ["runs", "insn", "results", "cpu"]) {
    if (!fields.has(name)) return FAULT_PAGES;
    fields = fields.object(name);
  }
  const [, count] = /^@ok fault (\d+) /.exec(fields.optionalString("fault")) ?? [];
  return count === undefined ? FAULT_PAGES : Number(count);
}
