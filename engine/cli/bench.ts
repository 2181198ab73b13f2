import { performance } from "node:perf_hooks";
import { spawnSync } from "node:child_process";
import { argv, execPath, stdout } from "node:process";
import { assert } from "../core/assert.ts";
import { InputError } from "../core/input-error.ts";
import type { Mode } from "../modes/define.ts";
import { findMode, MODES } from "../modes/index.ts";
import { generatePackets } from "../packets/packet-generator.ts";
import { simulate } from "../run/simulate.ts";
import { BYTES_PER_ROW } from "../trace/store.ts";
import type { Command } from "./command.ts";
import { readOptionsOnly, wholeNumber, type Parsed } from "./options.ts";

/** What was measured of one mode, one direction, with or without its trace. */
interface Measurement {
  readonly mode: string;
  readonly direction: "tx" | "rx";
  readonly trace: boolean;
  /** Packets carried, median over the rounds, the time of the set-up taken off. */
  readonly packetsPerSecond: number;
  readonly eventsPerSecond: number;
  readonly eventsPerPacket: number;
  readonly bytesPerEvent: number;
  /** Building the machine, probe, interface up and warm-up: not counted above. */
  readonly setupMilliseconds: number;
}

/** One timed run. */
interface Timed {
  readonly milliseconds: number;
  readonly events: number;
  /** Packets that reached the other end. */
  readonly carried: number;
}

const FRAME_BYTES = 60;
const ROUNDS = 5;

const OPTIONS = {
  mode: { type: "string" },
  dir: { type: "string" },
  trace: { type: "string" },
  packets: { type: "string" },
  json: { type: "boolean" },
} as const;

/** What one row of the table measures. */
interface Row {
  readonly mode: Mode;
  readonly direction: "tx" | "rx";
  readonly trace: boolean;
}

/** `trapline bench`: packets and events per second for every mode, with and without the trace. */
export const benchCommand: Command = {
  name: "bench",
  synopsis: "[--mode ID] [--dir tx|rx] [--trace on|off] [--packets N] [--json]",
  summary:
    "measures packets and events per second, 64 B packets (60 B without FCS), median of 5, " +
    "set-up not counted, each row in a process of its own",
  run(args) {
    const { values } = readOptionsOnly("bench", args, OPTIONS);
    const count = wholeNumber("packets", (values["packets"] as string) ?? "100000", 1000, 1e7);
    const rows = readRows(text(values, "mode"), text(values, "dir"), text(values, "trace"));
    const asJson = values["json"] === true;
    if (!asJson) stdout.write(`${header()}\n`);
    const measurements: Measurement[] = [];
    for (const row of rows) {
      const measured = rows.length === 1 ? measure(row, count) : measureApart(row, count);
      measurements.push(measured);
      if (!asJson) stdout.write(`${line(measured)}\n`);
    }
    if (asJson) stdout.write(`${JSON.stringify({ packets: count, measurements }, null, 2)}\n`);
    return 0;
  },
};

function text(values: Parsed["values"], name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

function readRows(mode?: string, dir?: string, trace?: string): readonly Row[] {
  const modes = mode === undefined ? MODES : [findMode(mode)];
  const directions = oneOf("dir", dir, ["tx", "rx"] as const);
  const traces = oneOf("trace", trace, ["off", "on"] as const);
  return modes.flatMap((each) =>
    directions.flatMap((direction) =>
      traces.map((kept) => ({ mode: each, direction, trace: kept === "on" })),
    ),
  );
}

function oneOf<T extends string>(
  name: string,
  given: string | undefined,
  choices: readonly T[],
): readonly T[] {
  if (given === undefined) return choices;
  const chosen = choices.find((choice) => choice === given);
  if (chosen !== undefined) return [chosen];
  throw new InputError(`--${name}: ${given} is not one of ${choices.join(", ")}.`);
}

/**
 * Measures a row in a process of its own: in one process, what the compiler has learnt of one
 * mode's types slows the next one down.
 */
function measureApart({ mode, direction, trace }: Row, count: number): Measurement {
  const args = ["bench", "--mode", mode.id, "--dir", direction, "--trace", trace ? "on" : "off"];
  const child = spawnSync(
    execPath,
    [argv[1] as string, ...args, "--packets", String(count), "--json"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  assert(child.status === 0, `measuring ${args.join(" ")} ended with ${child.status}`);
  const { measurements } = JSON.parse(child.stdout) as { measurements: readonly Measurement[] };
  return measurements[0] as Measurement;
}

function measure({ mode, direction, trace }: Row, count: number): Measurement {
  const frames = generatePackets({
    count: 256,
    frameBytesWithoutFcs: FRAME_BYTES,
    seed: 1,
    direction,
  });
  const timed = (packetCount: number): Timed => {
    const startMs = performance.now();
    const { totals } = simulate({
      mode,
      frames,
      packetCount,
      direction,
      gapMicroseconds: 1,
      trace,
      keepFrames: false,
    });
    // What a full queue or ring dropped was not carried, and does not count.
    const carried = direction === "tx" ? totals.transmittedFrames : totals.deliveredFrames;
    return { milliseconds: performance.now() - startMs, events: totals.events, carried };
  };
  timed(Math.ceil(count / 5));
  const setupMs = median(ROUNDS, () => timed(1).milliseconds);
  let events = 0;
  let carried = 0;
  const packetsMs = median(ROUNDS, () => {
    const round = timed(count);
    ({ events, carried } = round);
    return round.milliseconds;
  });
  const packetsPerSecond = (carried * 1000) / Math.max(packetsMs - setupMs, Number.EPSILON);
  const eventsPerPacket = events / Math.max(1, carried);
  return {
    mode: mode.id,
    direction,
    trace,
    packetsPerSecond,
    eventsPerSecond: packetsPerSecond * eventsPerPacket,
    eventsPerPacket,
    bytesPerEvent: BYTES_PER_ROW,
    setupMilliseconds: setupMs,
  };
}

function median(rounds: number, measureOne: () => number): number {
  const values = Array.from({ length: rounds }, measureOne).sort((a, b) => a - b);
  return values[Math.floor(rounds / 2)] ?? 0;
}

function header(): string {
  return [
    "mode".padEnd(18),
    "dir".padEnd(4),
    "trace".padEnd(6),
    "packets/s".padStart(12),
    "events/s".padStart(14),
    "events/packet".padStart(14),
    "bytes/event".padStart(12),
  ].join(" ");
}

function line(measured: Measurement): string {
  return [
    measured.mode.padEnd(18),
    measured.direction.padEnd(4),
    (measured.trace ? "full" : "off").padEnd(6),
    Math.round(measured.packetsPerSecond).toString().padStart(12),
    Math.round(measured.eventsPerSecond).toString().padStart(14),
    measured.eventsPerPacket.toFixed(1).padStart(14),
    (measured.trace ? String(measured.bytesPerEvent) : "-").padStart(12),
  ].join(" ");
}
