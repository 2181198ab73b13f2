import { RESOURCES } from "../core/resource.ts";
import type { Sweep } from "./sweep.ts";
import type { LoadPoint, SweepResult } from "./sweep-point.ts";
import { rateText } from "./rate-text.ts";

/** A sweep as text: the capacity of each mode by packet size, and what limits it. */
export function sweepToText(sweep: Sweep): string {
  const { complete, leftOut, pointCount, results } = sweep;
  const modes = [...new Set(results.map(({ mode }) => mode))];
  const mixes = [...new Set(results.map(({ mix }) => mix))];
  const of = (mode: string, mix: string): SweepResult | undefined =>
    results.find((result) => result.mode === mode && result.mix === mix);
  const table = (title: string, cell: (result: SweepResult) => string): string[] => [
    title,
    ...columns([
      ["mode", ...mixes],
      ...modes.map((mode) => [
        mode,
        ...mixes.map((mix) => {
          const result = of(mode, mix);
          return result === undefined ? "-" : cell(result);
        }),
      ]),
    ]),
    "",
  ];
  const lines = [
    ...(complete
      ? []
      : [`Cancelled: ${results.length} of ${pointCount} modes and sizes are done.`, ""]),
    ...table("packets a second without loss, low … high", ({ capacity }) => {
      const { low, typical, high } = capacity;
      return `${rateText(typical)} (${rateText(low)}…${rateText(high)})`;
    }),
    ...table("what limits them", ({ saturated }) =>
      saturated === undefined ? "nothing" : RESOURCES[saturated].label,
    ),
    ...table("CPU cycles a packet", ({ cyclesPerPacket }) => cyclesPerPacket.typical.toFixed(0)),
    ...leftOut.map(({ mode, mix, why }) => `${mode}, ${mix}: left out. ${why}`),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Lines of a table whose columns stand right, the first left. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

type CsvValue = string | number | undefined;

/** Columns of the CSV file, one line for each load. */
const CSV: readonly (readonly [
  name: string,
  (result: SweepResult, load: LoadPoint) => CsvValue,
])[] = [
  ["mode", ({ mode }) => mode],
  ["packets", ({ mix }) => mix],
  ["packet_bytes", ({ packetBytes }) => packetBytes],
  ["capacity_low_pps", ({ capacity }) => capacity.low],
  ["capacity_pps", ({ capacity }) => capacity.typical],
  ["capacity_high_pps", ({ capacity }) => capacity.high],
  ["load_share", (_, { share }) => share],
  ["offered_pps", (_, load) => load.offeredPacketsPerSecond],
  ["delivered_pps", (_, load) => load.deliveredPacketsPerSecond],
  ["delivered_bps", (_, load) => load.deliveredBitsPerSecond],
  ["sent", (_, { sent }) => sent],
  ["delivered", (_, { delivered }) => delivered],
  ["dropped", (_, { dropped }) => dropped],
  ["drop_reason", (_, { dropReason }) => dropReason],
  ["latency_p50_us", (_, load) => load.latencyMicroseconds?.p50],
  ["latency_p99_us", (_, load) => load.latencyMicroseconds?.p99],
  ["latency_mean_us", (_, load) => load.latencyMicroseconds?.mean],
  ["saturated", (_, { saturated }) => saturated],
  ["cores_busy", (_, { coresBusy }) => coresBusy],
  ["cycles_per_packet_low", (_, load) => load.cyclesPerPacket.low],
  ["cycles_per_packet", (_, load) => load.cyclesPerPacket.typical],
  ["cycles_per_packet_high", (_, load) => load.cyclesPerPacket.high],
  ["exits_per_packet", (_, load) => load.exitsPerPacket],
  ["interrupts_per_packet", (_, load) => load.interruptsPerPacket],
];

/** A sweep as CSV (RFC 4180): a heading, then a line for each load; what is not known stays empty. */
export function sweepToCsv({ results }: Sweep): string {
  const lines = results.flatMap((result) =>
    result.loads.map((load) => CSV.map(([, of]) => csvCell(of(result, load))).join(",")),
  );
  return [CSV.map(([name]) => name).join(","), ...lines].map((line) => `${line}\r\n`).join("");
}

function csvCell(value: CsvValue): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(Number(value.toPrecision(7)));
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
