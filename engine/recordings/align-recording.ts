import { alignDeviceRecording } from "./align-device.ts";
import type { AlignOptions } from "./align-options.ts";
import type { AlignedRecording } from "./aligned.ts";
import { alignKvmRecording } from "./kvm/align.ts";
import { type RecordingKind, recordingKind } from "./kind.ts";
import { alignXenRecording } from "./xen/align.ts";

/**
 * Replays what a recording shows and lays both sides beside each other, line by line; the counts are
 * those of `trapline verify`. It needs the whole of `engine/recordings`: call it in a worker.
 * @param files The folder's files by name, unpacked, as text or bytes.
 * @throws InputError naming file and line when the recording is damaged, or it is of another kind.
 */
export function alignRecording(
  files: ReadonlyMap<string, string | Uint8Array>,
  options: AlignOptions = {},
): AlignedRecording {
  const bytes = new Map(Array.from(files, ([name, content]) => [name, bytesOf(content)]));
  return ALIGNERS[recordingKind(bytes)](bytes, options);
}

type Aligner = (files: ReadonlyMap<string, Uint8Array>, options: AlignOptions) => AlignedRecording;

const ALIGNERS: Readonly<Record<RecordingKind, Aligner>> = {
  device: alignDeviceRecording,
  kvm: alignKvmRecording,
  xen: alignXenRecording,
};

function bytesOf(content: string | Uint8Array): Uint8Array {
  if (typeof content !== "string") return content;
  // Recordings are ASCII; any other character becomes a byte that no reader takes for one.
  return Uint8Array.from(content, (character) => Math.min(255, character.codePointAt(0) ?? 255));
}
