import { FieldReader } from "./field-reader.ts";
import { readJson } from "./read.ts";

/** Kinds of recordings: of a device, of KVM on its host, of Xen. */
export const RECORDING_KINDS = ["device", "kvm", "xen"] as const;
/** One of {@link RECORDING_KINDS}. */
export type RecordingKind = (typeof RECORDING_KINDS)[number];

/**
 * The kind of a recording, as `kind` in `manifest.json` says; one without it is of a device.
 * @param files The folder's files by name, unpacked.
 * @throws InputError when the manifest is damaged or names no kind that is known.
 */
export function recordingKind(files: ReadonlyMap<string, Uint8Array>): RecordingKind {
  const manifest = files.get("manifest.json");
  const fields =
    manifest === undefined
      ? new FieldReader("manifest.json", 0, {})
      : readJson("manifest.json", manifest);
  const kind = fields.has("kind") ? fields.string("kind") : "device";
  const known = RECORDING_KINDS.find((one) => one === kind);
  if (known === undefined) throw fields.wrong("kind", `one of ${RECORDING_KINDS.join(", ")}`);
  return known;
}
