import { InputError } from "../core/input-error.ts";
import { chosenPrices, type PriceChoice } from "../ledger/price-choice.ts";
import type { LoadDirection } from "../load/scenario.ts";
import { findMode, MODES } from "../modes/index.ts";
import type { KnobValues } from "../modes/knob.ts";
import { whyNot } from "./feasibility.ts";
import { checkKnobNames, knobsOn } from "./mode-knobs.ts";
import { mixFrames, mixLabel, type PacketMix } from "./packet-mix.ts";
import type { Spacing, SweepLoad, SweepPoint } from "./sweep-point.ts";

/** What to sweep over; all but the prices has a default. */
export interface SweepOptions {
  readonly prices: PriceChoice;
  /** Ids, default all modes. */
  readonly modes?: readonly string[];
  /** Default the seven sizes of {@link SWEEP_PACKET_BYTES}. */
  readonly mixes?: readonly PacketMix[];
  /** Default the twenty shares of {@link SWEEP_SHARES}. */
  readonly loads?: readonly SweepLoad[];
  /** Default forward: the guest is a router or firewall. */
  readonly direction?: LoadDirection;
  /** Knobs, set in the modes that have them. */
  readonly knobs?: KnobValues;
  /** Default constant, as test reports offer loads. */
  readonly spacing?: Spacing;
  /** Packets measured of each load, default {@link SWEEP_PACKETS}. */
  readonly packetCount?: number;
  readonly seed?: number;
}

/** Sizes of packets with FCS, in bytes (RFC 2544, 9.1). */
export const SWEEP_PACKET_BYTES: readonly number[] = [64, 128, 256, 512, 1024, 1280, 1518];

/** Loads as shares of the capacity, closer to each other where a mode saturates. */
export const SWEEP_SHARES: readonly number[] = [
  0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2,
];

/** Packets measured of each load: enough for a queue of 256 to fill at twice the capacity. */
export const SWEEP_PACKETS = 700;

/** A mode that a sweep leaves out, and why. */
export interface LeftOut {
  readonly mode: string;
  readonly mix: string;
  readonly why: string;
}

/** What a sweep consists of. */
export interface SweepPlan {
  /** In the order of modes, then sizes. */
  readonly points: readonly SweepPoint[];
  readonly leftOut: readonly LeftOut[];
  /** Loads of all points. */
  readonly loadCount: number;
}

/**
 * Lays out a sweep: a point for each mode and packet size, each with all loads.
 * @throws InputError when an option names what there is not, or is out of its range.
 */
export function planSweep(options: SweepOptions): SweepPlan {
  const { prices, direction = "forward", spacing = "constant", seed = 1 } = options;
  const { profile } = chosenPrices(prices);
  const modes = options.modes?.map(findMode) ?? MODES;
  const mixes = options.mixes ?? SWEEP_PACKET_BYTES.map(sizeMix);
  const loads = options.loads ?? SWEEP_SHARES.map((share) => ({ share }));
  const packetCount = options.packetCount ?? SWEEP_PACKETS;
  checkLoads(loads);
  checkKnobNames(modes, options.knobs ?? {});
  const points: SweepPoint[] = [];
  const leftOut: LeftOut[] = [];
  for (const mode of modes) {
    const knobs = knobsOn(mode, profile, options.knobs ?? {});
    for (const mix of mixes) {
      const why = whyNot(mode, { profile, vms: 1, frames: mixFrames(mix, direction, seed) });
      if (why !== undefined) leftOut.push({ mode: mode.id, mix: mixLabel(mix), why });
      else {
        const terms = { prices, direction, spacing, packetCount, seed };
        points.push({ mode: mode.id, knobs, mix, loads, ...terms });
      }
    }
  }
  return { points, leftOut, loadCount: points.length * loads.length };
}

function sizeMix(packetBytes: number): PacketMix {
  return { kind: "fixed", packetBytes };
}

function checkLoads(loads: readonly SweepLoad[]): void {
  if (loads.length === 0) throw new InputError("Loads: there are none; at least one is needed.");
  for (const load of loads) {
    if ("share" in load) checkRange("share of the capacity", load.share, 0.001, 10);
    else checkRange("packets a second", load.packetsPerSecond, 1, 1e9);
  }
}

function checkRange(what: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new InputError(`Load: ${value} is not a ${what} from ${low} to ${high}.`);
}
