import type { CaptureBytes } from "./capture-bytes.ts";
import { countBytes } from "./capture-bytes.ts";
import { ETHERNET_LINK_TYPES, linkTypeText, linkTypesExpected } from "./link-type.ts";

/** One packet of a capture: a whole Ethernet frame. */
export interface CapturedPacket {
  /** Counted from 1 in the order of the file, as in packet analysers. */
  readonly number: number;
  /** Byte offset in the file of the record or block that holds the packet. */
  readonly offset: number;
  /**
   * Nanoseconds since 1970-01-01 UTC, finer resolutions cut off; null in a simple packet block,
   * which has no time.
   */
  readonly timestampNs: bigint | null;
  /**
   * From the destination address to the end of the data, without preamble, capture header and FCS;
   * a view on the file.
   */
  readonly frame: Uint8Array;
  /**
   * Length in bytes that the capture gives the packet, capture header and FCS included where it
   * holds them.
   */
  readonly originalBytes: number;
  /** Index in `Capture.interfaces`. */
  readonly interfaceIndex: number;
}

/** An interface that packets were captured on. */
export interface CaptureInterface {
  /** Number in the registry of link types; 1 is Ethernet. */
  readonly linkType: number;
  /**
   * Bytes of frame check sequence at the end of each frame as declared by the file; 0 when it says
   * nothing.
   */
  readonly fcsBytes: number;
  /** Byte offset in the file of the link-type field. */
  readonly linkTypeOffset: number;
}

/** Where a packet stands in a file, before its frame is taken out. */
export interface PacketRecord {
  readonly number: number;
  readonly offset: number;
  /** Byte offset of the captured-length field (or the block's length when there is none). */
  readonly lengthOffset: number;
  readonly dataOffset: number;
  readonly capturedBytes: number;
  readonly originalBytes: number;
  /** First byte offset that no longer belongs to the record's block or file. */
  readonly endOffset: number;
  /** Bytes of FCS, where the packet itself declares them. */
  readonly fcsBytes: number;
}

/** Largest captured length that is believed, in bytes (libpcap's MAXIMUM_SNAPLEN for Ethernet). */
const MAX_CAPTURED_BYTES = 262_144;
const ETHERNET_HEADER_BYTES = 14;

/** Throws unless captured and original length of a packet can be true. */
export function checkLengths(source: CaptureBytes, record: PacketRecord): void {
  const { number, lengthOffset, dataOffset, capturedBytes, originalBytes, endOffset } = record;
  const field = `captured length of packet ${number}`;
  const problem = (found: string, expected: string) =>
    source.error({ offset: lengthOffset, field, found, expected });
  if (capturedBytes > MAX_CAPTURED_BYTES) {
    throw problem(countBytes(capturedBytes), `at most ${MAX_CAPTURED_BYTES}`);
  }
  if (capturedBytes > endOffset - dataOffset) {
    const where = endOffset === source.sizeBytes ? "file" : "block";
    throw problem(
      countBytes(capturedBytes),
      `at most the ${Math.max(0, endOffset - dataOffset)} left in the ${where}`,
    );
  }
  if (capturedBytes > originalBytes) {
    throw problem(
      countBytes(capturedBytes),
      `at most the packet's original length of ${originalBytes}`,
    );
  }
}

/** Throws unless frames of this link type can be taken out of their captures. */
export function checkLinkType(source: CaptureBytes, captured: CaptureInterface): void {
  if (ETHERNET_LINK_TYPES.has(captured.linkType)) return;
  throw source.error({
    offset: captured.linkTypeOffset,
    field: "link type",
    found: linkTypeText(captured.linkType),
    expected: linkTypesExpected(),
  });
}

/**
 * The Ethernet frame of a record, whole and within the limits, or an `InputError` that names the
 * packet.
 */
export function takeFrame(
  source: CaptureBytes,
  captured: CaptureInterface,
  record: PacketRecord,
  maxFrameBytes: number,
): Uint8Array {
  checkLengths(source, record);
  checkLinkType(source, captured);
  const { number, offset, dataOffset, capturedBytes, originalBytes } = record;
  const problem = (field: string, found: string, expected: string) =>
    source.error({ offset, field: `${field} ${number}`, found, expected });
  const linkType = ETHERNET_LINK_TYPES.get(captured.linkType);
  const fcsBytes = linkType?.fcsBytes ?? record.fcsBytes;
  if (fcsBytes !== 0 && fcsBytes !== 4) {
    throw problem("FCS length of packet", countBytes(fcsBytes), "0 or 4, as Ethernet has it");
  }
  // A capture that only lacks bytes of the FCS still has the whole frame.
  const missingBytes = originalBytes - capturedBytes;
  if (missingBytes > fcsBytes) {
    throw problem("packet", `${capturedBytes} of ${originalBytes} bytes captured`, "all of them");
  }
  const data = source.bytes.subarray(
    dataOffset,
    dataOffset + Math.max(0, originalBytes - fcsBytes),
  );
  const frame = linkType === undefined ? data : linkType.unwrap(data);
  if (typeof frame === "string") {
    throw problem("packet", frame, `a whole Ethernet frame in ${linkTypeText(captured.linkType)}`);
  }
  if (frame.length < ETHERNET_HEADER_BYTES) {
    throw problem(
      "packet",
      `a frame of ${countBytes(frame.length)}`,
      `at least the ${ETHERNET_HEADER_BYTES} of an Ethernet header`,
    );
  }
  const limitBytes = maxFrameBytes + 4 * vlanTags(frame);
  if (frame.length > limitBytes) {
    throw problem(
      "packet",
      `a frame of ${frame.length} bytes`,
      `at most ${limitBytes} without FCS (capture with segmentation offload switched off)`,
    );
  }
  return frame;
}

/** Number of 802.1Q and 802.1ad tags that follow the addresses, at most two. */
function vlanTags(frame: Uint8Array): number {
  let tags = 0;
  while (tags < 2) {
    const at = 12 + 4 * tags;
    const tpid = ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
    if (tpid !== 0x8100 && tpid !== 0x88a8) break;
    tags += 1;
  }
  return tags;
}
