import { kvmReportText } from "./kvm/report-text.ts";
import { verifyKvmFolder } from "./kvm/verify.ts";
import { type RecordingKind, recordingKind } from "./kind.ts";
import { reportText } from "./report-text.ts";
import { verifyFolder } from "./verify.ts";
import { verifyXenFolder } from "./xen/verify-folder.ts";

/** What every report on a recording has, whatever its kind: phases, each with its divergence. */
export interface FolderReport {
  readonly config: string;
  readonly phases: readonly {
    readonly phase: string;
    /** Where recording and engine first differ, null when they do not. */
    readonly firstDivergence: object | null;
  }[];
}

/** A verified folder: the report as values, and the same as text. */
export interface VerifiedFolder {
  readonly report: FolderReport;
  readonly text: string;
}

/**
 * Verifies a folder of one kind.
 * @param files The folder's files by name, unpacked.
 * @throws InputError when the recording is damaged.
 */
export type FolderVerifier = (files: ReadonlyMap<string, Uint8Array>) => VerifiedFolder;

const VERIFIERS: Readonly<Record<RecordingKind, FolderVerifier>> = {
  device: (files) => {
    const report = verifyFolder(files);
    return { report, text: reportText(report) };
  },
  kvm: (files) => {
    const report = verifyKvmFolder(files);
    return { report, text: kvmReportText(report) };
  },
  xen: verifyXenFolder,
};

/**
 * Replays what a recording of any kind did and lays the engine's events beside it.
 * @param files The folder's files by name, unpacked.
 * @throws InputError when the recording is damaged or its kind is unknown.
 */
export function verifyRecording(files: ReadonlyMap<string, Uint8Array>): VerifiedFolder {
  return VERIFIERS[recordingKind(files)](files);
}
