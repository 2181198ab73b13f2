import type { Mode } from "../modes/define.ts";
import type { KnobValues } from "../modes/knob.ts";
import { InputError } from "../core/input-error.ts";
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
  lines.push("", "by kind");
  for (const run of runs) {
    const kinds = kindsOf(run).map(([name, n]) => `${name} ${perPacket(n, run.packetCount)}`);
    lines.push(`${run.mode.id.padEnd(idWidth)}  ${kinds.length > 0 ? kinds.join(", ") : "none"}`);
  }
  return `${lines.join("\n")}\n`;
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
  const modes = runs.map(({ mode, knobs, totals }) => ({ mode: mode.id, knobs, totals }));
  const { direction, packetCount } = runs[0] ?? { direction: "tx", packetCount: 0 };
  const costs = runs[0]?.costs;
  const cpu = costs && pricesForJson(costs.prices);
  return JSON.stringify({ direction, packetCount, cpu, modes }, null, 2);
}
