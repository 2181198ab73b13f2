import { type Direction, findMode, simulate } from "#engine";
import { fileName, saveTraceCsv, saveTraceJson, saveWire } from "../save/run-files.ts";
import type { ExportFormat } from "./export-format.ts";

const SAVE = { pcap: saveWire, json: saveTraceJson, csv: saveTraceCsv } as const;

/** Runs a mode again, with its frames kept, and hands the result to the reader as a file. */
export function saveRun(
  format: ExportFormat,
  modeId: string,
  direction: Direction,
  frames: readonly Uint8Array[],
): void {
  const run = simulate({ mode: findMode(modeId), direction, frames });
  SAVE[format](fileName(modeId, direction), run);
}
