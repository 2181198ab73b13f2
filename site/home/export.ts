import {
  type Direction,
  findMode,
  rowCycles,
  type Run,
  simulate,
  traceToChromeJson,
  traceToCsv,
  writePcap,
} from "#engine";

/** The formats a run can be saved in. */
export const EXPORTS = [
  { format: "pcap", label: "the wire as pcap" },
  { format: "json", label: "the trace for Perfetto" },
  { format: "csv", label: "the trace as CSV" },
] as const;

/** One of the formats. */
export type ExportFormat = (typeof EXPORTS)[number]["format"];

/** Runs a mode again, with its frames kept, and hands the result to the reader as a file. */
export function saveRun(
  format: ExportFormat,
  modeId: string,
  direction: Direction,
  frames: readonly Uint8Array[],
): void {
  const run = simulate({ mode: findMode(modeId), direction, frames });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([contentOf(format, run)]));
  link.download = `${modeId}-${direction}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function contentOf(format: ExportFormat, run: Run): string | Uint8Array<ArrayBuffer> {
  const { trace, registers, cyclesPerMicrosecond, costs } = run;
  if (format === "json") return traceToChromeJson(trace, registers, cyclesPerMicrosecond);
  if (format === "csv") {
    const cyclesOf = costs && ((row: number) => rowCycles(trace, row, costs.charges));
    return traceToCsv(trace, registers, cyclesOf);
  }
  const packets = run.wire.map(({ timeCycles, bytes }) => ({
    timestampNs: BigInt(Math.round((timeCycles * 1000) / cyclesPerMicrosecond)),
    frame: bytes,
  }));
  return new Uint8Array(writePcap(packets, { resolution: "nanoseconds" }));
}
