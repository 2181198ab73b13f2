import { basename } from "node:path";
import { InputError } from "../core/input-error.ts";
import type { Mode } from "../modes/define.ts";
import { findMode } from "../modes/index.ts";
import { readCapture } from "../packets/capture.ts";
import { generatePackets } from "../packets/packet-generator.ts";
import type { Scenario } from "../run/simulate.ts";
import { DIRECTIONS, type Direction } from "../run/direction.ts";
import { UsageError } from "./command.ts";
import { readWhole } from "./file.ts";
import { decimalNumber, optionText, wholeNumber, type Parsed } from "./options.ts";
import {
  isPriceSetting,
  PRICE_OPTIONS,
  PRICE_SYNOPSIS,
  readPrices,
  readSets,
} from "./price-options.ts";

/** The options that say which packets go which way, for every command that sends some. */
export const TRAFFIC_OPTIONS = {
  pcap: { type: "string" },
  packets: { type: "string" },
  size: { type: "string" },
  dir: { type: "string" },
  "gap-us": { type: "string" },
  ...PRICE_OPTIONS,
  seed: { type: "string" },
} as const;

/** The same in a usage text. */
export const TRAFFIC_SYNOPSIS =
  "[--pcap FILE] [--packets N] [--size BYTES|imix] [--dir tx|rx|echo] [--gap-us G] " +
  `[--set knob=value]… [--seed S] ${PRICE_SYNOPSIS}`;

/** Generated packets that differ; a longer run repeats them. */
const DISTINCT_PACKETS_MAX = 65_536;

/** What is sent, but for the mode that carries it. */
export type Traffic = Omit<Scenario, "mode" | "knobs">;

/** Reads the packets, how they are sent and what steps cost; `frameBytesMax` is what the modes carry. */
export function readTraffic(parsed: Parsed, frameBytesMax: number): Traffic {
  const given = optionText(parsed, "dir") ?? "tx";
  const direction = DIRECTIONS.find((known) => known === given);
  if (direction === undefined) {
    throw new InputError(`--dir: ${given} is not one of ${DIRECTIONS.join(", ")}.`);
  }
  const seed = wholeNumber("seed", optionText(parsed, "seed") ?? "1", 0, 4294967295);
  const gap = decimalNumber("gap-us", optionText(parsed, "gap-us") ?? "100", 0, 1e6);
  const packetText = optionText(parsed, "packets");
  const packets = packetText === undefined ? undefined : wholeNumber("packets", packetText, 1, 1e8);
  return {
    frames: readFrames(parsed, frameBytesMax, direction, seed, packets),
    ...(packets === undefined ? {} : { packetCount: packets }),
    direction,
    gapMicroseconds: gap,
    prices: readPrices(parsed),
    seed,
  };
}

/** The mode that `--mode` names. */
export function readMode(parsed: Parsed, command: string): Mode {
  const id = optionText(parsed, "mode");
  if (id === undefined) throw new UsageError(`trapline ${command} needs --mode ID.`);
  return findMode(id);
}

function readFrames(
  parsed: Parsed,
  frameBytesMax: number,
  direction: Direction,
  seed: number,
  packets: number | undefined,
): readonly Uint8Array[] {
  const file = optionText(parsed, "pcap");
  const size = optionText(parsed, "size");
  if (file !== undefined) {
    if (size !== undefined) throw new UsageError("--size does not go with --pcap.");
    const capture = readCapture(readWhole(file), basename(file), { maxFrameBytes: frameBytesMax });
    return capture.packets.map((packet) => packet.frame);
  }
  return generatePackets({
    count: Math.min(packets ?? 1, DISTINCT_PACKETS_MAX),
    frameBytesWithoutFcs:
      size === "imix" ? "imix" : wholeNumber("size", size ?? "60", 60, frameBytesMax),
    seed,
    direction: direction === "rx" ? "rx" : "tx",
  });
}

/** The knobs that `--set` sets, by name; settings of prices are left to `readPrices`. */
export function readSettings(parsed: Parsed): Record<string, string> {
  return Object.fromEntries([...readSets(parsed)].filter(([name]) => !isPriceSetting(name)));
}
