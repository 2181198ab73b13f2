import { bitRateText, rateText } from "./rate-text.ts";
import { limitLabel } from "./sharing.ts";
import type { SizeResult } from "./size-point.ts";
import type { Sizing } from "./sizing.ts";
import type { LeftOut } from "./sweep-plan.ts";
import { columns } from "./sweep-report.ts";

const HEADINGS = [
  "mode",
  "carried",
  "packets/s",
  "low … high",
  "bit/s",
  "limited by",
  "guest cores",
  "host cores",
  "p50 µs",
  "p99 µs",
  "loss",
  "cycles",
  "exits",
  "gives up",
];

/** A sizing as text: modes best first, the advice, what each gives up and why, what is not possible. */
export function sizingToText(sizing: Sizing): string {
  const { advice, complete, impossible, modes, reference } = sizing;
  const shown = reference === undefined ? modes : [...modes, reference];
  const lines = [
    `${rateText(sizing.wantedPacketsPerSecond)} packets a second of ${sizing.meanPacketBytes.toFixed(0)} bytes ` +
      `(${bitRateText(sizing.wantedPacketsPerSecond * sizing.meanPacketBytes * 8)}) are wanted of each guest.`,
    "Throughput is of each guest, without loss; cores, latency, loss and cycles are at the wanted rate.",
    "",
    ...(complete ? [] : ["Cancelled: not every mode is done.", ""]),
    ...columns([HEADINGS, ...shown.map(row)]),
    "",
    ...(complete ? [advice, ""] : []),
    ...dropLines(shown),
    ...lossLines(modes),
    ...notPossible(impossible),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function notPossible(impossible: readonly LeftOut[]): string[] {
  if (impossible.length === 0) return [];
  return ["Not possible:", ...impossible.map(({ mode, why }) => `  ${mode}: ${why}`)];
}

function row(result: SizeResult): string[] {
  const { throughput, latencyMicroseconds: latency, limit, lost } = result;
  const time = (value: number | undefined): string =>
    value === undefined ? "-" : value.toFixed(value < 10 ? 1 : 0);
  return [
    result.mode,
    result.verdict,
    rateText(throughput.typical),
    `${rateText(throughput.low)} … ${rateText(throughput.high)}`,
    bitRateText(result.throughputBits.typical),
    limit === undefined ? "nothing" : limitLabel(limit),
    result.cores.guest.toFixed(2),
    result.cores.host.toFixed(2),
    time(latency?.p50),
    time(latency?.p99),
    result.loss < 0.0005 ? "0" : `${(result.loss * 100).toFixed(1)} %`,
    result.cyclesPerPacket.typical.toFixed(0),
    result.exitsPerPacket.toFixed(2),
    lost.length === 0 ? "nothing" : lost.map(({ label }) => label).join(", "),
  ];
}

/** Who drops packets at the wanted rate. */
function dropLines(shown: readonly SizeResult[]): string[] {
  const lines = shown.flatMap(({ dropReason, loss, mode }) =>
    dropReason === undefined ? [] : [`  ${mode} (${(loss * 100).toFixed(1)} %): ${dropReason}`],
  );
  return lines.length === 0 ? [] : ["Dropped at the wanted rate:", ...lines, ""];
}

/** Why each service is given up, modes with the same reason together. */
function lossLines(modes: readonly SizeResult[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { lost, mode } of modes) {
    for (const { label, why } of lost) {
      const reason = `${label} (%): ${why}`;
      byReason.set(reason, [...(byReason.get(reason) ?? []), mode]);
    }
  }
  if (byReason.size === 0) return [];
  const lines = [...byReason].map(([reason, ids]) => `  ${reason.replace("%", ids.join(", "))}`);
  return ["Given up:", ...lines, ""];
}
