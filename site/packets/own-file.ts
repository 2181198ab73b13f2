import { InputError, readCapture } from "#engine";

/** A capture that the reader chose or dropped: read whole, or there is none. */
export interface OwnFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly frames: readonly Uint8Array[];
}

/** Bytes of a file at most: 256 MiB, as a page holds them in memory beside what it makes of them. */
export const FILE_BYTES_MAX = 256 * 2 ** 20;

/** What pages read, for sentences on what they do not. */
export const EXPECTED = "one pcap or pcapng capture";

/**
 * The bytes of a file.
 * @throws InputError naming it when it is too large, or a folder, or cannot be read.
 */
export async function readBytes(file: File): Promise<Uint8Array> {
  if (file.size > FILE_BYTES_MAX) {
    const size = Math.ceil(file.size / 2 ** 20);
    throw new InputError(`${file.name}: it has ${size} MiB, expected at most 256.`);
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    // A folder without a file system's entry looks like a file until it is read.
    throw new InputError(`${file.name}: it cannot be read, expected ${EXPECTED}.`);
  }
}

/**
 * The capture that a file's bytes are.
 * @throws InputError naming file and place when they are damaged or something else.
 */
export function toOwnFile(name: string, bytes: Uint8Array): OwnFile {
  const { packets } = readCapture(bytes, name);
  return { name, bytes, frames: packets.map(({ frame }) => frame) };
}

/**
 * Reads the capture that a reader gives.
 * @throws InputError in one sentence when it is none.
 */
export async function readOwnFile(file: File): Promise<OwnFile> {
  return toOwnFile(file.name, await readBytes(file));
}
