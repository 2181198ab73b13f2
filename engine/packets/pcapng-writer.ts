import { InputError } from "../core/input-error.ts";
import { SNAP_BYTES, type TimedFrame } from "./pcap-writer.ts";

/** A frame to write, with its time and the interface it was seen on. */
export interface InterfaceFrame extends TimedFrame {
  /** Index in the list of interface names. */
  readonly interfaceIndex: number;
}

/**
 * A pcapng file with the frames in the order given: one little-endian section, an Ethernet
 * interface with nanoseconds for each name, enhanced packet blocks (draft-ietf-opsawg-pcapng). A
 * time before 1970 or beyond 64 bits, or an interface without a name, is an `InputError`.
 */
export function writePcapng(
  interfaceNames: readonly string[],
  packets: readonly InterfaceFrame[],
): Uint8Array {
  const names = interfaceNames.map(encodeUtf8);
  let sizeBytes = 28;
  for (const name of names) sizeBytes += interfaceBlockBytes(name);
  for (const { frame } of packets) sizeBytes += packetBlockBytes(frame);
  const file = new Uint8Array(sizeBytes);
  const view = new DataView(file.buffer);
  let offset = beginBlock(view, 0, 0x0a0d0d0a, 28);
  view.setUint32(8, 0x1a2b3c4d, true);
  view.setUint16(12, 1, true);
  view.setBigInt64(16, BigInt(sizeBytes - 28), true);
  for (const name of names) {
    const start = offset;
    offset = beginBlock(view, start, 1, interfaceBlockBytes(name));
    view.setUint16(start + 8, 1, true);
    view.setUint32(start + 12, SNAP_BYTES, true);
    // Options: if_name, then if_tsresol (10^-9); the zeros that follow are opt_endofopt.
    view.setUint16(start + 16, 2, true);
    view.setUint16(start + 18, name.length, true);
    file.set(name, start + 20);
    const resolutionAt = start + 20 + padded(name.length);
    view.setUint16(resolutionAt, 9, true);
    view.setUint16(resolutionAt + 2, 1, true);
    view.setUint8(resolutionAt + 4, 9);
  }
  for (const [index, packet] of packets.entries()) {
    const { timestampNs, frame, interfaceIndex } = packet;
    checkPacket(packet, index + 1, names.length);
    const start = offset;
    offset = beginBlock(view, start, 6, packetBlockBytes(frame));
    view.setUint32(start + 8, interfaceIndex, true);
    view.setUint32(start + 12, Number(timestampNs >> 32n), true);
    view.setUint32(start + 16, Number(timestampNs & 0xffff_ffffn), true);
    view.setUint32(start + 20, frame.length, true);
    view.setUint32(start + 24, frame.length, true);
    file.set(frame, start + 28);
  }
  return file;
}

function checkPacket(packet: InterfaceFrame, number: number, interfaceCount: number): void {
  if (packet.timestampNs < 0n || packet.timestampNs >> 64n !== 0n) {
    throw new InputError(
      `timestampNs of packet ${number}: found ${packet.timestampNs}, ` +
        "expected 0 to 18446744073709551615, the 64 bits that a block can hold.",
    );
  }
  const index = packet.interfaceIndex;
  if (!Number.isInteger(index) || index < 0 || index >= interfaceCount) {
    throw new InputError(
      `interfaceIndex of packet ${number}: found ${index}, ` +
        `expected the index of one of ${interfaceCount} names.`,
    );
  }
}

/** Writes a block's type and both its lengths, and returns the offset after it. */
function beginBlock(view: DataView, offset: number, type: number, blockBytes: number): number {
  view.setUint32(offset, type, true);
  view.setUint32(offset + 4, blockBytes, true);
  view.setUint32(offset + blockBytes - 4, blockBytes, true);
  return offset + blockBytes;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

function interfaceBlockBytes(name: Uint8Array): number {
  return 20 + 4 + padded(name.length) + 8 + 4;
}

function packetBlockBytes(frame: Uint8Array): number {
  return 32 + padded(frame.length);
}

/**
 * UTF-8 without the TextEncoder that only some hosts of the engine have; lone surrogates become
 * U+FFFD.
 */
function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    } else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f));
      bytes.push(0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    }
  }
  return Uint8Array.from(bytes);
}
