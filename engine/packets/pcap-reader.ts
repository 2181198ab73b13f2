import type { CaptureBytes } from "./capture-bytes.ts";
import type { CapturedPacket, CaptureInterface, PacketRecord } from "./captured-packet.ts";
import { checkLinkType, takeFrame } from "./captured-packet.ts";

const MICROSECOND_MAGIC = 0xa1b2c3d4;
const NANOSECOND_MAGIC = 0xa1b23c4d;
const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/**
 * Whether a file of at least 4 bytes begins with a classic pcap's magic number, in either byte
 * order.
 */
export function isPcap(source: CaptureBytes): boolean {
  return findMagic(source) !== undefined;
}

/**
 * Reads a classic pcap file, version 2.4, in either byte order, with micro- or nanoseconds
 * (draft-ietf-opsawg-pcap, File Header and Packet Record). A fraction beyond a whole second is
 * added as it stands.
 */
export function readPcap(
  source: CaptureBytes,
  maxFrameBytes: number,
): { interfaces: CaptureInterface[]; packets: CapturedPacket[] } {
  source.littleEndian = findMagic(source) === "little";
  source.need(0, FILE_HEADER_BYTES, "file header");
  const nsPerUnit = source.uint32(0) === NANOSECOND_MAGIC ? 1n : 1000n;
  const major = source.uint16(4);
  const minor = source.uint16(6);
  if (major !== 2 || minor !== 4) {
    throw source.error({
      offset: 4,
      field: "pcap version",
      found: `${major}.${minor}`,
      expected: "2.4",
    });
  }
  const captured = readLinkType(source);
  checkLinkType(source, captured);
  const packets: CapturedPacket[] = [];
  let offset = FILE_HEADER_BYTES;
  while (offset < source.sizeBytes) {
    const number = packets.length + 1;
    source.need(offset, RECORD_HEADER_BYTES, `header of packet ${number}`);
    const record: PacketRecord = {
      number,
      offset,
      lengthOffset: offset + 8,
      dataOffset: offset + RECORD_HEADER_BYTES,
      capturedBytes: source.uint32(offset + 8),
      originalBytes: source.uint32(offset + 12),
      endOffset: source.sizeBytes,
      fcsBytes: captured.fcsBytes,
    };
    const seconds = BigInt(source.uint32(offset));
    const fraction = BigInt(source.uint32(offset + 4));
    packets.push({
      number,
      offset,
      timestampNs: seconds * 1_000_000_000n + fraction * nsPerUnit,
      frame: takeFrame(source, captured, record, maxFrameBytes),
      originalBytes: record.originalBytes,
      interfaceIndex: 0,
    });
    offset = record.dataOffset + record.capturedBytes;
  }
  return { interfaces: [captured], packets };
}

function findMagic(source: CaptureBytes): "little" | "big" | undefined {
  for (const order of ["little", "big"] as const) {
    source.littleEndian = order === "little";
    const magic = source.uint32(0);
    if (magic === MICROSECOND_MAGIC || magic === NANOSECOND_MAGIC) return order;
  }
  return undefined;
}

/**
 * The link-type field: 16 bits of type, and above it the FCS length in 16-bit words, valid if bit
 * 26 (P) is set.
 */
function readLinkType(source: CaptureBytes): CaptureInterface {
  const linkTypeOffset = 20;
  const field = source.uint32(linkTypeOffset);
  if ((field & 0x0bff_0000) !== 0) {
    throw source.error({
      offset: linkTypeOffset,
      field: "link type",
      found: `0x${field.toString(16).padStart(8, "0")}`,
      expected: "bits 16 to 25 and bit 27 to be zero",
    });
  }
  const fcsBytes = (field & 0x0400_0000) === 0 ? 0 : (field >>> 28) * 2;
  return { linkType: field & 0xffff, fcsBytes, linkTypeOffset };
}
