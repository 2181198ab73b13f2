import { rowCycles, type Run, traceToChromeJsonParts, traceToCsvParts, writePcap } from "#engine";
import { saveFile } from "./save-file.ts";

/** What the files of a run are made of. */
export type SavedRun = Pick<Run, "wire" | "trace" | "registers" | "cyclesPerMicrosecond"> & {
  readonly costs: Pick<NonNullable<Run["costs"]>, "charges"> | undefined;
};

/** Saves the frames on the wire of a run, with the moments at which they passed. */
export function saveWire(name: string, { wire, cyclesPerMicrosecond }: SavedRun): void {
  const packets = wire.map(({ timeCycles, bytes }) => ({
    timestampNs: BigInt(Math.round((timeCycles * 1000) / cyclesPerMicrosecond)),
    frame: bytes,
  }));
  const bytes = writePcap(packets, { resolution: "nanoseconds" });
  saveFile(`${name}.pcap`, [bytes], "application/vnd.tcpdump.pcap");
}

/** Saves the trace of a run in the format that Perfetto and Chrome open. */
export function saveTraceJson(name: string, run: SavedRun): void {
  const parts = traceToChromeJsonParts(run.trace, run.registers, run.cyclesPerMicrosecond);
  saveFile(`${name}.json`, parts, "application/json");
}

/** Saves the trace of a run, one line for each row, or only for those that are wanted. */
export function saveTraceCsv(
  name: string,
  { trace, registers, costs }: SavedRun,
  rows?: Int32Array,
): void {
  const cyclesOf = costs && ((row: number) => rowCycles(trace, row, costs.charges));
  saveFile(`${name}.csv`, traceToCsvParts(trace, registers, cyclesOf, rows), "text/csv");
}

/** What files of a run are called. */
export function fileName(modeId: string, direction: string): string {
  return `${modeId}-${direction}`;
}
