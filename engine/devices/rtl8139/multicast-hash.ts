/**
 * The bit (0 to 63) of the multicast filter that the MAC address at `at` selects: the upper six
 * bits of its CRC-32 taken most significant bit first. RealTek RTL8139C+ datasheet 1.6, 5.2
 * "Multicast Registers"; include/linux/etherdevice.h, ether_crc.
 */
export function multicastHashBit(bytes: Uint8Array, at: number): number {
  let crc = 0xffffffff;
  for (let i = 0; i < 6; i++) {
    let byte = bytes[at + i] as number;
    for (let bit = 0; bit < 8; bit++) {
      const carry = (crc >>> 31) ^ (byte & 1);
      crc <<= 1;
      byte >>= 1;
      if (carry !== 0) crc ^= 0x04c11db7;
    }
  }
  return crc >>> 26;
}
