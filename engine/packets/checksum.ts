/**
 * Sum of the big-endian 16-bit words of `bytes[start…end)` with end-around carry, not yet
 * complemented, 0 to 0xffff; an odd last byte counts as the high half of a word (RFC 1071, 1.
 * Introduction). `previous` is a sum to go on from.
 */
export function onesComplementSum(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
  previous = 0,
): number {
  let sum = previous;
  let at = start;
  // Frames are far shorter than the 2^37 words that a double could not sum exactly.
  for (; at + 2 <= end; at += 2) {
    sum += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }
  if (at < end) sum += (bytes[at] as number) << 8;
  while (sum > 0x7fff_ffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/**
 * The internet checksum (RFC 1071) of `bytes[start…end)`, whose checksum field is zero; `previous`
 * as above.
 */
export function internetChecksum(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
  previous = 0,
): number {
  return ~onesComplementSum(bytes, start, end, previous) & 0xffff;
}

/**
 * The internet checksum that `bytes[start…end)` should have in its 16-bit field at `fieldOffset`,
 * an even number of bytes after `start`; what the field holds now does not matter.
 */
export function checksumAround(
  bytes: Uint8Array,
  start: number,
  end: number,
  fieldOffset: number,
  previous: number,
): number {
  const before = onesComplementSum(bytes, start, start + fieldOffset, previous);
  return internetChecksum(bytes, start + fieldOffset + 2, end, before);
}

/**
 * Sum of the pseudo-header of UDP, TCP and ICMPv6 over IPv4 (RFC 9293, 3.1 Header Format) or IPv6
 * (RFC 8200, 8.1 Upper-Layer Checksums): source and destination address as they follow each other
 * in the IP header, then protocol and length.
 * @param addressesStart Byte offset of the source address.
 * @param addressesBytes 8 for IPv4, 32 for IPv6.
 */
export function pseudoHeaderSum(
  bytes: Uint8Array,
  addressesStart: number,
  addressesBytes: 8 | 32,
  protocol: number,
  transportBytes: number,
): number {
  const lengthSum = (transportBytes & 0xffff) + (transportBytes >>> 16);
  return onesComplementSum(
    bytes,
    addressesStart,
    addressesStart + addressesBytes,
    protocol + lengthSum,
  );
}
