import { InputError } from "../core/input-error.ts";
import type { RecordedEvent } from "./event.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { readEvents, readJson } from "./read.ts";

/** The phases of a recording, in the order in which they were recorded. */
export const PHASES = [
  "init",
  "warmup",
  "tx",
  "rx",
  "burst-tx",
  "burst-rx",
  "echo",
  "teardown",
] as const;
/** The name of a phase. */
export type PhaseName = (typeof PHASES)[number];

/** One phase of one run. */
export interface RecordedPhase {
  readonly name: PhaseName;
  /** File it was read from. */
  readonly file: string;
  readonly events: readonly RecordedEvent[];
}

/** One run: `plain` (registers only) or `insn` (with every access to the rings). */
export interface RecordedRun {
  readonly variant: "plain" | "insn";
  readonly manifest: Manifest;
  readonly phases: ReadonlyMap<PhaseName, RecordedPhase>;
}

/** A folder of `recordings/device`: one or two runs of one configuration. */
export interface RecordingFolder {
  readonly runs: readonly RecordedRun[];
  /** Content of `wire.pcap`, the plain run's frames, if there is one. */
  readonly capture: Uint8Array | undefined;
}

/**
 * Reads a recording folder.
 * @param files Content of the folder's files by name; `.gz` files already unpacked and named
 *   without `.gz`. Where a `PHASE.full.jsonl` stands beside `PHASE.jsonl`, the latter decides.
 * @throws InputError when the manifest or a file is missing or damaged.
 */
export function readFolder(files: ReadonlyMap<string, Uint8Array>): RecordingFolder {
  if (!files.has("manifest.json") && !files.has("manifest.insn.json")) {
    throw new InputError("manifest.json: missing, expected a recording's manifest");
  }
  const runs: RecordedRun[] = [];
  for (const variant of ["plain", "insn"] as const) {
    const run = readRun(files, variant);
    if (run !== undefined) runs.push(run);
  }
  return { runs, capture: files.get("wire.pcap") };
}

function readRun(
  files: ReadonlyMap<string, Uint8Array>,
  variant: "plain" | "insn",
): RecordedRun | undefined {
  const suffix = variant === "plain" ? "" : ".insn";
  const manifestName = `manifest${suffix}.json`;
  const bytes = files.get(manifestName);
  const names = PHASES.filter((name) => files.has(`${name}${suffix}.jsonl`));
  if (bytes === undefined) {
    if (names.length === 0) return undefined;
    throw new InputError(`${manifestName}: missing, expected beside ${names[0]}${suffix}.jsonl`);
  }
  const manifest = readManifest(readJson(manifestName, bytes));
  const phases = new Map<PhaseName, RecordedPhase>();
  for (const name of names) {
    const file = `${name}${suffix}.jsonl`;
    const events = readEvents(file, files.get(file) as Uint8Array);
    checkMarks(file, name, events);
    phases.set(name, { name, file, events });
  }
  requirePhases(manifest, variant, phases);
  return { variant, manifest, phases };
}

/** A phase begins and ends with its marks and has no other phase's marks in it. */
function checkMarks(file: string, name: PhaseName, events: readonly RecordedEvent[]): void {
  const expectMark = (event: RecordedEvent | undefined, mark: string, where: string): void => {
    if (event?.op === "mark" && event.mark === mark) return;
    const line = event?.line ?? 1;
    throw new InputError(
      `${file}, line ${line}: field mark, expected ${mark} on the ${where} line`,
    );
  };
  expectMark(events[0], `${name}-begin`, "first");
  expectMark(events.at(-1), `${name}-end`, "last");
}

/** Every phase the manifest counts must be there (a run under the plugin has no warmup file). */
function requirePhases(
  manifest: Manifest,
  variant: "plain" | "insn",
  phases: ReadonlyMap<PhaseName, RecordedPhase>,
): void {
  const suffix = variant === "plain" ? "" : ".insn";
  for (const name of ["init", ...manifest.wireFrames.keys()]) {
    const known = PHASES.find((phase) => phase === name);
    if (known === undefined || phases.has(known)) continue;
    if (known === "warmup" && variant === "insn") continue;
    throw new InputError(`${name}${suffix}.jsonl: missing, expected phase ${name} of the manifest`);
  }
  for (const [name, phase] of phases) {
    const counted = manifest.wireFrames.get(name);
    const seen = phase.events.filter((e) => e.op === "wire_tx" || e.op === "wire_rx").length;
    if (counted !== undefined && counted !== seen) {
      throw new InputError(
        `${phase.file}: ${seen} frames on the wire, expected ${counted} as the manifest counts`,
      );
    }
  }
}
