import { onesComplementSum, pseudoHeaderSum } from "../packets/checksum.ts";
import type { Skb } from "./skb.ts";
import { put16 } from "../memory/watched-bytes.ts";

const ETHERNET_BYTES = 14;
const TCP = 6;
const UDP = 17;

/**
 * What the guest's stack does for a device that can compute checksums (NETIF_F_HW_CSUM): the
 * transport checksum is left as the pseudo-header's sum, and the skb says where to finish it
 * (CHECKSUM_PARTIAL). Frames that the stack would not have built so (no TCP or UDP over IPv4 or
 * IPv6 without extension headers, fragments, padding, a checksum that is absent or wrong) stay as
 * they are, so that what is sent is what was given.
 * net/ipv4/udp.c, udp_send_skb; net/ipv4/tcp_ipv4.c, __tcp_v4_send_check.
 */
export function leaveChecksumPartial(bytes: Uint8Array, skb: Skb): void {
  skb.checksumStart = 0;
  skb.checksumOffset = 0;
  const ip = skb.dataAddress + ETHERNET_BYTES;
  const end = skb.dataAddress + skb.byteCount;
  const type = word(bytes, ip - 2);
  if (type === 0x0800 && skb.byteCount >= 34) {
    const headerBytes = ((bytes[ip] as number) & 15) * 4;
    const fragment = word(bytes, ip + 6) & 0x3fff;
    if (fragment === 0 && ip + word(bytes, ip + 2) === end) {
      leave(bytes, skb, ip + 12, 8, ip + headerBytes, bytes[ip + 9] as number);
    }
  } else if (type === 0x86dd && skb.byteCount >= 54 && ip + 40 + word(bytes, ip + 4) === end) {
    leave(bytes, skb, ip + 8, 32, ip + 40, bytes[ip + 6] as number);
  }
}

function leave(
  bytes: Uint8Array,
  skb: Skb,
  addresses: number,
  addressesBytes: 8 | 32,
  transport: number,
  protocol: number,
): void {
  const headerBytes = protocol === TCP ? 20 : 8;
  const offset = protocol === TCP ? 16 : 6;
  const end = skb.dataAddress + skb.byteCount;
  if ((protocol !== TCP && protocol !== UDP) || transport + headerBytes > end) return;
  if (word(bytes, transport + offset) === 0) return;
  const pseudo = pseudoHeaderSum(bytes, addresses, addressesBytes, protocol, end - transport);
  if (onesComplementSum(bytes, transport, end, pseudo) !== 0xffff) return;
  put16(bytes, transport + offset, pseudo);
  skb.checksumStart = transport - skb.dataAddress;
  skb.checksumOffset = offset;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
