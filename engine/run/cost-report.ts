import { byActor, byCategory, cpuCycles, entries, evidenceShares } from "../ledger/account.ts";
import { CATEGORIES } from "../ledger/category.ts";
import type { CostRange, Evidence } from "../ledger/cost.ts";
import type { CostName } from "../ledger/costs/index.ts";
import { scaled, ZERO } from "../ledger/range.ts";
import type { RunCosts } from "../ledger/run-costs.ts";
import { ACTORS } from "../trace/actor.ts";
import { criticalPath, lastArrived, pathShares } from "./critical-path.ts";
import { percentile } from "./latency-meter.ts";
import type { Run } from "./simulate.ts";

const PRIMITIVES_SHOWN = 12;
const LABEL_WIDTH = 44;

/** Percentiles of a run's latencies in microseconds; undefined where no packet arrived. */
export interface LatencySummary {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What one primitive came to in a run, over all actors. */
export interface PrimitiveUse {
  readonly name: CostName;
  readonly count: number;
  readonly evidence: Evidence;
  readonly cycles: CostRange;
}

/** A run's latencies in microseconds. */
export function latencySummary(run: Run): LatencySummary | undefined {
  const { latencies, cyclesPerMicrosecond } = run;
  if (latencies.length === 0) return undefined;
  const at = (share: number): number => percentile(latencies, share) / cyclesPerMicrosecond;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** What each primitive came to, dearest first. */
export function primitiveUses(costs: RunCosts): readonly PrimitiveUse[] {
  const uses = new Map<CostName, PrimitiveUse>();
  for (const { cost: name, count, cycles } of entries(costs)) {
    const before = uses.get(name);
    uses.set(name, {
      name,
      count: count + (before?.count ?? 0),
      evidence: costs.prices.prices[name].known.evidence,
      // The same price again: its error adds up linearly.
      cycles: {
        low: cycles.low + (before?.cycles ?? ZERO).low,
        typical: cycles.typical + (before?.cycles ?? ZERO).typical,
        high: cycles.high + (before?.cycles ?? ZERO).high,
      },
    });
  }
  return [...uses.values()].toSorted((one, other) => other.cycles.typical - one.cycles.typical);
}

/** What a run cost, as text: cycles per packet and by whom, utilisation, latency. */
export function costsToText(run: Run): string {
  const { costs, packetCount } = run;
  if (costs === undefined) return "";
  const line = (label: string, range: CostRange): string =>
    rangeLine(label, scaled(range, 1 / packetCount));
  const lines = [
    row("cycles per packet", "low", "typical", "high"),
    line("all CPU work", cpuCycles(costs)),
    "by category",
    ...[...byCategory(costs)].map(([name, range]) => line(`  ${categoryLabel(name)}`, range)),
    "by actor",
    ...[...byActor(costs)].map(([name, range]) => line(`  ${ACTORS[name].label}`, range)),
    ...primitiveLines(costs, packetCount),
    ...evidenceLines(costs),
    ...resourceLines(costs),
    ...latencyLines(run),
    ...pathLines(run),
    "",
    "Cost and latency are two answers: cycles per packet are the work of all CPUs together, whoever",
    "waits for it; latency is the time on the packet's critical path, with DMA, wire and waiting.",
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for a report in JSON; cycles are those of the whole run. */
export function costsForJson(run: Run): object | undefined {
  const { costs } = run;
  if (costs === undefined) return undefined;
  return {
    cpuCycles: cpuCycles(costs),
    cyclesPerPacket: scaled(cpuCycles(costs), 1 / run.packetCount),
    byCategory: Object.fromEntries(byCategory(costs)),
    byActor: Object.fromEntries(byActor(costs)),
    byPrimitive: Object.fromEntries(primitiveUses(costs).map(({ name, ...use }) => [name, use])),
    evidenceShares: evidenceShares(costs),
    elapsedCycles: costs.elapsedCycles,
    resources: costs.resources,
  };
}

/** The label of a category; what no CPU works for is marked. */
export function categoryLabel(name: keyof typeof CATEGORIES): string {
  const { label, cpu } = CATEGORIES[name];
  return cpu && name !== "polling" ? label : `${label} (no CPU work)`;
}

/** Cycles without decimals, in groups of three digits. */
export function cyclesText(cycles: number): string {
  const digits = String(Math.round(cycles));
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function primitiveLines(costs: RunCosts, packetCount: number): string[] {
  const uses = primitiveUses(costs);
  const rest = uses.length - PRIMITIVES_SHOWN;
  const lines = [row("dearest primitives, cycles per packet", "times", "typical", "evidence")];
  for (const { name, count, evidence, cycles } of uses.slice(0, PRIMITIVES_SHOWN)) {
    const each = count / packetCount;
    const times = each >= 100 ? each.toFixed(0) : each.toFixed(2);
    lines.push(row(`  ${name}`, times, cyclesText(cycles.typical / packetCount), evidence));
  }
  if (rest > 0) lines.push(`  … and ${rest} more: --json has all, trapline costs explains them`);
  return ["", ...lines];
}

function evidenceLines(costs: RunCosts): string[] {
  const shares = Object.entries(evidenceShares(costs));
  const words = shares.map(([evidence, share]) => `${evidence} ${percent(share)}`);
  return [`how the CPU work's prices are known: ${words.join(", ")}`];
}

function resourceLines(costs: RunCosts): string[] {
  const words = costs.resources.map(
    ({ label, utilisation }) =>
      `  ${label.padEnd(LABEL_WIDTH - 2)}${percent(utilisation).padStart(12)}`,
  );
  return ["", "busy, of the time from the first packet to the last", ...words];
}

function latencyLines(run: Run): string[] {
  const latency = latencySummary(run);
  if (latency === undefined) return ["", "latency: no packet arrived"];
  const { p50, p99, max } = latency;
  return [
    "",
    row("latency in microseconds", "p50", "p99", "max"),
    row(`  ${WAYS[run.direction]}`, p50.toFixed(2), p99.toFixed(2), max.toFixed(2)),
  ];
}

const WAYS = {
  tx: "from the application's send to the last bit",
  rx: "from the first bit to the application",
  echo: "there and back, with 20 at the peer",
} as const;

function rangeLine(label: string, { low, typical, high }: CostRange): string {
  return row(label, cyclesText(low), cyclesText(typical), cyclesText(high));
}

function row(label: string, one: string, two: string, three: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${one.padStart(12)}${two.padStart(12)}${three.padStart(12)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Where the time of one packet's way went: the last packet that arrived. */
function pathLines(run: Run): string[] {
  const packet = lastArrived(run);
  const shares = pathShares(run, packet < 0 ? [] : criticalPath(run, packet));
  if (shares.size === 0) return [];
  const lines = [...shares].map(([name, cycles]) => {
    const label = name === "waiting" ? "Waiting, nobody at work for it" : CATEGORIES[name].label;
    return row(`  ${label}`, "", (cycles / run.cyclesPerMicrosecond).toFixed(2), "");
  });
  return ["", row(`critical path of packet ${packet + 1}`, "", "us", ""), ...lines];
}
