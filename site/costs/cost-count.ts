import {
  type ActorName,
  type CategoryName,
  chosenPrices,
  type CostName,
  criticalPath,
  pathShares,
  type Run,
  type Direction,
  entries,
  findMode,
  generatePackets,
  percentile,
  type PriceChoice,
  simulate,
} from "#engine";

/** What is to be counted: one mode, with the prices that its time goes by. */
export interface CountRequest {
  readonly modeId: string;
  readonly direction: Direction;
  readonly sizeBytes: number;
  readonly prices: PriceChoice;
}

/** How often a packet needs a primitive, on one actor. */
export interface CostCount {
  readonly actor: ActorName;
  readonly cost: CostName;
  readonly timesPerPacket: number;
  /** How often of these the CPU had run the code a moment ago. */
  readonly warmPerPacket: number;
}

/** A part of a packet's critical path. */
export interface PathShare {
  readonly name: CategoryName | "waiting";
  readonly cycles: number;
}

/** What a run counted: prices make cycles of it. */
export interface ModeCount {
  readonly modeId: string;
  readonly counts: readonly CostCount[];
  /** Median latency in cycles at the prices of the request; NaN when nothing arrived. */
  readonly latencyCycles: number;
  /** Where that time went, in cycles: by category, and waiting; the longest first. */
  readonly path: readonly PathShare[];
}

/** Packets of a run: enough that what happens for several at once shows. */
export const PACKETS = 16;

/**
 * Runs a mode and counts what its packets need.
 * @throws InputError when prices or packets are out of their ranges.
 */
export function countMode({ modeId, direction, sizeBytes, prices }: CountRequest): ModeCount {
  const frames = generatePackets({
    frameBytesWithoutFcs: sizeBytes,
    seed: 1,
    direction: direction === "rx" ? "rx" : "tx",
    count: PACKETS,
  });
  const mode = findMode(modeId);
  const run = simulate({
    mode,
    direction,
    frames,
    prices: chosenPrices(prices),
    keepFrames: false,
  });
  const all = run.costs === undefined ? [] : entries(run.costs);
  return {
    modeId,
    counts: all.map(({ actor, cost, count, warmCount }) => ({
      actor,
      cost,
      timesPerPacket: count / PACKETS,
      warmPerPacket: warmCount / PACKETS,
    })),
    latencyCycles: percentile(run.latencies, 0.5),
    path: pathOf(run),
  };
}

/** The critical path of the packet whose latency is nearest to the median. */
function pathOf(run: Run): readonly PathShare[] {
  const median = percentile(run.latencies, 0.5);
  let nearest: readonly PathShare[] = [];
  let least = Infinity;
  for (let packet = 0; packet < run.packetCount; packet++) {
    const shares = [...pathShares(run, criticalPath(run, packet))];
    if (shares.length === 0) continue;
    const sum = shares.reduce((all, [, cycles]) => all + cycles, 0);
    if (Math.abs(sum - median) >= least) continue;
    least = Math.abs(sum - median);
    nearest = shares.map(([name, cycles]) => ({ name, cycles }));
  }
  return nearest.toSorted((one, other) => other.cycles - one.cycles);
}
