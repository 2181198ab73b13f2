import { basename } from "node:path";
import { InputError } from "../core/input-error.ts";
import { LOAD_DIRECTIONS, type LoadDirection } from "../load/scenario.ts";
import type { KnobValues } from "../modes/knob.ts";
import { readCapture } from "../packets/capture.ts";
import type { PacketMix } from "../sizing/packet-mix.ts";
import type { Spacing } from "../sizing/sweep-point.ts";
import { UsageError } from "./command.ts";
import { readWhole } from "./file.ts";
import { optionText, wholeNumber, type Parsed } from "./options.ts";
import { PRICE_OPTIONS, PRICE_SYNOPSIS } from "./price-options.ts";
import { readSettings } from "./traffic-options.ts";
import { defaultWorkers, WORKERS_MAX } from "./worker-pool.ts";

/** The options that `size` and `sweep` have in common. */
export const SIZING_OPTIONS = {
  modes: { type: "string" },
  "packet-bytes": { type: "string" },
  pcap: { type: "string" },
  dir: { type: "string" },
  spacing: { type: "string" },
  packets: { type: "string" },
  seed: { type: "string" },
  workers: { type: "string" },
  json: { type: "boolean" },
  ...PRICE_OPTIONS,
} as const;

/** The same in a usage text, but for the packets' sizes. */
export const SIZING_SYNOPSIS =
  `[--dir ${LOAD_DIRECTIONS.join("|")}] [--modes A,B,…|all] [--spacing constant|poisson] ` +
  `[--packets N] [--seed S] [--workers N] [--set knob=value]… ${PRICE_SYNOPSIS} [--json]`;

/** What the common options say besides packets and prices; what is not given has its default. */
export interface SizingChoice {
  readonly modes?: readonly string[];
  readonly direction?: LoadDirection;
  readonly spacing?: Spacing;
  readonly packetCount?: number;
  readonly seed?: number;
  readonly knobs: KnobValues;
}

/** Reads the common options; throws InputError or UsageError naming the one that is wrong. */
export function readSizing(parsed: Parsed): SizingChoice {
  const packets = optionText(parsed, "packets");
  const seed = optionText(parsed, "seed");
  const modes = readModes(optionText(parsed, "modes") ?? "all");
  const direction = oneOf(parsed, "dir", LOAD_DIRECTIONS);
  const spacing = oneOf(parsed, "spacing", ["constant", "poisson"] as const);
  return {
    ...(modes === undefined ? {} : { modes }),
    ...(direction === undefined ? {} : { direction }),
    ...(spacing === undefined ? {} : { spacing }),
    ...(packets === undefined ? {} : { packetCount: wholeNumber("packets", packets, 100, 1e6) }),
    ...(seed === undefined ? {} : { seed: wholeNumber("seed", seed, 0, 4294967295) }),
    knobs: readSettings(parsed),
  };
}

/** Workers that `--workers` asks for. */
export function readWorkers(parsed: Parsed): number {
  const text = optionText(parsed, "workers");
  return text === undefined ? defaultWorkers() : wholeNumber("workers", text, 1, WORKERS_MAX);
}

/** The packets that `--pcap` or `--packet-bytes` gives; undefined when neither is there. */
export function readMixes(parsed: Parsed): readonly PacketMix[] | undefined {
  const file = optionText(parsed, "pcap");
  const sizes = optionText(parsed, "packet-bytes");
  if (file !== undefined) {
    if (sizes !== undefined) throw new UsageError("--packet-bytes does not go with --pcap.");
    const { name, packets } = readCapture(readWhole(file), basename(file));
    return [{ kind: "capture", name, frames: packets.map(({ frame }) => frame) }];
  }
  return sizes === undefined ? undefined : listOf("packet-bytes", sizes).map(readMix);
}

/** The entries of an option that takes a list; each once. */
export function listOf(name: string, text: string): string[] {
  const entries = text.split(",").map((entry) => entry.trim());
  const twice = entries.find((entry, at) => entries.indexOf(entry) < at);
  if (twice !== undefined) throw new UsageError(`--${name}: ${twice} is named twice.`);
  return entries;
}

function readMix(text: string): PacketMix {
  if (text === "imix") return { kind: "imix" };
  return { kind: "fixed", packetBytes: wholeNumber("packet-bytes", text, 64, 1518) };
}

function readModes(text: string): readonly string[] | undefined {
  return text === "all" ? undefined : listOf("modes", text);
}

function oneOf<T extends string>(
  parsed: Parsed,
  name: string,
  choices: readonly T[],
): T | undefined {
  const given = optionText(parsed, name);
  const found = choices.find((choice) => choice === given);
  if (found !== undefined || given === undefined) return found;
  throw new InputError(`--${name}: ${given} is not one of ${choices.join(", ")}.`);
}
