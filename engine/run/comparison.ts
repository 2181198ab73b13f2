import type { Mode } from "../modes/define.ts";
import type { KnobValues } from "../modes/knob.ts";
import { InputError } from "../core/input-error.ts";
import { byCategory, cpuCycles } from "../ledger/account.ts";
import { CATEGORY_NAMES, type CategoryName } from "../ledger/category.ts";
import type { CostRange } from "../ledger/cost.ts";
import { scaled, ZERO } from "../ledger/range.ts";
import { costsForJson, cyclesText, latencySummary } from "./cost-report.ts";
import { pricesForJson, pricesToText } from "./price-report.ts";
import { simulate, type Run, type Scenario } from "./simulate.ts";
import type { Totals } from "./totals.ts";

/** The same packets through several modes. */
export interface ComparedScenario extends Omit<Scenario, "mode"> {
  readonly modes: readonly Mode[];
}

/**
 * Runs the packets through each mode; a knob is set in the modes that have it.
 * @throws InputError when a knob is none of any mode, or a mode does not carry the packets.
 */
export function compareModes(scenario: ComparedScenario): Run[] {
  const { modes, knobs = {}, ...rest } = scenario;
  for (const name of Object.keys(knobs)) {
    if (modes.some((mode) => Object.hasOwn(mode.knobs, name))) continue;
    const ids = modes.map((mode) => mode.id).join(", ");
    throw new InputError(`Knob ${name}: none of the modes ${ids} has such a knob.`);
  }
  return modes.map((mode) => simulate({ ...rest, mode, knobs: ownKnobs(mode, knobs) }));
}

function ownKnobs(mode: Mode, knobs: KnobValues): KnobValues {
  return Object.fromEntries(Object.entries(knobs).filter(([name]) => name in mode.knobs));
}

/** A column of the comparison: a heading and what it counts. */
interface Column {
  readonly heading: string;
  readonly count: (totals: Totals) => number;
}

/** Short headings of categories; what no CPU works for stands in brackets. */
const CATEGORY_HEADINGS: Readonly<Record<CategoryName, string>> = {
  guestDriver: "driver",
  guestStack: "stack",
  transition: "transition",
  hypervisor: "hypervisor",
  deviceEmulation: "device",
  copy: "copy",
  notification: "notify",
  interrupt: "interrupt",
  dma: "[DMA]",
  hostStack: "host stack",
  scheduling: "scheduling",
  polling: "[polling]",
  wire: "[wire]",
  idle: "[idle]",
};

const COLUMNS: readonly Column[] = [
  { heading: "VM exits", count: (t) => t.exits },
  { heading: "to user", count: (t) => t.userExits },
  { heading: "hypercalls", count: (t) => t.hypercalls },
  { heading: "callouts", count: (t) => t.callouts },
  { heading: "upcalls", count: (t) => t.upcalls },
  { heading: "interrupts", count: (t) => t.interrupts },
  { heading: "injected", count: (t) => t.injectedInterrupts },
  { heading: "posted", count: (t) => t.postedInterrupts },
  { heading: "copies", count: (t) => t.copies },
  { heading: "bytes copied", count: (t) => t.copiedBytes },
  { heading: "DMA", count: (t) => t.dmaReads + t.dmaWrites },
  { heading: "DMA bytes", count: (t) => t.dmaReadBytes + t.dmaWrittenBytes },
  { heading: "switches", count: (t) => t.contextSwitches },
  { heading: "dropped", count: (t) => t.droppedFrames },
];

