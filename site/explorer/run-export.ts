import type { ExplorerRun } from "#components";
import { rowCycles, traceToChromeJson, traceToCsvParts, writePcap } from "#engine";
import { saveFile } from "./save.ts";

/** Saves the frames on the wire of a run, with the moments at which they passed. */
export function saveWire(run: ExplorerRun): void {
  const packets = run.wire.map(({ timeCycles, bytes }) => ({
    timestampNs: BigInt(Math.round((timeCycles * 1000) / run.cyclesPerMicrosecond)),
    frame: bytes,
  }));
  const bytes = writePcap(packets, { resolution: "nanoseconds" });
  saveFile(`${fileName(run)}.pcap`, [bytes], "application/vnd.tcpdump.pcap");
}

/** Saves the trace of a run in the format that Perfetto and Chrome open. */
export function saveTraceJson(run: ExplorerRun): void {
  const json = traceToChromeJson(run.trace, run.registers, run.cyclesPerMicrosecond);
  saveFile(`${fileName(run)}.json`, [json], "application/json");
}

/** Saves the trace of a run, one line for each row, or only for those that are wanted. */
export function saveTraceCsv(run: ExplorerRun, rows?: Int32Array): void {
  const { trace, registers, costs } = run;
  const parts = traceToCsvParts(
    trace,
    registers,
    (row: number) => rowCycles(trace, row, costs.charges),
    rows,
  );
  saveFile(`${fileName(run)}.csv`, parts, "text/csv");
}

/** What files of a run are called. */
export function fileName({ modeId, direction }: ExplorerRun): string {
  return `${modeId}-${direction}`;
}
