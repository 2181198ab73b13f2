import { internetChecksum } from "../packets/checksum.ts";
import { put16 } from "../memory/watched-bytes.ts";

/** How a guest's frame travels between hosts. */
export const ENCAPSULATIONS = ["mplsoudp", "vxlan"] as const;
/** One of {@link ENCAPSULATIONS}. */
export type Encapsulation = (typeof ENCAPSULATIONS)[number];

/** A host at one end of a tunnel, in the fabric's addresses. */
export interface TunnelEnd {
  /** 6 bytes. */
  readonly mac: Uint8Array;
  /** 4 bytes. */
  readonly ipv4: Uint8Array;
}

/** UDP ports that say what follows: RFC 7510, 6 "IANA Considerations"; RFC 7348, 5 "VXLAN Frame Format". */
export const UDP_PORT = { mplsoudp: 6635, vxlan: 4789 } as const;

/** Bytes of Ethernet, IPv4, UDP and the label stack or VXLAN header in front of the guest's frame. */
export const OVERLAY_BYTES = { mplsoudp: 46, vxlan: 50 } as const;

const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const UDP_BYTES = 8;
const UDP_AT = ETHERNET_BYTES + IPV4_BYTES;
const INNER_AT = UDP_AT + UDP_BYTES;
const PROTOCOL_UDP = 17;
const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const TTL = 64;
/** Bottom of stack (RFC 3032, 2.1 "Encoding the Label Stack"). */
const BOTTOM = 0x100;
/** The I flag (RFC 7348, 5): the VNI is valid. */
const VNI_VALID = 0x0800_0000;

/** What the headers in front of one frame say. */
export interface OverlayHeader {
  readonly encapsulation: Encapsulation;
  readonly source: TunnelEnd;
  readonly destination: TunnelEnd;
  /** MPLS label (16 to 1,048,575) or VXLAN network identifier (0 to 16,777,215). */
  readonly label: number;
  /** Chosen by the inner flow, so that the fabric's load balancing tells flows apart. */
  readonly sourcePort: number;
  /** IPv4 identification. */
  readonly identification: number;
  readonly dontFragment: boolean;
}

/**
 * Writes Ethernet, IPv4, UDP and MPLS or VXLAN in front of the frame at `frameAt`, where
 * OVERLAY_BYTES must be free. UDP's checksum is zero, as RFC 7348, 5 and RFC 7510, 3 allow over IPv4
 * and as vRouter (dp-core/vr_nexthop.c, nh_udp_tunnel_helper) and Linux' vxlan do.
 */
export function writeOverlayHeader(
  bytes: Uint8Array,
  frameAt: number,
  frameBytes: number,
  header: OverlayHeader,
): void {
  const { encapsulation } = header;
  const overhead = OVERLAY_BYTES[encapsulation];
  const at = frameAt - overhead;
  bytes.set(header.destination.mac, at);
  bytes.set(header.source.mac, at + 6);
  put16(bytes, at + 12, 0x0800);
  const ip = at + ETHERNET_BYTES;
  put16(bytes, ip, 0x4500);
  put16(bytes, ip + 2, overhead - ETHERNET_BYTES + frameBytes);
  put16(bytes, ip + 4, header.identification);
  put16(bytes, ip + 6, header.dontFragment ? DONT_FRAGMENT : 0);
  put16(bytes, ip + 8, (TTL << 8) | PROTOCOL_UDP);
  put16(bytes, ip + 10, 0);
  bytes.set(header.source.ipv4, ip + 12);
  bytes.set(header.destination.ipv4, ip + 16);
  put16(bytes, ip + 10, internetChecksum(bytes, ip, ip + IPV4_BYTES));
  const udp = at + UDP_AT;
  put16(bytes, udp, header.sourcePort);
  put16(bytes, udp + 2, UDP_PORT[encapsulation]);
  put16(bytes, udp + 4, overhead - UDP_AT + frameBytes);
  put16(bytes, udp + 6, 0);
  const inner = at + INNER_AT;
  if (encapsulation === "mplsoudp") put32(bytes, inner, header.label * 4096 + BOTTOM + TTL);
  else {
    put32(bytes, inner, VNI_VALID);
    put32(bytes, inner + 4, header.label * 256);
  }
}

