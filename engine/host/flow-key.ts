const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const VLAN = 0x8100;
const SERVICE_VLAN = 0x88a8;
const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;
/** Extension headers that lie before the transport header (RFC 8200, 4.1 "Extension Header Order"). */
const EXTENSIONS: readonly number[] = [0, 43, 60];
const FRAGMENT_HEADER = 44;
const EXTENSIONS_MAX = 8;

/** What part of an IP packet a frame holds. */
export const FRAGMENT = { none: 0, first: 1, later: 2 } as const;

/** Words of a key, in their order. */
export const KEY = {
  inPort: 0,
  destinationHigh: 1,
  destinationLow: 2,
  sourceHigh: 3,
  sourceLow: 4,
  /** VLAN tag control information with bit 16 set, or 0 without a tag. */
  vlan: 5,
  etherType: 6,
  protocol: 7,
  fragment: 8,
  /** Four words each; IPv4 addresses stand in the first. */
  sourceAddress: 9,
  destinationAddress: 13,
  /** Source port in the high half, destination port in the low one. */
  ports: 17,
} as const;
/** Words of a key in all. */
export const KEY_WORDS = 18;

/**
 * What switches and routers match on, taken from a frame's real headers (net/openvswitch/flow.c,
 * key_extract; dp-core/vr_proto_ip.c, vr_inet_form_flow). One object is used again for each frame.
 */
export class FlowKey {
  readonly words = new Uint32Array(KEY_WORDS);
  /** Identification of a fragment's datagram. */
  identification = 0;
  /** Where the transport header begins in the frame, or -1. */
  transportAt = -1;
  /** Whether IPv4 forbids fragmentation of this packet; an IPv6 router never fragments. */
  dontFragment = false;

  /** Whether the frame carries IPv4 or IPv6. */
  get isIp(): boolean {
    const type = this.words[KEY.etherType];
    return type === IPV4 || type === IPV6;
  }

  /** Whether the destination is a group. */
  get isGroup(): boolean {
    return ((this.words[KEY.destinationHigh] as number) & 0x0100) !== 0;
  }

  /** Whether the ports are an ICMP echo's identifier, the same both ways. */
  get isIcmp(): boolean {
    const protocol = this.words[KEY.protocol];
    return protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
  }

  /** Reads the frame at `at`. */
  extract(bytes: Uint8Array, at: number, byteCount: number, inPort: number): void {
    const { words } = this;
    words.fill(0);
    this.transportAt = -1;
    this.identification = 0;
    this.dontFragment = false;
    words[KEY.inPort] = inPort;
    words[KEY.destinationHigh] = get16(bytes, at);
    words[KEY.destinationLow] = get32(bytes, at + 2);
    words[KEY.sourceHigh] = get16(bytes, at + 6);
    words[KEY.sourceLow] = get32(bytes, at + 8);
    const end = at + byteCount;
    let network = at + 14;
    let type = get16(bytes, at + 12);
    if ((type === VLAN || type === SERVICE_VLAN) && network + 4 <= end) {
      words[KEY.vlan] = 0x1_0000 | get16(bytes, network);
      type = get16(bytes, network + 2);
      network += 4;
    }
    words[KEY.etherType] = type;
    if (type === IPV4) this.#ipv4(bytes, network, end);
    else if (type === IPV6) this.#ipv6(bytes, network, end);
  }

  #ipv4(bytes: Uint8Array, at: number, end: number): void {
    const { words } = this;
    const headerBytes = ((bytes[at] as number) & 0xf) * 4;
    if (at + 20 > end || headerBytes < 20 || at + headerBytes > end) return;
    words[KEY.sourceAddress] = get32(bytes, at + 12);
    words[KEY.destinationAddress] = get32(bytes, at + 16);
    words[KEY.protocol] = bytes[at + 9] as number;
    const flags = get16(bytes, at + 6);
    this.dontFragment = (flags & 0x4000) !== 0;
    this.identification = get16(bytes, at + 4);
    this.#transport(bytes, at + headerBytes, end, flags & 0x1fff, (flags & 0x2000) !== 0);
  }

  #ipv6(bytes: Uint8Array, at: number, end: number): void {
    if (at + 40 > end) return;
    const { words } = this;
    for (let word = 0; word < 4; word++) {
      words[KEY.sourceAddress + word] = get32(bytes, at + 8 + 4 * word);
      words[KEY.destinationAddress + word] = get32(bytes, at + 24 + 4 * word);
    }
    this.dontFragment = true;
    let next = bytes[at + 6] as number;
    let header = at + 40;
    let offset = 0;
    let more = false;
    for (let count = 0; count < EXTENSIONS_MAX && header + 8 <= end; count++) {
      if (EXTENSIONS.includes(next)) {
        next = bytes[header] as number;
        header += 8 + 8 * (bytes[header + 1] as number);
      } else if (next === FRAGMENT_HEADER) {
        next = bytes[header] as number;
        offset = get16(bytes, header + 2) >>> 3;
        more = (get16(bytes, header + 2) & 1) !== 0;
        this.identification = get32(bytes, header + 4);
        header += 8;
      } else break;
    }
    words[KEY.protocol] = next;
    this.#transport(bytes, header, end, offset, more);
  }

  #transport(bytes: Uint8Array, at: number, end: number, offset: number, more: boolean): void {
    const { words } = this;
    const part = offset > 0 ? FRAGMENT.later : more ? FRAGMENT.first : FRAGMENT.none;
    words[KEY.fragment] = part;
    if (part === FRAGMENT.later || at + 8 > end) return;
    this.transportAt = at;
    const protocol = words[KEY.protocol];
    if (this.isIcmp) words[KEY.ports] = get16(bytes, at + 4) * 65536;
    else if (protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp || protocol === PROTOCOL.sctp) {
      words[KEY.ports] = get32(bytes, at);
    }
  }
}

function get16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function get32(bytes: Uint8Array, at: number): number {
  return (get16(bytes, at) * 65536 + get16(bytes, at + 2)) >>> 0;
}
