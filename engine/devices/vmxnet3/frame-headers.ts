import { internetChecksum, pseudoHeaderSum } from "../../packets/checksum.ts";
import { put16 } from "../../memory/watched-bytes.ts";

const ETHERNET_BYTES = 14;
const VLAN_BYTES = 4;
const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8 } as const;
const PROTOCOL = { tcp: 6, udp: 17 } as const;
const TCP_HEADER_BYTES = 20;
const UDP_HEADER_BYTES = 8;
const IPV6_BYTES = 40;
/** Hop-by-hop, routing, fragment, authentication, destination, mobility. */
const IPV6_EXTENSIONS: readonly number[] = [0, 43, 44, 50, 51, 60, 135];

/**
 * Finds the headers of a frame as the device model's packet library does; one object for all
 * frames. Source: QEMU 10.0, hw/net/net_tx_pkt.c, net_tx_pkt_parse_headers.
 */
export class FrameHeaders {
  /** Bytes of the link layer's header, tags included. */
  linkBytes = 0;
  /** Bytes before the transport layer, as far as the network layer is known. */
  headerBytes = 0;
  /** IP version, 0 when it is another network layer. */
  ipVersion = 0;
  /** Protocol number of the transport layer. */
  protocol = 0;

  /** @returns False when the frame is too short or its headers contradict themselves. */
  parse(bytes: Uint8Array, at: number, byteCount: number): boolean {
    this.ipVersion = 0;
    this.protocol = 0;
    if (byteCount < ETHERNET_BYTES) return false;
    this.linkBytes = linkHeaderBytes(bytes, at);
    this.headerBytes = this.linkBytes;
    if (byteCount < this.linkBytes) return false;
    const ip = at + this.linkBytes;
    const left = byteCount - this.linkBytes;
    switch (word(bytes, ip - 2)) {
      case ETHERTYPE.ipv4:
        return this.#parseIpv4(bytes, ip, left);
      case ETHERTYPE.ipv6:
        return this.#parseIpv6(bytes, ip, left);
      default:
        return true;
    }
  }

  /**
   * Computes the checksum of TCP or UDP in place; other protocols are left alone.
   * @returns False when the transport header is cut off.
   */
  fillChecksum(bytes: Uint8Array, at: number, byteCount: number): boolean {
    const tcp = this.protocol === PROTOCOL.tcp;
    if (this.ipVersion === 0 || (!tcp && this.protocol !== PROTOCOL.udp)) return true;
    const transportBytes = byteCount - this.headerBytes;
    if (transportBytes < (tcp ? TCP_HEADER_BYTES : UDP_HEADER_BYTES)) return false;
    const transport = at + this.headerBytes;
    const field = transport + (tcp ? 16 : 6);
    put16(bytes, field, 0);
    const network = at + this.linkBytes;
    const v4 = this.ipVersion === 4;
    const pseudo = pseudoHeaderSum(
      bytes,
      network + (v4 ? 12 : 8),
      v4 ? 8 : 32,
      this.protocol,
      transportBytes,
    );
    const sum = internetChecksum(bytes, transport, at + byteCount, pseudo) || 0xffff;
    put16(bytes, field, sum);
    return true;
  }

  /** Inserts an 802.1Q tag behind the addresses; the frame grows by 4 bytes, which it returns. */
  insertTag(bytes: Uint8Array, at: number, byteCount: number, tag: number): number {
    bytes.copyWithin(at + 16, at + 12, at + byteCount);
    put16(bytes, at + 12, ETHERTYPE.vlan);
    put16(bytes, at + 14, tag);
    this.linkBytes += VLAN_BYTES;
    this.headerBytes += VLAN_BYTES;
    return VLAN_BYTES;
  }

  #parseIpv4(bytes: Uint8Array, ip: number, left: number): boolean {
    if (left < 20) return false;
    const headerBytes = ((bytes[ip] as number) & 15) * 4;
    if (headerBytes < 20 || left < headerBytes) return false;
    this.ipVersion = 4;
    this.protocol = bytes[ip + 9] as number;
    this.headerBytes += headerBytes;
    return true;
  }

  #parseIpv6(bytes: Uint8Array, ip: number, left: number): boolean {
    if (left < IPV6_BYTES) return false;
    let headerBytes = IPV6_BYTES;
    let next = bytes[ip + 6] as number;
    while (IPV6_EXTENSIONS.includes(next)) {
      if (left < headerBytes + 8) return false;
      next = bytes[ip + headerBytes] as number;
      headerBytes += ((bytes[ip + headerBytes + 1] as number) + 1) * 8;
    }
    if (left < headerBytes) return false;
    this.ipVersion = 6;
    this.protocol = next;
    this.headerBytes += headerBytes;
    return true;
  }
}

/** The tag of a frame that carries one, or 0. */
export function vlanTag(bytes: Uint8Array, at: number): number {
  return isTagged(bytes, at) ? word(bytes, at + 14) : 0;
}

/** Whether a frame of at least 18 bytes begins with a VLAN tag. */
export function isTagged(bytes: Uint8Array, at: number): boolean {
  const type = word(bytes, at + 12);
  return type === ETHERTYPE.vlan || type === ETHERTYPE.serviceVlan;
}

function linkHeaderBytes(bytes: Uint8Array, at: number): number {
  const type = word(bytes, at + 12);
  if (type === ETHERTYPE.vlan) return ETHERNET_BYTES + VLAN_BYTES;
  if (type !== ETHERTYPE.serviceVlan) return ETHERNET_BYTES;
  const tags = word(bytes, at + 16) === ETHERTYPE.vlan ? 2 : 1;
  return ETHERNET_BYTES + tags * VLAN_BYTES;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
