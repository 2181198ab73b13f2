import { traceToText } from "../trace/text.ts";
import { costsForJson, costsToText, latencySummary } from "./cost-report.ts";
import { pricesForJson, pricesToText } from "./price-report.ts";
import type { Run } from "./simulate.ts";
import type { Totals } from "./totals.ts";

/**
 * A run as a story: what it is, its rows by packet, what it counted.
 * @param rowLimit Rows to tell at most; 0 leaves the story out.
 * @param wanted The rows of the trace to tell, default all.
 */
export function runToText(run: Run, rowLimit: number, wanted?: Int32Array): string {
  const { mode, direction, packetCount } = run;
  const knobs = Object.entries(run.knobs).map(([name, value]) => `${name}=${shown(value)}`);
  const lines = [
    `${mode.id}: ${mode.title}`,
    `${plural(packetCount, "packet")}, ${direction}${knobs.length > 0 ? `, ${knobs.join(" ")}` : ""}`,
  ];
  const cpu = run.costs === undefined ? "" : pricesToText(run.costs.prices);
  const costs = costsToText(run);
  const rows = wanted?.length ?? run.totals.events;
  const story =
    rowLimit > 0 ? `${traceToText(run.trace, run.registers, rowLimit, rows, wanted)}\n` : "";
  return `${lines.join("\n")}\n${cpu}\n${story}${totalsToText(run.totals, packetCount)}${costs === "" ? "" : `\n${costs}`}`;
}

/** A run's totals as JSON: totals per category, exits by reason, interrupts, copies, DMA. */
export function totalsToJson(run: Run): string {
  const { mode, direction, packetCount, knobs, totals, costs } = run;
  const cpu = costs && pricesForJson(costs.prices);
  return JSON.stringify(
    {
      mode: mode.id,
      direction,
      packetCount,
      cpu,
      knobs,
      totals,
      costs: costsForJson(run),
      latencyMicroseconds: latencySummary(run),
    },
    null,
    2,
  );
}

/** The totals as a table: in all, and per packet. */
export function totalsToText(totals: Totals, packetCount: number): string {
  const rows: [string, number][] = [
    ["VM exits", totals.exits],
    ...Object.entries(totals.exitsByReason).map(([reason, n]): [string, number] => [
      `  ${reason}`,
      n,
    ]),
    ...crossingRows(totals),
    ["register reads", totals.registerReads],
    ["register writes", totals.registerWrites],
    ["ring loads by the driver", totals.ringLoads],
    ["ring stores by the driver", totals.ringStores],
    ["interrupt messages", totals.interruptMessages],
    ["interrupts taken", totals.interrupts],
    ["copies", totals.copies],
    ["  bytes copied", totals.copiedBytes],
    ["DMA reads", totals.dmaReads],
    ["  bytes read", totals.dmaReadBytes],
    ["DMA writes", totals.dmaWrites],
    ["  bytes written", totals.dmaWrittenBytes],
    ["frames sent on the wire", totals.transmittedFrames],
    ["frames arrived from it", totals.arrivedFrames],
    ["frames delivered to the guest", totals.deliveredFrames],
    ["frames dropped", totals.droppedFrames],
    ["guest errors", totals.guestErrors],
  ];
  const lines = [`${"".padEnd(32)}${"total".padStart(12)}${"per packet".padStart(14)}`];
  for (const [label, n] of rows) {
    const each = (n / packetCount).toFixed(2);
    lines.push(`${label.padEnd(32)}${String(n).padStart(12)}${each.padStart(14)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** What only some modes have at all: rows of zeros would hide the others. */
function crossingRows(totals: Totals): [string, number][] {
  const rows: [string, number][] = [
    ["exits to user space", totals.userExits],
    ["hypercalls", totals.hypercalls],
    ...Object.entries(totals.hypercallsByName).map(([name, n]): [string, number] => [
      `  ${name}`,
      n,
    ]),
    ["callouts", totals.callouts],
    ...Object.entries(totals.calloutsByName).map(([name, n]): [string, number] => [`  ${name}`, n]),
    ["exceptions to the hypervisor", totals.exceptions],
    ["interrupts injected", totals.injectedInterrupts],
    ["interrupts posted", totals.postedInterrupts],
    ["context switches", totals.contextSwitches],
    ["wake-ups", totals.wakeUps],
    ["upcalls", totals.upcalls],
    ["system calls", totals.systemCalls],
    ["polls that found nothing", totals.emptyPolls],
    ...Object.entries(totals.emptyPollsByLoop).map(([name, n]): [string, number] => [
      `  ${name}`,
      n,
    ]),
    ["IOMMU faults", totals.iommuFaults],
    ["ring loads by dom0 and Xen", totals.foreignRingLoads],
    ["ring stores by dom0 and Xen", totals.foreignRingStores],
  ];
  return rows.filter(([, n]) => n > 0);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function shown(value: boolean | number | string): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}
