import { basename, extname } from "node:path";
import { stdout } from "node:process";
import { InputError } from "../core/input-error.ts";
import type { Mode } from "../modes/define.ts";
import { findMode } from "../modes/index.ts";
import { readCapture } from "../packets/capture.ts";
import { generatePackets } from "../packets/packet-generator.ts";
import { writePcap } from "../packets/pcap-writer.ts";
import { runToText, totalsToJson } from "../run/report.ts";
import { simulate, type Run, type Scenario } from "../run/simulate.ts";
import { DIRECTIONS, type Direction } from "../run/traffic.ts";
import { traceToChromeJsonParts } from "../trace/chrome-json.ts";
import { traceToCsvParts } from "../trace/csv.ts";
import { UsageError, type Command } from "./command.ts";
import { checkTarget, readWhole, writeWhole } from "./file.ts";
import { decimalNumber, optionText, readOptionsOnly, wholeNumber, type Parsed } from "./options.ts";
import { Progress } from "./progress.ts";

const OPTIONS = {
  mode: { type: "string" },
  pcap: { type: "string" },
  packets: { type: "string" },
  size: { type: "string" },
  dir: { type: "string" },
  "gap-us": { type: "string" },
  set: { type: "string", multiple: true },
  seed: { type: "string" },
  export: { type: "string" },
  rows: { type: "string" },
  json: { type: "boolean" },
} as const;

const EXPORTS = [".json", ".pcap", ".csv"] as const;
type Export = (typeof EXPORTS)[number];
/** Generated packets that differ; a longer run repeats them. */
const DISTINCT_PACKETS_MAX = 65_536;

/** `trapline run`: one scenario, as a story, as totals or as a file. */
export const runCommand: Command = {
  name: "run",
  synopsis:
    "--mode ID [--pcap FILE] [--packets N] [--size BYTES|imix] [--dir tx|rx|echo] [--gap-us G] " +
    "[--set knob=value]… [--seed S] [--rows N] [--export FILE.json|.pcap|.csv] [--json]",
  summary: "sends packets through a mode and prints what happened",
  run(args) {
    const parsed = readOptionsOnly("run", args, OPTIONS);
    const target = optionText(parsed, "export");
    const format = target === undefined ? undefined : formatOf(target);
    const rowLimit = wholeNumber("rows", optionText(parsed, "rows") ?? "2000", 0, 1e7);
    const asJson = parsed.values["json"] === true;
    const scenario = readScenario(parsed);
    if (target !== undefined) checkTarget(target);
    const storyRows = asJson || target !== undefined ? 0 : rowLimit;
    const run = runScenario({ ...scenario, ...kept(format, storyRows) });
    if (target !== undefined && format !== undefined) writeWhole(target, exported(run, format));
    stdout.write(asJson ? `${totalsToJson(run)}\n` : runToText(run, storyRows));
    return 0;
  },
};

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
  const id = optionText(parsed, "mode");
  if (id === undefined) throw new UsageError("trapline run needs --mode ID.");
  const mode = findMode(id);
  const given = optionText(parsed, "dir") ?? "tx";
  const direction = DIRECTIONS.find((known) => known === given);
  if (direction === undefined) {
    throw new InputError(`--dir: ${given} is not one of ${DIRECTIONS.join(", ")}.`);
  }
  const seed = wholeNumber("seed", optionText(parsed, "seed") ?? "1", 0, 4294967295);
  const gap = decimalNumber("gap-us", optionText(parsed, "gap-us") ?? "100", 0, 1e6);
  const packetText = optionText(parsed, "packets");
  const packets = packetText === undefined ? undefined : wholeNumber("packets", packetText, 1, 1e8);
  const knobs = readSettings(parsed);
  return {
    mode,
    frames: readFrames(parsed, mode, direction, seed, packets),
    ...(packets === undefined ? {} : { packetCount: packets }),
    direction,
    gapMicroseconds: gap,
    knobs,
    seed,
  };
}

function readFrames(
  parsed: Parsed,
  mode: Mode,
  direction: Direction,
  seed: number,
  packets: number | undefined,
): readonly Uint8Array[] {
  const file = optionText(parsed, "pcap");
  const size = optionText(parsed, "size");
  if (file !== undefined) {
    if (size !== undefined) throw new UsageError("--size does not go with --pcap.");
    const capture = readCapture(readWhole(file), basename(file), {
      maxFrameBytes: mode.frameBytesMax,
    });
    return capture.packets.map((packet) => packet.frame);
  }
  return generatePackets({
    count: Math.min(packets ?? 1, DISTINCT_PACKETS_MAX),
    frameBytesWithoutFcs:
      size === "imix" ? "imix" : wholeNumber("size", size ?? "60", 60, mode.frameBytesMax),
    seed,
    direction: direction === "rx" ? "rx" : "tx",
  });
}

function readSettings(parsed: Parsed): Record<string, string> {
  const settings = new Map<string, string>();
  for (const setting of (parsed.values["set"] ?? []) as readonly string[]) {
    const at = setting.indexOf("=");
    if (at <= 0) throw new UsageError(`--set ${setting}: it must read knob=value.`);
    const name = setting.slice(0, at);
    if (settings.has(name)) throw new UsageError(`--set ${name} is given twice.`);
    settings.set(name, setting.slice(at + 1));
  }
  return Object.fromEntries(settings);
}

function exported(run: Run, format: Export): Iterable<string | Uint8Array> {
  if (format === ".csv") return traceToCsvParts(run.trace, run.registers);
  if (format === ".json") {
    return traceToChromeJsonParts(run.trace, run.registers, run.cyclesPerMicrosecond);
  }
  const packets = run.wire.map((frame) => ({
    timestampNs: BigInt(Math.round((frame.timeCycles * 1000) / run.cyclesPerMicrosecond)),
    frame: frame.bytes,
  }));
  return [writePcap(packets, { resolution: "nanoseconds" })];
}