/** What {@link readOverlay} finds wrong with a frame. */
export type OverlayProblem =
  | "not IPv4"
  | "IPv4 header damaged"
  | "not for this host"
  | "not UDP"
  | "UDP header damaged"
  | "no overlay behind this UDP port"
  | "more than one MPLS label"
  | "VXLAN without a VNI";

/** Where the parts of a frame with overlay headers lie. */
export interface OverlayRead {
  readonly encapsulation: Encapsulation;
  readonly label: number;
  /** Where the guest's frame begins, and its bytes. */
  readonly frameAt: number;
  readonly frameBytes: number;
}

/**
 * Reads the headers in front of a guest's frame, as the receiving host does; what a host does not
 * accept is named.
 * @param host Whose addresses it must carry.
 */
export function readOverlay(
  bytes: Uint8Array,
  at: number,
  byteCount: number,
  host: TunnelEnd,
): OverlayRead | OverlayProblem {
  const ipProblem = checkIpv4(bytes, at, byteCount, host);
  if (ipProblem !== undefined) return ipProblem;
  const udp = at + UDP_AT;
  const end = at + ETHERNET_BYTES + get16(bytes, at + ETHERNET_BYTES + 2);
  if (end - udp < UDP_BYTES || get16(bytes, udp + 4) !== end - udp) return "UDP header damaged";
  const port = get16(bytes, udp + 2);
  const inner = at + INNER_AT;
  if (port === UDP_PORT.mplsoudp && end - inner >= 4) {
    const entry = get32(bytes, inner);
    if ((entry & BOTTOM) === 0) return "more than one MPLS label";
    const frameAt = inner + 4;
    const label = entry >>> 12;
    return { encapsulation: "mplsoudp", label, frameAt, frameBytes: end - frameAt };
  }
  if (port === UDP_PORT.vxlan && end - inner >= 8) {
    if ((get32(bytes, inner) & VNI_VALID) === 0) return "VXLAN without a VNI";
    const frameAt = inner + 8;
    const label = get32(bytes, inner + 4) >>> 8;
    return { encapsulation: "vxlan", label, frameAt, frameBytes: end - frameAt };
  }
  return "no overlay behind this UDP port";
}

function checkIpv4(
  bytes: Uint8Array,
  at: number,
  byteCount: number,
  host: TunnelEnd,
): OverlayProblem | undefined {
  if (byteCount < INNER_AT || get16(bytes, at + 12) !== 0x0800) return "not IPv4";
  const ip = at + ETHERNET_BYTES;
  const total = get16(bytes, ip + 2);
  const whole = total >= IPV4_BYTES && total <= byteCount - ETHERNET_BYTES;
  // A header without options and with a right checksum sums up to zero (RFC 1071, 1).
  if (bytes[ip] !== 0x45 || !whole || internetChecksum(bytes, ip, ip + IPV4_BYTES) !== 0)
    return "IPv4 header damaged";
  if (host.ipv4.some((byte, index) => bytes[ip + 16 + index] !== byte)) return "not for this host";
  return bytes[ip + 9] === PROTOCOL_UDP ? undefined : "not UDP";
}

/** Whether an IPv4 packet in an Ethernet frame is a fragment (RFC 791, 3.1). */
export function isOuterFragment(bytes: Uint8Array, at: number): boolean {
  return (get16(bytes, at + ETHERNET_BYTES + 6) & (MORE_FRAGMENTS | 0x1fff)) !== 0;
}

/**
 * Splits the IPv4 packet of an Ethernet frame into fragments of at most `mtuBytes` (RFC 791, 3.2 "An
 * Example Fragmentation Procedure"), each a frame of its own.
 */
