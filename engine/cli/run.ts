import { extname } from "node:path";
import { stdout } from "node:process";
import { InputError } from "../core/input-error.ts";
import { rowCycles } from "../ledger/account.ts";
import { writePcap } from "../packets/pcap-writer.ts";
import { hostRunToJson, hostRunToText } from "../run/host-report.ts";
import { simulateHost } from "../run/host-simulation.ts";
import { runToText, totalsToJson } from "../run/report.ts";
import { simulate, type Run, type Scenario } from "../run/simulate.ts";
import { traceToChromeJsonParts } from "../trace/chrome-json.ts";
import { traceToCsvParts } from "../trace/csv.ts";
import { filterRows } from "../trace/filter/filter-rows.ts";
import type { FilterSource } from "../trace/filter/filter-source.ts";
import type { FilterTree } from "../trace/filter/filter-tree.ts";
import { parseFilter } from "../trace/filter/parse-filter.ts";
import { UsageError, type Command } from "./command.ts";
import { checkTarget, writeWhole } from "./file.ts";
import { GUEST_OPTIONS, GUEST_SYNOPSIS, readHostScenario, wantsGuests } from "./guests.ts";
import { optionText, readOptionsOnly, wholeNumber, type Parsed } from "./options.ts";
import { PROGRAM_OPTIONS, PROGRAM_SYNOPSIS, runGuestProgram, wantsProgram } from "./program.ts";
import { Progress } from "./progress.ts";
import {
  readMode,
  readSettings,
  readTraffic,
  TRAFFIC_OPTIONS,
  TRAFFIC_SYNOPSIS,
} from "./traffic-options.ts";

const OPTIONS = {
  ...TRAFFIC_OPTIONS,
  ...GUEST_OPTIONS,
  ...PROGRAM_OPTIONS,
  mode: { type: "string" },
  export: { type: "string" },
  rows: { type: "string" },
  filter: { type: "string" },
  json: { type: "boolean" },
} as const;

const EXPORTS = [".json", ".pcap", ".csv"] as const;
type Export = (typeof EXPORTS)[number];

/** `trapline run`: one scenario, as a story, as totals or as a file. */
export const runCommand: Command = {
  name: "run",
  synopsis: `--mode ID ${TRAFFIC_SYNOPSIS} ${GUEST_SYNOPSIS} [--rows N] [--filter TEXT] [--export FILE.json|.pcap|.csv] [--json]\n  trapline run ${PROGRAM_SYNOPSIS}`,
  summary:
    "sends packets through a mode, or through several guests of one host, or runs a guest program, " +
    "and prints what happened",
  run(args) {
    const parsed = readOptionsOnly("run", args, OPTIONS);
    if (wantsProgram(parsed)) return runGuestProgram(parsed);
    const target = optionText(parsed, "export");
    const format = target === undefined ? undefined : formatOf(target);
    const rowLimit = wholeNumber("rows", optionText(parsed, "rows") ?? "2000", 0, 1e7);
    const asJson = parsed.values["json"] === true;
    const filter = readFilter(optionText(parsed, "filter"));
    if (
      filter !== undefined &&
      (wantsGuests(parsed) || (format !== undefined && format !== ".csv"))
    ) {
      throw new UsageError("--filter is for the story of one guest and for --export FILE.csv.");
    }
    if (wantsGuests(parsed)) return runGuests(parsed, { target, format, rowLimit, asJson });
    const scenario = readScenario(parsed);
    if (target !== undefined) checkTarget(target);
    const storyRows = asJson || target !== undefined ? 0 : rowLimit;
    // Which rows are wanted is known when all are there.
    const whole = filter === undefined ? {} : { trace: true, traceRowsMax: Infinity };
    const run = runScenario({ ...scenario, ...kept(format, storyRows), ...whole });
    const rows = filter && filterRows(filter, filterSource(run));
    if (target !== undefined && format !== undefined)
      writeWhole(target, exported(run, format, rows));
    stdout.write(asJson ? `${totalsToJson(run)}\n` : runToText(run, storyRows, rows));
    return 0;
  },
};

