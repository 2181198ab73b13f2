import type { CaptureBytes } from "./capture-bytes.ts";
import type { CapturedPacket, CaptureInterface, PacketRecord } from "./captured-packet.ts";
import { checkLengths, takeFrame } from "./captured-packet.ts";
import type { PcapngInterface } from "./pcapng-interface.ts";
import { fcsBytesFromFlags, readInterface, timestampToNs } from "./pcapng-interface.ts";

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

/** Smallest total length in bytes of the blocks that are read; any other block has at least 12. */
const MIN_BLOCK_BYTES: ReadonlyMap<number, number> = new Map([
  [SECTION_HEADER, 28],
  [INTERFACE_DESCRIPTION, 20],
  [PACKET, 32],
  [SIMPLE_PACKET, 16],
  [ENHANCED_PACKET, 32],
]);

/** What is known at one place of the file. */
interface Reading {
  readonly interfaces: PcapngInterface[];
  readonly packets: CapturedPacket[];
  readonly maxFrameBytes: number;
  /** Index in `interfaces` of the current section's interface 0. */
  firstInterface: number;
  /** Byte offset of the current section's header. */
  sectionOffset: number;
  /** Byte offset at which the section says it ends; -1 if it does not say. */
  sectionEnd: number;
}

/** Whether a file of at least 4 bytes begins with a section header block. */
export function isPcapng(source: CaptureBytes): boolean {
  return source.uint32(0) === SECTION_HEADER;
}

/**
 * Reads a pcapng file, version 1.0 or 1.2 (draft-ietf-opsawg-pcapng): sections each in its own byte
 * order, interfaces each with its own link type and clock, enhanced, simple and obsolete packet
 * blocks. All other blocks and options are skipped. A section may be longer than it says, as some
 * writers leave a zero there, but not shorter.
 */
export function readPcapng(
  source: CaptureBytes,
  maxFrameBytes: number,
): { interfaces: CaptureInterface[]; packets: CapturedPacket[] } {
  const reading: Reading = {
    interfaces: [],
    packets: [],
    maxFrameBytes,
    firstInterface: 0,
    sectionOffset: 0,
    sectionEnd: -1,
  };
  let offset = 0;
  while (offset < source.sizeBytes) {
    source.need(offset, 12, "block");
    if (source.uint32(offset) === SECTION_HEADER) {
      endSection(source, reading, offset);
      setByteOrder(source, offset);
    }
    const blockBytes = readBlockLength(source, offset);
    readBlock(source, reading, offset, blockBytes);
    offset += blockBytes;
  }
  endSection(source, reading, offset);
  const interfaces = reading.interfaces.map(({ linkType, fcsBytes, linkTypeOffset }) => ({
    linkType,
    fcsBytes,
    linkTypeOffset,
  }));
  return { interfaces, packets: reading.packets };
}

function setByteOrder(source: CaptureBytes, offset: number): void {
  source.littleEndian = true;
  if (source.uint32(offset + 8) === BYTE_ORDER_MAGIC) return;
  source.littleEndian = false;
  if (source.uint32(offset + 8) === BYTE_ORDER_MAGIC) return;
  throw source.error({
    offset: offset + 8,
    field: "byte-order magic",
    found: source.hex(offset + 8),
    expected: "1a 2b 3c 4d or 4d 3c 2b 1a",
  });
}

/** Total length of the block, once its two copies agree and it fits into the file. */
function readBlockLength(source: CaptureBytes, offset: number): number {
  const type = source.uint32(offset);
  const blockBytes = source.uint32(offset + 4);
  const minBytes = MIN_BLOCK_BYTES.get(type) ?? 12;
  const problem = (at: number, field: string, found: number, expected: string) =>
    source.error({ offset: at, field, found: `${found}`, expected });
  if (blockBytes % 4 !== 0) {
    throw problem(offset + 4, "block length", blockBytes, "a multiple of 4");
  }
  if (blockBytes < minBytes) {
    throw problem(
      offset + 4,
      "block length",
      blockBytes,
      `at least ${minBytes} in block type ${type}`,
    );
  }
  const leftBytes = source.sizeBytes - offset;
  if (blockBytes > leftBytes) {
    throw problem(
      offset + 4,
      "block length",
      blockBytes,
      `at most the ${leftBytes} bytes left in the file`,
    );
  }
  const trailerOffset = offset + blockBytes - 4;
  const trailer = source.uint32(trailerOffset);
  if (trailer !== blockBytes) {
    throw problem(
      trailerOffset,
      "block length at the block's end",
      trailer,
      `${blockBytes} as at its start`,
    );
  }
  return blockBytes;
}

