import { InputError } from "../core/input-error.ts";

/** A frame to write, with its time. */
export interface TimedFrame {
  /** Nanoseconds since 1970-01-01 UTC. */
  readonly timestampNs: bigint;
  /** An Ethernet frame without FCS. */
  readonly frame: Uint8Array;
}

/** How a classic pcap file is written. */
export interface PcapWriterOptions {
  /** Resolution of the time stamps; finer time is cut off. Default nanoseconds. */
  readonly resolution?: "microseconds" | "nanoseconds";
}

/** Snap length that the headers state, in bytes: no frame of ours is cut. */
export const SNAP_BYTES = 262_144;

/**
 * A classic pcap file with the frames in the order given: version 2.4, little-endian, link type
 * Ethernet (draft-ietf-opsawg-pcap). Time before 1970 or after 2106 does not fit and is an
 * `InputError`.
 */
export function writePcap(
  packets: readonly TimedFrame[],
  options: PcapWriterOptions = {},
): Uint8Array {
  const nanoseconds = (options.resolution ?? "nanoseconds") === "nanoseconds";
  let sizeBytes = 24;
  for (const packet of packets) sizeBytes += 16 + packet.frame.length;
  const file = new Uint8Array(sizeBytes);
  const view = new DataView(file.buffer);
  view.setUint32(0, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAP_BYTES, true);
  view.setUint32(20, 1, true);
  let offset = 24;
  for (const [index, { timestampNs, frame }] of packets.entries()) {
    const seconds = timestampNs / 1_000_000_000n;
    if (timestampNs < 0n || seconds > 0xffff_ffffn) {
      throw new InputError(
        `timestampNs of packet ${index + 1}: found ${timestampNs}, ` +
          "expected 0 to 4294967295999999999, the years that a pcap file can hold.",
      );
    }
    const fractionNs = Number(timestampNs % 1_000_000_000n);
    view.setUint32(offset, Number(seconds), true);
    view.setUint32(offset + 4, nanoseconds ? fractionNs : Math.floor(fractionNs / 1000), true);
    view.setUint32(offset + 8, frame.length, true);
    view.setUint32(offset + 12, frame.length, true);
    file.set(frame, offset + 16);
    offset += 16 + frame.length;
  }
  return file;
}
