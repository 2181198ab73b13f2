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
import type { ExportFormat } from "./export-format.ts";

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