export function fragment(frame: Uint8Array, mtuBytes: number): Uint8Array[] {
  const payload = frame.subarray(UDP_AT);
  const partBytes = Math.floor((mtuBytes - IPV4_BYTES) / 8) * 8;
  const fragments: Uint8Array[] = [];
  for (let offset = 0; offset < payload.length; offset += partBytes) {
    const part = payload.subarray(offset, offset + partBytes);
    const more = offset + part.length < payload.length ? MORE_FRAGMENTS : 0;
    const one = new Uint8Array(UDP_AT + part.length);
    one.set(frame.subarray(0, UDP_AT));
    one.set(part, UDP_AT);
    put16(one, ETHERNET_BYTES + 2, IPV4_BYTES + part.length);
    put16(one, ETHERNET_BYTES + 6, more | (offset / 8));
    put16(one, ETHERNET_BYTES + 10, 0);
    put16(one, ETHERNET_BYTES + 10, internetChecksum(one, ETHERNET_BYTES, UDP_AT));
    fragments.push(one);
  }
  return fragments;
}

/** Puts the fragments of one sender together again (RFC 791, 3.2 "An Example Reassembly Procedure"). */
export class Reassembly {
  /** Fragments by identification, at most {@link DATAGRAMS_MAX} datagrams. */
  readonly #parts = new Map<number, Uint8Array[]>();

  /** Takes a fragment; gives the whole frame once all are there. */
  take(frame: Uint8Array): Uint8Array | undefined {
    const identification = get16(frame, ETHERNET_BYTES + 4);
    const parts = this.#parts.get(identification) ?? [];
    parts.push(frame.slice());
    const whole = joined(parts);
    if (whole !== undefined) this.#parts.delete(identification);
    else this.#parts.set(identification, parts);
    for (const oldest of this.#parts.keys()) {
      if (this.#parts.size <= DATAGRAMS_MAX) break;
      this.#parts.delete(oldest);
    }
    return whole;
  }
}

/** Incomplete datagrams that are kept; the oldest is forgotten first, as a timeout would. */
const DATAGRAMS_MAX = 64;

function joined(parts: readonly Uint8Array[]): Uint8Array | undefined {
  const sorted = [...parts].sort((a, b) => offsetOf(a) - offsetOf(b));
  let next = 0;
  for (const part of sorted) {
    if (offsetOf(part) !== next) return undefined;
    next += get16(part, ETHERNET_BYTES + 2) - IPV4_BYTES;
  }
  const last = sorted.at(-1);
  const [first] = sorted;
  if (first === undefined || last === undefined) return undefined;
  if ((get16(last, ETHERNET_BYTES + 6) & MORE_FRAGMENTS) !== 0) return undefined;
  const frame = new Uint8Array(UDP_AT + next);
  frame.set(first.subarray(0, UDP_AT));
  for (const part of sorted) {
    const end = ETHERNET_BYTES + get16(part, ETHERNET_BYTES + 2);
    frame.set(part.subarray(UDP_AT, end), UDP_AT + offsetOf(part));
  }
  put16(frame, ETHERNET_BYTES + 2, IPV4_BYTES + next);
  put16(frame, ETHERNET_BYTES + 6, 0);
  put16(frame, ETHERNET_BYTES + 10, 0);
  put16(frame, ETHERNET_BYTES + 10, internetChecksum(frame, ETHERNET_BYTES, UDP_AT));
  return frame;
}

function offsetOf(frame: Uint8Array): number {
  return (get16(frame, ETHERNET_BYTES + 6) & 0x1fff) * 8;
}

function get16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function get32(bytes: Uint8Array, at: number): number {
  return get16(bytes, at) * 65536 + get16(bytes, at + 2);
}

function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, Math.floor(value / 65536));
  put16(bytes, at + 2, value % 65536);
}