/** The comparison as one table: a line per mode, each number per packet, then exits and hypercalls by name. */
export function comparisonToText(runs: readonly Run[]): string {
  const idWidth = Math.max(...runs.map((run) => run.mode.id.length), 4);
  const columns = COLUMNS.map(({ heading, count }) => {
    const cells = runs.map((run) => perPacket(count(run.totals), run.packetCount));
    const width = Math.max(heading.length, ...cells.map((cell) => cell.length)) + 2;
    return [heading, ...cells].map((cell) => cell.padStart(width));
  });
  const first = runs[0];
  const lines = [
    `${first?.packetCount ?? 0} packets, ${first?.direction ?? ""}; each number is per packet`,
    first?.costs === undefined ? "" : pricesToText(first.costs.prices),
    ...["mode", ...runs.map((run) => run.mode.id)].map(
      (id, line) => id.padEnd(idWidth) + columns.map((column) => column[line] ?? "").join(""),
    ),
  ];
  if (first?.costs !== undefined) lines.push("", ...costTable(runs, idWidth));
  lines.push("", "by kind");
  for (const run of runs) {
    const kinds = kindsOf(run).map(([name, n]) => `${name} ${perPacket(n, run.packetCount)}`);
    lines.push(`${run.mode.id.padEnd(idWidth)}  ${kinds.length > 0 ? kinds.join(", ") : "none"}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Cycles per packet with their range, by category, and latency: a line per mode. */
function costTable(runs: readonly Run[], idWidth: number): string[] {
  const perMode = runs.flatMap((run) =>
    run.costs === undefined ? [] : [{ run, costs: run.costs }],
  );
  const cells = perMode.map(({ run, costs }) => {
    const each = (range: CostRange) => scaled(range, 1 / run.packetCount);
    const { low, typical, high } = each(cpuCycles(costs));
    const categories = byCategory(costs);
    return {
      id: run.mode.id,
      all: [low, typical, high].map(cyclesText),
      byCategory: (name: CategoryName) => cyclesText(each(categories.get(name) ?? ZERO).typical),
      latency: latencySummary(run),
    };
  });
  const occurring = CATEGORY_NAMES.filter((name) =>
    perMode.some(({ costs }) => byCategory(costs).has(name)),
  );
  const columns: [string, string[]][] = [
    ...["low", "typical", "high"].map((heading, at): [string, string[]] => [
      heading,
      cells.map(({ all }) => all[at] as string),
    ]),
    ...occurring.map((name): [string, string[]] => [
      CATEGORY_HEADINGS[name],
      cells.map((cell) => cell.byCategory(name)),
    ]),
    ...(["p50", "p99"] as const).map((name): [string, string[]] => [
      `${name} µs`,
      cells.map(({ latency }) => latency?.[name].toFixed(1) ?? "-"),
    ]),
  ];
  const padded = columns.map(([heading, column]) => {
    const width = Math.max(heading.length, ...column.map((cell) => cell.length)) + 2;
    return [heading, ...column].map((cell) => cell.padStart(width));
  });
  return [
    "cycles per packet: all CPU work from low to high, then typical by category; latency",
    ...["mode", ...cells.map(({ id }) => id)].map(
      (id, line) => id.padEnd(idWidth) + padded.map((column) => column[line]).join(""),
    ),
  ];
}

/** Exits by reason, hypercalls and callouts by name, most frequent first. */
function kindsOf(run: Run): [string, number][] {
  const { exitsByReason, hypercallsByName, calloutsByName } = run.totals;
  return [exitsByReason, hypercallsByName, calloutsByName]
    .flatMap(Object.entries)
    .toSorted(([, one], [, other]) => other - one);
}

function perPacket(count: number, packetCount: number): string {
  const each = count / packetCount;
  if (each === 0) return "0";
  return each >= 100 ? each.toFixed(0) : each.toFixed(2);
}

/** The comparison as JSON: per mode its knobs and totals. */
export function comparisonToJson(runs: readonly Run[]): string {
  const modes = runs.map((run) => ({
    mode: run.mode.id,
    knobs: run.knobs,
    totals: run.totals,
    costs: costsForJson(run),
    latencyMicroseconds: latencySummary(run),
  }));
  const { direction, packetCount } = runs[0] ?? { direction: "tx", packetCount: 0 };
  const costs = runs[0]?.costs;
  const cpu = costs && pricesForJson(costs.prices);
  return JSON.stringify({ direction, packetCount, cpu, modes }, null, 2);
}
