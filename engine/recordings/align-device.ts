import { alignLines } from "./align-lines.ts";
import type { AlignedPhase, AlignedRecording } from "./aligned.ts";
import type { AlignOptions } from "./align-options.ts";
import { PHASES, readFolder } from "./folder.ts";
import { type ComparedPhase, verifyRuns, type VerifyOptions } from "./verify.ts";

/**
 * Replays what a recording of a device did and lays both sides beside each other, line by line.
 * @param files The folder's files by name, unpacked.
 * @throws InputError naming file and line when the recording is damaged.
 */
export function alignDeviceRecording(
  files: ReadonlyMap<string, Uint8Array>,
  options: AlignOptions,
): AlignedRecording {
  const folder = readFolder(files);
  const phases: AlignedPhase[] = [];
  let compared: ComparedPhase | undefined;
  const hear = (one: ComparedPhase): void => {
    compared = one;
  };
  for (const [phase, report] of verifyRuns(folder, deviceOptions(options), hear)) {
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

/** Only what recordings of devices have: another phase or variant is not asked for. */
function deviceOptions({ lastPhase, variant }: AlignOptions): VerifyOptions {
  const phase = PHASES.find((name) => name === lastPhase);
  return {
    ...(phase === undefined ? {} : { lastPhase: phase }),
    ...(variant === "plain" || variant === "insn" ? { variant } : {}),
  };
}
