/** Bytes of an Ethernet frame check sequence. */
export const FCS_BYTES = 4;

/**
 * The reflected form of the generator polynomial (IEEE Std 802.3, 3.2.9 Frame Check Sequence
 * field).
 */
const POLYNOMIAL = 0xedb88320;

/**
 * Table k, at 256 × k: the remainder of a byte followed by k zero bytes. Eight bytes are taken at a
 * step.
 */
const TABLES = makeTables();

/**
 * The CRC-32 of IEEE 802.3 over `bytes[start…end)`, unsigned. To go on over several pieces, give
 * the result for the pieces before as `previous`.
 */
export function crc32(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
  previous = 0,
): number {
  const t = TABLES;
  let crc = ~previous;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const low = crc ^ word(bytes, at);
    const high = word(bytes, at + 4);
    crc =
      (t[1792 + (low & 0xff)] as number) ^
      (t[1536 + ((low >>> 8) & 0xff)] as number) ^
      (t[1280 + ((low >>> 16) & 0xff)] as number) ^
      (t[1024 + (low >>> 24)] as number) ^
      (t[768 + (high & 0xff)] as number) ^
      (t[512 + ((high >>> 8) & 0xff)] as number) ^
      (t[256 + ((high >>> 16) & 0xff)] as number) ^
      (t[high >>> 24] as number);
  }
  for (; at < end; at += 1) {
    crc = (crc >>> 8) ^ (t[(crc ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}

/**
 * Writes a CRC as the four FCS bytes in the order in which they follow a frame in memory and on the
 * wire.
 */
export function writeFcs(bytes: Uint8Array, offset: number, crc: number): void {
  bytes[offset] = crc;
  bytes[offset + 1] = crc >>> 8;
  bytes[offset + 2] = crc >>> 16;
  bytes[offset + 3] = crc >>> 24;
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ POLYNOMIAL;
    }
    tables[byte] = remainder;
  }
  for (let at = 256; at < tables.length; at += 1) {
    const shorter = tables[at - 256] as number;
    tables[at] = (shorter >>> 8) ^ (tables[shorter & 0xff] as number);
  }
  return tables;
}
