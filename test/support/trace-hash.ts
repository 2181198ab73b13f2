import type { Mode } from "../../engine/modes/define.ts";
import { findMode } from "../../engine/modes/index.ts";
import type { KnobSpec, KnobValues } from "../../engine/modes/knob.ts";
import { generatePackets } from "../../engine/packets/packet-generator.ts";
import { simulate } from "../../engine/run/simulate.ts";
import { DIRECTIONS, type Direction } from "../../engine/run/direction.ts";
import type { Trace } from "../../engine/trace/store.ts";

/** Seed of the packets and of every run. */
export const SEED = 7;
const PACKETS = 24;

/** One hash for each column of each run, by run and column. */
export type TraceHashes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Runs a mode in every direction with its default knobs. */
export function defaultHashes(mode: Mode): TraceHashes {
  return hashesOf(mode, [{}], DIRECTIONS);
}

/** The same, and an echo, which goes both ways, for every other setting of one knob. */
export function traceHashes(mode: Mode): TraceHashes {
  return { ...defaultHashes(mode), ...hashesOf(mode, settings(mode), ["echo"]) };
}

function hashesOf(
  mode: Mode,
  allKnobs: readonly KnobValues[],
  directions: readonly Direction[],
): TraceHashes {
  const hashes: Record<string, Record<string, string>> = {};
  for (const knobs of allKnobs) {
    for (const direction of directions) {
      const frames = generatePackets({
        count: PACKETS,
        frameBytesWithoutFcs: "imix",
        seed: SEED,
        direction: direction === "rx" ? "rx" : "tx",
      });
      const run = simulate({
        mode,
        frames,
        direction,
        knobs,
        seed: SEED,
        gapMicroseconds: 2,
        includeSetup: true,
      });
      hashes[`${mode.id} ${direction} ${JSON.stringify(knobs)}`] = columnHashes(run.trace);
    }
  }
  return hashes;
}

/** The hashes of the mode with this id. */
export function traceHashesOf(id: string): TraceHashes {
  return traceHashes(findMode(id));
}

/** Every setting that differs from the defaults in one knob. */
function settings(mode: Mode): KnobValues[] {
  return Object.entries(mode.knobs).flatMap(([name, spec]) =>
    alternatives(spec).map((value) => ({ [name]: value })),
  );
}

function alternatives(spec: KnobSpec): (boolean | number | string)[] {
  if (spec.type === "boolean") return [!spec.default];
  if (spec.type === "choice") return spec.choices.filter((choice) => choice !== spec.default);
  return [spec.min, spec.max].filter((value) => value !== spec.default);
}

/** The bytes of each column, and the names, as 64 bits of hash; with the number of rows. */
function columnHashes(trace: Trace): Record<string, string> {
  const hashes: Record<string, string> = { length: String(trace.length) };
  for (const [name, column] of Object.entries(trace)) {
    if (!ArrayBuffer.isView(column)) continue;
    hashes[name] = hash(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  hashes["names"] = hash(new TextEncoder().encode(trace.names.join("\n")));
  return hashes;
}

/** FNV-1a in two lanes that see the bytes in a different place. */
function hash(bytes: Uint8Array): string {
  let low = 0x811c9dc5;
  let high = 0x050c5d1f;
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte ^ (low >>> 24), 0x01000193);
  }
  return [high, low].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
