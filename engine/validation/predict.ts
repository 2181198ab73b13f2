import type { CostRange } from "../ledger/cost.ts";
import { simulateLoad } from "../load/simulate-load.ts";
import type { LoadDirection } from "../load/scenario.ts";
import type { LoadResult } from "../load/load-result.ts";
import { findMode } from "../modes/index.ts";
import { generatePackets } from "../packets/packet-generator.ts";
import type { Mapping, Measure, Setup } from "./setup.ts";
import { setupPrices } from "./setup.ts";

/** Round trips that are measured, one after the other. */
const ROUND_TRIPS = 64;
/** Microseconds that the other side takes for its answer: the guest waits meanwhile, as in the field. */
const THINK_MICROSECONDS = 20;
/** Frames that differ. */
const FRAMES = 32;
/** Packets of a saturated run. */
const SATURATING_PACKETS = 2000;
/**
 * How many are under way at any time: enough to keep who polls at line rate busy, fewer than the
 * buffer of a socket holds where there is one, and as many as a loaded server has requests.
 */
const OUTSTANDING = { polling: 192, kernel: 64, requests: 32 } as const;
/** Frames of 64 bytes a second on 10 Gb/s: 10^10 / ((64 + 20) × 8). */
const LINE_RATE = 1e10 / (84 * 8);

/** The reader's own prices, by primitive. */
export type OwnPrices = Readonly<Record<string, number>>;

/** What the engine predicts for a mapping, in the engine's units: packets a second, microseconds, ratios. */
export function predict({ setup, measure }: Mapping, own: OwnPrices = {}): CostRange {
  switch (measure.kind) {
    case "roundTrip":
      return bothEnds(setup, measure.sides, own);
    case "transactions":
      return inverse(bothEnds(setup, measure.sides, own), 1e6);
    case "addedRoundTrip":
      return added(setup, own);
    case "exitsPerRoundTrip":
      return exactly(roundTrip(setup, own).exitsPerPacket);
    case "packetRate":
      return rateRange(saturate(setup, measure.direction, own));
    case "clockForLineRate":
      return clockRange(saturate(setup, measure.direction, own));
    case "rateOver":
      return ratio(setup, measure, own);
  }
}

/** One request after the other arrives for the guest, which answers each. */
function roundTrip(setup: Setup, own: OwnPrices): LoadResult {
  return simulateLoad({
    ...common(setup, "rr", own),
    source: { kind: "closed", outstanding: 1, thinkMicroseconds: THINK_MICROSECONDS },
    packetCount: ROUND_TRIPS,
  });
}

/** As many packets as the mode takes: there are always some under way. */
function saturate(setup: Setup, direction: LoadDirection, own: OwnPrices): LoadResult {
  return simulateLoad({
    ...common(setup, direction, own),
    source: { kind: "closed", outstanding: outstanding(setup, direction) },
    packetCount: SATURATING_PACKETS,
  });
}

function outstanding({ modeId, knobs }: Setup, direction: LoadDirection): number {
  if (direction === "rr") return OUTSTANDING.requests;
  const polls = modeId === "vf-dpdk" || knobs["driver"] === "pmd";
  return polls ? OUTSTANDING.polling : OUTSTANDING.kernel;
}

/** What every kind of run of a set-up has in common. */
function common(setup: Setup, direction: LoadDirection, own: OwnPrices) {
  const frames = generatePackets({
    count: FRAMES,
    frameBytesWithoutFcs: setup.frameBytes,
    seed: 1,
    direction: direction === "tx" ? "tx" : "rx",
  });
  const { modeId, knobs } = setup;
  const prices = setupPrices(setup, own);
  return { mode: findMode(modeId), knobs, prices, frames, direction, seed: 1 };
}

/** Typical latency of as many guests; its range is in proportion that of the CPU work. */
function timeRange(result: LoadResult, sides: number): CostRange {
  const typical = sides * (result.latencyMicroseconds?.p50 ?? NaN);
  const { low, typical: work, high } = result.cyclesPerPacket;
  return { low: (typical * low) / work, typical, high: (typical * high) / work };
}

/** A guest and who answers it: a guest like it, or a host like its own. */
function bothEnds(setup: Setup, sides: 1 | 2, own: OwnPrices): CostRange {
  const here = timeRange(roundTrip(setup, own), sides);
  if (sides === 2) return here;
  const there = timeRange(roundTrip(peerOf(setup), own), 1);
  return {
    low: here.low + there.low,
    typical: here.typical + there.typical,
    high: here.high + there.high,
  };
}

/** The host itself; a process that polls is answered by another. */
function peerOf(setup: Setup): Setup {
  if (setup.modeId === "vf-dpdk") return setup;
  const { throttleMicroseconds = 0 } = setup.hostNic ?? {};
  return { ...setup, modeId: "native", knobs: { throttleMicroseconds } };
}

function added(setup: Setup, own: OwnPrices): CostRange {
  const there = timeRange(roundTrip(setup, own), 1);
  const native = timeRange(roundTrip(peerOf(setup), own), 1);
  const less = (one: keyof CostRange): number => Math.max(0, there[one] - native[one]);
  return { low: less("low"), typical: less("typical"), high: less("high") };
}

/** Rate with the range of the busiest CPU's work, or of nothing where a link is the limit. */
function rateRange(result: LoadResult): CostRange {
  const typical = result.deliveredPacketsPerSecond;
  const { low, typical: work, high } = result.busiestCyclesPerPacket;
  if (!(work > 0)) return exactly(typical);
  return { low: (typical * work) / high, typical, high: (typical * work) / Math.max(low, 1) };
}

function clockRange(result: LoadResult): CostRange {
  const { low, typical, high } = result.cyclesPerPacket;
  const clock = (cycles: number): number => (cycles * LINE_RATE) / 1e9;
  return { low: clock(low), typical: clock(typical), high: clock(high) };
}

function ratio(
  setup: Setup,
  measure: Extract<Measure, { readonly other: Setup }>,
  own: OwnPrices,
): CostRange {
  const one = rateRange(saturate(setup, measure.direction, own));
  const other = rateRange(saturate(measure.other, measure.direction, own));
  return quotient(one, other);
}

/** A quotient whose ends are as far off as those of either, independently. */
function quotient(one: CostRange, other: CostRange): CostRange {
  const typical = one.typical / other.typical;
  const spread = (a: number, b: number): number => Math.hypot(Math.log(a), Math.log(b));
  const up = spread(one.high / one.typical, other.typical / Math.max(other.low, Number.MIN_VALUE));
  const down = spread(
    one.typical / Math.max(one.low, Number.MIN_VALUE),
    other.high / other.typical,
  );
  return { low: typical / Math.exp(down), typical, high: typical * Math.exp(up) };
}

function inverse({ low, typical, high }: CostRange, of: number): CostRange {
  return { low: of / high, typical: of / typical, high: of / low };
}

function exactly(value: number): CostRange {
  return { low: value, typical: value, high: value };
}