/** What is to be made of a run. */
interface Wanted {
  readonly target: string | undefined;
  readonly format: Export | undefined;
  readonly rowLimit: number;
  readonly asJson: boolean;
}

/** Several guests: their stories one after the other, what each counted, who talked to whom. */
function runGuests(parsed: Parsed, { target, format, rowLimit, asJson }: Wanted): number {
  if (target !== undefined && format !== ".pcap") {
    throw new UsageError("--export of several guests must end in .pcap: their host's wire.");
  }
  const scenario = readHostScenario(parsed);
  if (target !== undefined) checkTarget(target);
  const rows = asJson || target !== undefined ? 0 : rowLimit;
  const run = simulateHost({ ...scenario, ...kept(format, rows) });
  if (target !== undefined) writeWhole(target, [pcapOf(run.guests)]);
  stdout.write(asJson ? `${hostRunToJson(run)}\n` : hostRunToText(run, rows));
  return 0;
}

/** What a run has to keep for what is asked of it. */
function kept(
  format: Export | undefined,
  storyRows: number,
): Pick<Scenario, "trace" | "traceRowsMax" | "keepFrames"> {
  const trace = format === ".json" || format === ".csv";
  if (trace || storyRows === 0) return { trace, keepFrames: format === ".pcap" };
  return { trace: true, traceRowsMax: storyRows, keepFrames: false };
}

function runScenario(scenario: Scenario): Run {
  const progress = new Progress(`${scenario.mode.id}: packets`);
  try {
    return simulate({ ...scenario, onProgress: (done, all) => progress.show(done, all) });
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    throw new InputError(
      "--packets: what is to be kept of so many packets does not fit into memory; " +
        "send fewer, or do not export them.",
    );
  } finally {
    progress.end();
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /allocation failed|array length/i.test(error.message);
}

function formatOf(target: string): Export {
  const extension = extname(target);
  const format = EXPORTS.find((known) => known === extension);
  if (format !== undefined) return format;
  throw new UsageError(`--export ${target}: the name must end in ${EXPORTS.join(", ")}.`);
}

function readScenario(parsed: Parsed): Scenario {
  const mode = readMode(parsed, "run");
  return { ...readTraffic(parsed, mode.frameBytesMax), mode, knobs: readSettings(parsed) };
}

/** The tree of `--filter`, or undefined without it. */
function readFilter(text: string | undefined): FilterTree | undefined {
  if (text === undefined) return undefined;
  const { tree, problem } = parseFilter(text);
  if (tree === undefined) throw new UsageError(`--filter: ${problem.message}`);
  return tree;
}

function filterSource(run: Run): FilterSource {
  const { trace, registers, cyclesPerMicrosecond, costs } = run;
  const rowCycles = rowCosts(run);
  if (costs === undefined || rowCycles === undefined) {
    return { trace, registers, cyclesPerMicrosecond };
  }
  return { trace, registers, cyclesPerMicrosecond, costs: { charges: costs.charges, rowCycles } };
}

function exported(run: Run, format: Export, rows?: Int32Array): Iterable<string | Uint8Array> {
  if (format === ".csv") return traceToCsvParts(run.trace, run.registers, rowCosts(run), rows);
  if (format === ".json") {
    return traceToChromeJsonParts(run.trace, run.registers, run.cyclesPerMicrosecond);
  }
  return [pcapOf([run])];
}

/** What each row of a run cost by itself. */
function rowCosts({ trace, costs }: Run): ((row: number) => number) | undefined {
  return costs && ((row) => rowCycles(trace, row, costs.charges));
}

/** The frames on the wire of one guest's host, or of several guests in the order of time. */
function pcapOf(runs: readonly Run[]): Uint8Array {
  const packets = runs.flatMap(({ wire, cyclesPerMicrosecond }) =>
    wire.map((frame) => ({
      timestampNs: BigInt(Math.round((frame.timeCycles * 1000) / cyclesPerMicrosecond)),
      frame: frame.bytes,
    })),
  );
  packets.sort((a, b) => Number(a.timestampNs - b.timestampNs));
  return writePcap(packets, { resolution: "nanoseconds" });
}
