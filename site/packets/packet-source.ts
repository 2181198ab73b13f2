import { type Direction, generatePackets, InputError } from "#engine";
import { bundledCapture } from "./bundled-captures.ts";
import { type OwnFile, toOwnFile } from "./own-file.ts";

/** Where packets come from besides the bundled captures. */
export const GENERATED = "generated";
/** A file of the reader; a link cannot carry it. */
export const OWN_FILE = "file";

/** Which packets a page asks for. */
export interface PacketChoice {
  /** GENERATED, OWN_FILE or the file of a bundled capture. */
  readonly source: string;
  readonly direction: Direction;
  /** Generated packets: how many. */
  readonly count: number;
  /** Generated packets: bytes of a frame without FCS. */
  readonly sizeBytes: number;
}

/** Packets of one page at most: a trace keeps every step of each in memory. */
export const PACKETS_MAX = 10_000;
const GENERATED_MAX = 1000;

/** Frames to send, and what was left out, in words; empty when nothing was. */
export interface PacketSource {
  readonly frames: readonly Uint8Array[];
  readonly note: string;
}

/**
 * The frames that a state asks for.
 * @param generatedMax How many packets may be generated at most.
 * @throws InputError when a capture is damaged or a number is out of its range.
 */
export async function framesOf(
  choice: PacketChoice,
  own: OwnFile | undefined,
  generatedMax = GENERATED_MAX,
): Promise<PacketSource> {
  const { source, count, sizeBytes, direction } = choice;
  if (source === GENERATED) {
    if (!Number.isInteger(count) || count < 1 || count > generatedMax) {
      throw new InputError(`How many: found ${found(count)}, expected 1 to ${generatedMax}.`);
    }
    if (!Number.isInteger(sizeBytes) || sizeBytes < 60 || sizeBytes > 1514) {
      throw new InputError(`Bytes each: found ${found(sizeBytes)}, expected 60 to 1514.`);
    }
    const frames = generatePackets({
      frameBytesWithoutFcs: sizeBytes,
      seed: 1,
      direction: direction === "rx" ? "rx" : "tx",
      count,
    });
    return { frames, note: "" };
  }
  const { frames: all } = await captureOf(source, own);
  const frames = all.slice(0, PACKETS_MAX);
  const left = all.length - frames.length;
  const note =
    left > 0 ? `The first ${PACKETS_MAX} packets are sent; ${left} more are left out.` : "";
  return { frames, note };
}

/**
 * The capture that a source names.
 * @throws InputError when it is the reader's own and there is none.
 */
export async function captureOf(source: string, own: OwnFile | undefined): Promise<OwnFile> {
  if (source !== OWN_FILE) return toOwnFile(source, await bundledCapture(source));
  if (own !== undefined) return own;
  throw new InputError("This link was made with a file of its sender: choose the file again.");
}

/** A number as a reader wrote it: an empty field gives none. */
function found(number: number): string {
  return Number.isNaN(number) ? "nothing" : String(number);
}
