import { internetChecksum, onesComplementSum } from "../../../packets/checksum.ts";
import { type FrameHeaders, PROTOCOL, putWord, word } from "../frame.ts";

/** Offset of the checksum in the transport header, or -1 for a protocol without one here. */
function checksumOffset(protocol: number): number {
  if (protocol === PROTOCOL.tcp) return 16;
  return protocol === PROTOCOL.udp ? 6 : -1;
}

/** Least bytes of the transport header. */
function transportBytesMin(protocol: number): number {
  return protocol === PROTOCOL.tcp ? 20 : 8;
}

/** Sum over the pseudo-header and the transport segment, which reaches to the frame's end. */
function transportSum(bytes: Uint8Array, at: number, end: number, headers: FrameHeaders): number {
  const network = at + headers.networkOffset;
  const addresses = headers.ipVersion === 4 ? network + 12 : network + 8;
  const addressBytes = headers.ipVersion === 4 ? 8 : 32;
  const segment = at + headers.transportOffset;
  const pseudo = onesComplementSum(
    bytes,
    addresses,
    addresses + addressBytes,
    headers.protocol + (end - segment),
  );
  return onesComplementSum(bytes, segment, end, pseudo);
}

/**
 * Fills in the TCP or UDP checksum of a frame, as the chip does when TXSM is set; a UDP checksum
 * of 0 is sent as 0xffff.
 * @returns False when the segment is too short to hold one: the chip does not send the frame.
 */
export function insertTransportChecksum(
  bytes: Uint8Array,
  at: number,
  byteCount: number,
  headers: FrameHeaders,
): boolean {
  const offset = checksumOffset(headers.protocol);
  if (headers.ipVersion === 0 || offset < 0) return true;
  if (byteCount - headers.transportOffset < transportBytesMin(headers.protocol)) return false;
  const field = at + headers.transportOffset + offset;
  putWord(bytes, field, 0);
  const sum = ~transportSum(bytes, at, at + byteCount, headers) & 0xffff;
  putWord(bytes, field, sum === 0 ? 0xffff : sum);
  return true;
}

/** Fills in the IPv4 header checksum, as the chip does when IXSM is set. */
export function insertNetworkChecksum(bytes: Uint8Array, at: number, headers: FrameHeaders): void {
  if (headers.ipVersion !== 4) return;
  const start = at + headers.networkOffset;
  putWord(bytes, start + 10, 0);
  putWord(bytes, start + 10, internetChecksum(bytes, start, at + headers.transportOffset));
}

/** Whether an IPv4 header's checksum is right. */
export function networkChecksumValid(
  bytes: Uint8Array,
  at: number,
  headers: FrameHeaders,
): boolean {
  const start = at + headers.networkOffset;
  return internetChecksum(bytes, start, at + headers.transportOffset) === 0;
}

/** Whether the chip can check a frame's transport checksum: TCP, or UDP that has one; no fragment. */
export function hasTransportChecksum(
  bytes: Uint8Array,
  at: number,
  byteCount: number,
  headers: FrameHeaders,
): boolean {
  if (headers.ipVersion === 0 || (headers.fragment && headers.ipVersion === 4)) return false;
  const offset = checksumOffset(headers.protocol);
  if (offset < 0) return false;
  if (byteCount - headers.transportOffset < transportBytesMin(headers.protocol)) return false;
  if (headers.protocol === PROTOCOL.tcp) return true;
  return word(bytes, at + headers.transportOffset + offset) !== 0;
}

/** Whether a frame's transport checksum is right; bytes after the IP datagram do not count. */
export function transportChecksumValid(
  bytes: Uint8Array,
  at: number,
  byteCount: number,
  headers: FrameHeaders,
): boolean {
  const network = at + headers.networkOffset;
  const datagramBytes =
    headers.ipVersion === 4 ? word(bytes, network + 2) : word(bytes, network + 4) + 40;
  const end = Math.min(at + byteCount, network + datagramBytes);
  return transportSum(bytes, at, end, headers) === 0xffff;
}
