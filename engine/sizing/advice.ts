import { allCores } from "./ranking.ts";
import { rateText } from "./rate-text.ts";
import { limitLabel } from "./sharing.ts";
import type { SizeResult, Verdict } from "./size-point.ts";

const CARRIES: Readonly<Record<Exclude<Verdict, "no">, string>> = {
  yes: "carries",
  likely: "carries at typical costs",
  doubtful: "may carry, if costs are low,",
};

/**
 * One sentence of advice out of the numbers: the mode that carries the rate with the fewest cores,
 * what it gives up, and the best of those that give up less.
 * @param modes Best first.
 */
export function advise(modes: readonly SizeResult[], wantedPacketsPerSecond: number): string {
  const best = modes[0];
  if (best === undefined) return "No mode is possible here.";
  const wanted = `${rateText(wantedPacketsPerSecond)} packets a second`;
  if (best.verdict === "no") {
    const what =
      best.limit === undefined ? "" : `, where it is limited by: ${limitLabel(best.limit)}`;
    return (
      `No mode carries ${wanted} for each guest; ${best.mode} comes nearest with ` +
      `${rateText(best.throughput.typical)} (${rateText(best.throughput.low)} to ` +
      `${rateText(best.throughput.high)})${what}.`
    );
  }
  const first = `${best.mode} ${CARRIES[best.verdict]} ${wanted} for each guest with ${taken(best)}`;
  if (best.lost.length === 0) return `${first}, and gives up nothing of the host's services.`;
  const gentler = modes
    .filter(({ verdict }) => verdict === "yes" || verdict === "likely")
    .filter(({ lost }) => lost.length < best.lost.length)
    .toSorted((one, other) => one.lost.length - other.lost.length)[0];
  const but = `${first}, but gives up ${given(best)}`;
  if (gentler === undefined) return `${but}; no mode that gives up less carries it.`;
  const less = gentler.lost.length === 0 ? "none of it" : `only ${given(gentler)}`;
  return `${but}; ${gentler.mode} gives up ${less}, with ${taken(gentler)}.`;
}

function taken(result: SizeResult): string {
  const { latencyMicroseconds: latency } = result;
  const p99 =
    latency === undefined ? "" : ` and ${latency.p99.toFixed(0)} µs at the 99th percentile`;
  return `${allCores(result).toFixed(2)} cores${p99}`;
}

function given({ lost }: SizeResult): string {
  const labels = lost.map(({ label }) => label);
  const last = labels.pop() ?? "";
  return labels.length === 0 ? last : `${labels.join(", ")} and ${last}`;
}
