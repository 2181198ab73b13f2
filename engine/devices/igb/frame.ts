import { put16 } from "../../memory/watched-bytes.ts";

/** Transport protocols that the chip knows. */
export const PROTOCOL = { tcp: 6, udp: 17, sctp: 132 } as const;

const VLAN_TYPE = 0x8100;
const DOUBLE_VLAN_TYPE = 0x88a8;
const IPV4_TYPE = 0x0800;
const IPV6_TYPE = 0x86dd;

/**
 * Where the headers of one frame lie. One object is used for frame after frame: `parse` overwrites
 * it. Offsets count from the frame's first byte.
 */
export class FrameHeaders {
  /** Ether type after VLAN tags, or the first one when there are none. */
  etherType = 0;
  /** 4, 6, or 0 when the frame carries something else. */
  ipVersion = 0;
  /** First byte of the network header. */
  networkOffset = 14;
  /** First byte of the transport header. */
  transportOffset = 14;
  /** IP protocol, or -1. */
  protocol = -1;
  /** Whether the datagram is a fragment. */
  fragment = false;
  /** Whether IPv6 extension headers stand before the transport header. */
  extensions = false;

  /**
   * Looks through a frame.
   * @returns False when it is too short for its own headers.
   */
  parse(bytes: Uint8Array, at: number, byteCount: number): boolean {
    this.ipVersion = 0;
    this.protocol = -1;
    this.fragment = false;
    this.extensions = false;
    if (byteCount < 14) return false;
    let offset = 12;
    let type = word(bytes, at + offset);
    for (let tags = 0; tags < 2 && (type === VLAN_TYPE || type === DOUBLE_VLAN_TYPE); tags++) {
      offset += 4;
      if (byteCount < offset + 2) return false;
      type = word(bytes, at + offset);
    }
    this.etherType = type;
    this.networkOffset = offset + 2;
    this.transportOffset = this.networkOffset;
    if (type === IPV4_TYPE) return this.#parseIpv4(bytes, at, byteCount);
    if (type === IPV6_TYPE) return this.#parseIpv6(bytes, at, byteCount);
    return true;
  }

  #parseIpv4(bytes: Uint8Array, at: number, byteCount: number): boolean {
    const start = at + this.networkOffset;
    if (byteCount < this.networkOffset + 20) return false;
    const headerBytes = ((bytes[start] as number) & 15) * 4;
    if (headerBytes < 20 || byteCount < this.networkOffset + headerBytes) return false;
    this.ipVersion = 4;
    this.fragment = (word(bytes, start + 6) & 0x3fff) !== 0;
    this.protocol = bytes[start + 9] as number;
    this.transportOffset = this.networkOffset + headerBytes;
    return true;
  }

  #parseIpv6(bytes: Uint8Array, at: number, byteCount: number): boolean {
    let offset = this.networkOffset + 40;
    if (byteCount < offset) return false;
    this.ipVersion = 6;
    let next = bytes[at + this.networkOffset + 6] as number;
    // Hop-by-hop, routing, fragment, destination options (RFC 8200, 4.1): at most a few.
    while ((next === 0 || next === 43 || next === 44 || next === 60) && byteCount >= offset + 8) {
      this.extensions = true;
      if (next === 44) this.fragment = true;
      const length = next === 44 ? 8 : ((bytes[at + offset + 1] as number) + 1) * 8;
      next = bytes[at + offset] as number;
      offset += length;
    }
    if (offset > byteCount) return false;
    this.protocol = next;
    this.transportOffset = offset;
    return true;
  }
}

/** The big-endian 16-bit word at `at`. */
export function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** Stores a big-endian 16-bit word. */
export function putWord(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value);
}
