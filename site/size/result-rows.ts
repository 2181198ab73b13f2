import {
  type CostBar,
  type CostPart,
  type CostTone,
  figure,
  metricText,
  percentText,
  type RangeDetail,
  type RangeRow,
  type RateLine,
  withRange,
} from "#components/plain";
import {
  type CategoryName,
  findMode,
  limitLabel,
  type SizeResult,
  type SweepResult,
} from "#engine";

const VERDICTS: Readonly<Record<SizeResult["verdict"], string>> = {
  yes: "yes",
  likely: "at typical costs",
  doubtful: "only if costs are low",
  no: "no",
};

const DRAWN: Readonly<Record<SizeResult["verdict"], RangeRow["verdict"]>> = {
  yes: "good",
  likely: "good",
  doubtful: "open",
  no: "bad",
};

/** Whose work a category is; what guest and host share in belongs to neither. */
const CATEGORY_TONES: Readonly<Partial<Record<CategoryName, CostTone>>> = {
  guestDriver: "guest",
  guestStack: "guest",
  transition: "boundary",
  hypervisor: "hypervisor",
  deviceEmulation: "device-model",
  hostStack: "host-network",
};

/** What a mode carries, against what is wanted, as a row of the list. */
export function sizeRow(result: SizeResult): RangeRow {
  const { throughput, verdict, limit, lost, mode } = result;
  const { low, typical, high } = throughput;
  const limited = limit === undefined ? "" : `; limit: ${limitLabel(limit)}`;
  return {
    id: mode,
    title: findMode(mode).title,
    subtitle: mode,
    range: throughput,
    text: `${metricText(typical)} (${metricText(low)} – ${metricText(high)})`,
    verdict: DRAWN[verdict],
    cells: [`${VERDICTS[verdict]}${limited}`, wantedText(result), lostText(lost)],
    details: detailsOf(result),
  };
}

/** What a mode carries by packet size, as a line; sizes in their order. */
export function rateLine(mode: string, results: readonly SweepResult[]): RateLine {
  const points = results
    .filter((result) => result.mode === mode)
    .map(({ packetBytes, capacity, saturated }) => ({
      packetBytes: Math.round(packetBytes),
      packetsPerSecond: capacity,
      limit: saturated === undefined ? "nothing" : limitLabel(saturated),
    }));
  return {
    id: mode,
    label: mode,
    points: points.sort((one, other) => one.packetBytes - other.packetBytes),
  };
}

/** The size of packets, of those that were played, that is nearest to a mean: in bytes with FCS. */
export function nearestBytes(sweeps: readonly SweepResult[], meanBytes: number): number {
  const sizes = [...new Set(sweeps.map(({ packetBytes }) => packetBytes))];
  sizes.sort((one, other) => Math.abs(one - meanBytes) - Math.abs(other - meanBytes));
  return sizes[0] ?? meanBytes;
}

/** What a packet costs in a mode at its highest rate without loss, as a bar. */
export function sizeBar({ mode, categories, cyclesPerPacket, loads }: SweepResult): CostBar {
  const names = Object.keys(categories) as CategoryName[];
  const parts = names
    .filter((name) => categories[name].typical > 0 && isPaid(name))
    .map((category): CostPart => {
      const tone = CATEGORY_TONES[category] ?? "several";
      const cycles = categories[category];
      return { id: category, category, tone, cycles, assumedCycles: undefined };
    });
  return {
    id: mode,
    title: findMode(mode).title,
    parts,
    total: cyclesPerPacket,
    emptyPolls: categories.polling.typical,
    latencyMicroseconds: loads[0]?.latencyMicroseconds?.p50 ?? NaN,
  };
}

function isPaid(name: CategoryName): boolean {
  return !["dma", "wire", "idle", "polling"].includes(name);
}

function wantedText({ cores, latencyMicroseconds: latency, loss }: SizeResult): string {
  const time =
    latency === undefined
      ? "queues without end"
      : `p50 ${figure(latency.p50)}, p99 ${figure(latency.p99)} µs`;
  const all = figure(Number((cores.guest + cores.host).toFixed(2)));
  return `${all} ${all === "1" ? "core" : "cores"}; ${time}; ${loss === 0 ? "no loss" : `${percentText(loss)} lost`}`;
}

function lostText(lost: SizeResult["lost"]): string {
  return lost.length === 0 ? "nothing" : lost.map(({ label }) => label).join(", ");
}

function detailsOf(result: SizeResult): readonly RangeDetail[] {
  const { throughputBits, cores, lost, utilisation } = result;
  const bits = (value: number) => `${metricText(value)}bit/s`;
  const { low, typical, high } = throughputBits;
  return [
    { term: "Throughput of frames", text: `${bits(typical)} (${bits(low)} – ${bits(high)})` },
    {
      term: "At the wanted rate",
      text: `${metricText(result.deliveredPacketsPerSecond)} packets a second arrive; ${withRange(result.cyclesPerPacket)} CPU cycles and ${figure(result.exitsPerPacket)} VM exits for each`,
    },
    {
      term: "Cores",
      text: `${figure(cores.guest)} of the guests, ${figure(cores.host)} of the host`,
    },
    {
      term: "Busy",
      text: utilisation.map(({ label, share }) => `${label} ${percentText(share)}`).join(", "),
    },
    ...lost.map(({ label, why }) => ({ term: `Gives up ${label}`, text: why })),
  ];
}
