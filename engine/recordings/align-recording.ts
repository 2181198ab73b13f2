import { InputError } from "../core/input-error.ts";
import type { AlignedPhase, AlignedRecording } from "./aligned.ts";
import { alignLines } from "./align-lines.ts";
import { readFolder, type PhaseName } from "./folder.ts";
import { readJson } from "./read.ts";
import { type ComparedPhase, verifyRuns } from "./verify.ts";

/** What of a recording to lay beside the engine. */
export interface AlignOptions {
  /** Stop after this phase; default the last. The phases before it are its past and are run too. */
  readonly lastPhase?: PhaseName;
  readonly variant?: "plain" | "insn";
}

/**
 * Replays what a recording of a device did and lays both sides beside each other, line by line; the
 * counts are those of `trapline verify`. It needs the whole of `engine/recordings`: call it in a worker.
 * @param files The folder's files by name, unpacked, as text or bytes.
 * @throws InputError naming file and line when the recording is damaged, or it is of another kind.
 */
export function alignRecording(
  files: ReadonlyMap<string, string | Uint8Array>,
  options: AlignOptions = {},
): AlignedRecording {
  const bytes = new Map(Array.from(files, ([name, content]) => [name, bytesOf(content)]));
  checkKind(bytes);
  const folder = readFolder(bytes);
  const phases: AlignedPhase[] = [];
  let compared: ComparedPhase | undefined;
  const hear = (one: ComparedPhase): void => {
    compared = one;
  };
  for (const [phase, report] of verifyRuns(folder, options, hear)) {
    if (compared === undefined) continue;
    const { registers, interrupts, rings, configuration, wire } = report;
    const { variant, points, pointsMissed, pointsEarly, leftOut, descriptorNumbers } = report;
    phases.push({
      phase,
      variant,
      file: compared.run.phases.get(phase)?.file ?? "",
      lines: alignLines(compared),
      matches: { registers, interrupts, rings, configuration, wire },
      points,
      pointsMissed,
      pointsEarly,
      leftOut,
      descriptorNumbers,
      rules: report.rules,
    });
  }
  const manifest = folder.runs[0]?.manifest;
  return { config: manifest?.config ?? "", driver: manifest?.driver ?? "", phases };
}

function checkKind(files: ReadonlyMap<string, Uint8Array>): void {
  const manifest = files.get("manifest.json");
  if (manifest === undefined) return;
  const fields = readJson("manifest.json", manifest);
  const kind = fields.has("kind") ? fields.string("kind") : "device";
  if (kind === "device") return;
  throw new InputError(
    `manifest.json: a recording of kind ${kind} has no order of lines of its own; ` +
      "`trapline verify` compares it",
  );
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  if (typeof content !== "string") return content;
  // Recordings are ASCII; any other character becomes a byte that no reader takes for one.
  return Uint8Array.from(content, (character) => Math.min(255, character.codePointAt(0) ?? 255));
}
