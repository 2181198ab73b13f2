import { InputError } from "../core/input-error.ts";
import { chosenPrices, type PriceChoice } from "../ledger/price-choice.ts";
import type { LoadDirection } from "../load/scenario.ts";
import { findMode, MODES } from "../modes/index.ts";
import type { KnobValues } from "../modes/knob.ts";
import { advise } from "./advice.ts";
import { whyNot } from "./feasibility.ts";
import { checkKnobNames, knobsOn } from "./mode-knobs.ts";
import { meanPacketBytes, mixFrames, type PacketMix } from "./packet-mix.ts";
import { ranked } from "./ranking.ts";
import type { WantedRate } from "./rate-text.ts";
import { sizeMode } from "./size-mode.ts";
import type { SizePoint, SizeResult } from "./size-point.ts";
import type { Abort } from "./sweep.ts";
import type { LeftOut } from "./sweep-plan.ts";
import type { Spacing } from "./sweep-point.ts";

/** What guests are wanted for. */
export interface SizeOptions {
  readonly prices: PriceChoice;
  readonly mix: PacketMix;
  /** What each guest is to carry. */
  readonly wanted: WantedRate;
  /** Default forward: the guest is a router or firewall. */
  readonly direction?: LoadDirection;
  /** Guests on the host, 1 to 256, default 1. */
  readonly vms?: number;
  /** Cores for all that the host does for their packets, 1 to 256, default 2. */
  readonly hostCores?: number;
  /** Ids, default all modes. */
  readonly modes?: readonly string[];
  /** Knobs, set in the modes that have them. */
  readonly knobs?: KnobValues;
  /** Default poisson: what many senders together offer. */
  readonly spacing?: Spacing;
  /** Packets measured of each load, default {@link SIZE_PACKETS}. */
  readonly packetCount?: number;
  readonly seed?: number;
}

/** Packets measured of each load: fifty of them lie above the 99th percentile. */
export const SIZE_PACKETS = 5000;
/** The mode without a guest: laid beside the others, not advised. */
const REFERENCE = "native";
const VMS_MAX = 256;

/** What a sizing consists of. */
export interface SizePlan {
  readonly points: readonly SizePoint[];
  readonly impossible: readonly LeftOut[];
  readonly wantedPacketsPerSecond: number;
  readonly meanPacketBytes: number;
}

/** What came of a sizing. */
export interface Sizing {
  readonly complete: boolean;
  readonly wantedPacketsPerSecond: number;
  readonly meanPacketBytes: number;
  /** Best first. */
  readonly modes: readonly SizeResult[];
  /** What a system without a guest comes to, for comparison. */
  readonly reference: SizeResult | undefined;
  readonly impossible: readonly LeftOut[];
  /** One sentence, from the numbers. */
  readonly advice: string;
}

/**
 * Lays out a sizing: a point for each mode that is possible.
 * @throws InputError when an option names what there is not, or is out of its range.
 */
export function planSizing(options: SizeOptions): SizePlan {
  const { prices, mix, wanted, direction = "forward", vms = 1, hostCores = 2, seed = 1 } = options;
  checkCount("VMs", vms);
  checkCount("Host cores", hostCores);
  const { profile } = chosenPrices(prices);
  const frames = mixFrames(mix, direction, seed);
  const meanBytes = meanPacketBytes(frames);
  const wantedPacketsPerSecond =
    "packetsPerSecond" in wanted ? wanted.packetsPerSecond : wanted.bitsPerSecond / (meanBytes * 8);
  if (!(wantedPacketsPerSecond >= 1 && wantedPacketsPerSecond <= 1e9)) {
    throw new InputError(
      `Rate: ${wantedPacketsPerSecond} packets a second is not from 1 to 1000000000.`,
    );
  }
  const modes = options.modes?.map(findMode) ?? MODES;
  const reader = options.knobs ?? {};
  checkKnobNames(modes, reader);
  const points: SizePoint[] = [];
  const impossible: LeftOut[] = [];
  for (const mode of modes) {
    const knobs = knobsOn(mode, profile, reader);
    const why = whyNot(mode, { profile, vms, frames });
    if (why !== undefined) {
      impossible.push({ mode: mode.id, mix: "", why });
      continue;
    }
    points.push({
      mode: mode.id,
      knobs,
      prices,
      mix,
      direction,
      vms,
      hostCores,
      seed,
      spacing: options.spacing ?? "poisson",
      packetCount: options.packetCount ?? SIZE_PACKETS,
      wantedPacketsPerSecond,
    });
  }
  return { points, impossible, wantedPacketsPerSecond, meanPacketBytes: meanBytes };
}

/** Puts a sizing together: best mode first, with advice; a point that was not run has no result. */
export function assembleSizing(
  plan: SizePlan,
  results: readonly (SizeResult | undefined)[],
): Sizing {
  const { points, ...rest } = plan;
  const done = results.filter((result) => result !== undefined);
  const modes = ranked(done.filter(({ mode }) => mode !== REFERENCE));
  return {
    ...rest,
    complete: done.length === points.length,
    modes,
    reference: done.find(({ mode }) => mode === REFERENCE),
    advice: advise(modes, plan.wantedPacketsPerSecond),
  };
}

/** Sizes all modes here and now, until it is done or `signal` says stop. */
export function size(
  options: SizeOptions,
  onProgress: (done: number, all: number) => void = () => {},
  signal: Abort = { aborted: false },
): Sizing {
  const plan = planSizing(options);
  const results: SizeResult[] = [];
  for (const point of plan.points) {
    if (signal.aborted) break;
    results.push(sizeMode(point));
    onProgress(results.length, plan.points.length);
  }
  return assembleSizing(plan, results);
}

function checkCount(what: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= VMS_MAX) return;
  throw new InputError(`${what}: ${value} is not a whole number from 1 to ${VMS_MAX}.`);
}