function readBlock(
  source: CaptureBytes,
  reading: Reading,
  offset: number,
  blockBytes: number,
): void {
  switch (source.uint32(offset)) {
    case SECTION_HEADER:
      startSection(source, reading, offset, blockBytes);
      break;
    case INTERFACE_DESCRIPTION:
      reading.interfaces.push(readInterface(source, offset, blockBytes));
      break;
    case ENHANCED_PACKET:
      readPacket(source, reading, offset, blockBytes, source.uint32(offset + 8));
      break;
    case PACKET:
      readPacket(source, reading, offset, blockBytes, source.uint16(offset + 8));
      break;
    case SIMPLE_PACKET:
      readSimplePacket(source, reading, offset, blockBytes);
      break;
    default:
  }
}

function startSection(
  source: CaptureBytes,
  reading: Reading,
  offset: number,
  blockBytes: number,
): void {
  const major = source.uint16(offset + 12);
  const minor = source.uint16(offset + 14);
  if (major !== 1 || (minor !== 0 && minor !== 2)) {
    throw source.error({
      offset: offset + 12,
      field: "pcapng version",
      found: `${major}.${minor}`,
      expected: "1.0 or 1.2",
    });
  }
  const declaredBytes = source.int64(offset + 16);
  if (declaredBytes < -1n) {
    throw source.error({
      offset: offset + 16,
      field: "section length",
      found: `${declaredBytes}`,
      expected: "-1, 0 or more",
    });
  }
  reading.firstInterface = reading.interfaces.length;
  reading.sectionOffset = offset;
  reading.sectionEnd = declaredBytes === -1n ? -1 : offset + blockBytes + Number(declaredBytes);
}

function endSection(source: CaptureBytes, reading: Reading, offset: number): void {
  if (reading.sectionEnd <= offset) return;
  const whatFollows = offset === source.sizeBytes ? "file ends" : "next section begins";
  throw source.error({
    offset: reading.sectionOffset + 16,
    field: "section length",
    found: `a section that goes on to byte ${reading.sectionEnd}`,
    expected: `its end at byte ${offset}, where the ${whatFollows}`,
  });
}

function findInterface(
  source: CaptureBytes,
  reading: Reading,
  offset: number,
  interfaceId: number,
): PcapngInterface {
  const found = reading.interfaces[reading.firstInterface + interfaceId];
  if (found !== undefined) return found;
  const known = reading.interfaces.length - reading.firstInterface;
  throw source.error({
    offset,
    field: `interface of packet ${reading.packets.length + 1}`,
    found: `${interfaceId}`,
    expected: known === 0 ? "an interface description before it" : `0 to ${known - 1}`,
  });
}

/**
 * An enhanced packet block or, with the same fields but for the width of the interface, an obsolete
 * packet block.
 */
function readPacket(
  source: CaptureBytes,
  reading: Reading,
  offset: number,
  blockBytes: number,
  interfaceId: number,
): void {
  const captured = findInterface(source, reading, offset + 8, interfaceId);
  const units = (BigInt(source.uint32(offset + 12)) << 32n) | BigInt(source.uint32(offset + 16));
  const capturedBytes = source.uint32(offset + 20);
  const place = {
    number: reading.packets.length + 1,
    offset,
    lengthOffset: offset + 20,
    dataOffset: offset + 28,
    capturedBytes,
    originalBytes: source.uint32(offset + 24),
    endOffset: offset + blockBytes - 4,
  };
  checkLengths(source, { ...place, fcsBytes: 0 });
  const optionsOffset = place.dataOffset + Math.ceil(capturedBytes / 4) * 4;
  const flagsFcsBytes = fcsBytesFromFlags(source, optionsOffset, place.endOffset);
  const record = { ...place, fcsBytes: flagsFcsBytes === 0 ? captured.fcsBytes : flagsFcsBytes };
  addPacket(source, reading, record, interfaceId, captured, timestampToNs(captured, units));
}

/**
 * A simple packet block: interface 0, no time, and as many bytes as the packet has or the snap
 * length allows.
 */
function readSimplePacket(
  source: CaptureBytes,
  reading: Reading,
  offset: number,
  blockBytes: number,
): void {
  const captured = findInterface(source, reading, offset, 0);
  const originalBytes = source.uint32(offset + 8);
  const { snapBytes } = captured;
  const record: PacketRecord = {
    number: reading.packets.length + 1,
    offset,
    lengthOffset: offset + 8,
    dataOffset: offset + 12,
    capturedBytes: snapBytes === 0 ? originalBytes : Math.min(originalBytes, snapBytes),
    originalBytes,
    endOffset: offset + blockBytes - 4,
    fcsBytes: captured.fcsBytes,
  };
  addPacket(source, reading, record, 0, captured, null);
}

function addPacket(
  source: CaptureBytes,
  reading: Reading,
  record: PacketRecord,
  interfaceId: number,
  captured: PcapngInterface,
  timestampNs: bigint | null,
): void {
  reading.packets.push({
    number: record.number,
    offset: record.offset,
    timestampNs,
    frame: takeFrame(source, captured, record, reading.maxFrameBytes),
    originalBytes: record.originalBytes,
    interfaceIndex: reading.firstInterface + interfaceId,
  });
}
