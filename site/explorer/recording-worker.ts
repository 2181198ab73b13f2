import { type AlignedRecording, alignRecording } from "#engine";

/** What the worker says of a recording. */
export type RecordingAnswer =
  | { readonly kind: "aligned"; readonly recording: AlignedRecording }
  | { readonly kind: "problem"; readonly message: string };

/** Lays the recording of the posted files beside the engine's run of the same scenario. */
self.addEventListener(
  "message",
  ({ data }: MessageEvent<ReadonlyMap<string, string | Uint8Array>>) => {
    const answer = (message: RecordingAnswer) => self.postMessage(message);
    try {
      answer({ kind: "aligned", recording: alignRecording(new Map(data)) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      answer({ kind: "problem", message });
    }
  },
);
