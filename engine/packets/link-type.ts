import { hex } from "./address-text.ts";
import { LINK_TYPE_NAMES } from "./link-type-names.ts";

/** How a link type carries Ethernet frames. */
export interface EthernetLinkType {
  /**
   * Bytes of FCS that always end the packet; undefined where the file or the packet declares it.
   */
  readonly fcsBytes: number | undefined;
  /** The frame inside a packet whose FCS is already cut off, or in words why there is none. */
  readonly unwrap: (data: Uint8Array) => Uint8Array | string;
}

/**
 * The link types whose packets hold an Ethernet frame that can be had back to the byte, by number
 * in the registry of draft-ietf-opsawg-pcaplinktype. Marvell's switch tags (284, 285) are not among
 * them: the tag takes the place of a VLAN tag. Nor are cooked captures (113, 276), which have lost
 * the destination address.
 */
export const ETHERNET_LINK_TYPES: ReadonlyMap<number, EthernetLinkType> = new Map([
  [1, { fcsBytes: undefined, unwrap: (data: Uint8Array) => data }],
  [192, { fcsBytes: undefined, unwrap: unwrapPpi }],
  [240, { fcsBytes: 4, unwrap: unwrapNetAnalyzer }],
  [241, { fcsBytes: 4, unwrap: unwrapNetAnalyzerTransparent }],
  [258, { fcsBytes: undefined, unwrap: unwrapPktap }],
  [259, { fcsBytes: undefined, unwrap: (data: Uint8Array) => withoutHeader(data, 6) }],
  [274, { fcsBytes: 4, unwrap: withoutPreamble }],
  [281, { fcsBytes: undefined, unwrap: unwrapBroadcomTag }],
  [282, { fcsBytes: undefined, unwrap: (data: Uint8Array) => withoutHeader(data, 4) }],
]);

/**
 * A link type for people: number, and name if the registry has one, for example "113 (LINUX_SLL)".
 */
export function linkTypeText(linkType: number): string {
  const name = LINK_TYPE_NAMES.get(linkType);
  return name === undefined ? `${linkType} (not in the registry)` : `${linkType} (${name})`;
}

/** The link types that can be read, for an error message. */
export function linkTypesExpected(): string {
  const others = [...ETHERNET_LINK_TYPES.keys()].filter((linkType) => linkType !== 1);
  return `1 (ETHERNET) or another that carries whole Ethernet frames (${others.join(", ")})`;
}

function withoutHeader(data: Uint8Array, headerBytes: number): Uint8Array | string {
  if (data.length >= headerBytes) return data.subarray(headerBytes);
  return `${data.length} bytes where a header of ${headerBytes} should be`;
}

/**
 * Per-Packet Information: version, flags, header length (16 bits) and link type (32 bits), all
 * little-endian.
 */
function unwrapPpi(data: Uint8Array): Uint8Array | string {
  if (data.length < 8) return `${data.length} bytes where a header of 8 should be`;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const headerBytes = view.getUint16(2, true);
  const inner = view.getUint32(4, true);
  if (headerBytes < 8) return `a header length of ${headerBytes}, less than its own 8 bytes`;
  if (inner !== 1) return `link type ${linkTypeText(inner)} inside`;
  return withoutHeader(data, headerBytes);
}

/**
 * Apple's PKTAP, little-endian: header length first, then at places of its version (bit 19 of the
 * flags at byte 36 says 2) link type and trailer length.
 */
function unwrapPktap(data: Uint8Array): Uint8Array | string {
  if (data.length < 52) return `${data.length} bytes where a header of at least 52 should be`;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const isVersion2 = (view.getUint32(36, true) & 0x0008_0000) !== 0;
  const headerBytes = isVersion2 ? view.getUint8(0) : view.getUint32(0, true);
  const inner = isVersion2 ? view.getUint16(6, true) : view.getUint32(8, true);
  const trailerBytes = isVersion2 ? view.getUint16(10, true) : view.getUint32(48, true);
  if (headerBytes < 40) return `a header length of ${headerBytes}, too small for its own fields`;
  if (inner !== 1) return `link type ${linkTypeText(inner)} inside`;
  if (headerBytes + trailerBytes > data.length) {
    return `${data.length} bytes where header and trailer take ${headerBytes + trailerBytes}`;
  }
  return data.subarray(headerBytes, data.length - trailerBytes);
}

/**
 * Hilscher netANALYZER: a 32-bit little-endian header; bit 8 marks an event of the GPIO port, which
 * is no frame.
 */
function unwrapNetAnalyzer(data: Uint8Array): Uint8Array | string {
  if (((data[1] ?? 0) & 0x01) !== 0) return "an event of the GPIO port";
  return withoutHeader(data, 4);
}

function unwrapNetAnalyzerTransparent(data: Uint8Array): Uint8Array | string {
  const frame = unwrapNetAnalyzer(data);
  return typeof frame === "string" ? frame : withoutPreamble(frame);
}

/**
 * What follows preamble and start-of-frame delimiter. Any other delimiter is one of preemption,
 * where a packet can be a part of a frame (IEEE Std 802.3, 99.3 MAC Merge Packet).
 */
function withoutPreamble(data: Uint8Array): Uint8Array | string {
  let at = 0;
  while (at < 8 && data[at] === 0x55) at += 1;
  const delimiter = data[at];
  if (delimiter === 0xd5) return data.subarray(at + 1);
  if (delimiter === undefined) return `${data.length} bytes without a start-of-frame delimiter`;
  return `delimiter 0x${hex(delimiter, 2)} instead of 0xd5 after the preamble`;
}

/**
 * Broadcom's switch tag: 4 bytes between source address and EtherType that were not on the wire.
 */
function unwrapBroadcomTag(data: Uint8Array): Uint8Array | string {
  if (data.length < 18) return `${data.length} bytes where addresses, tag and EtherType take 18`;
  const frame = new Uint8Array(data.length - 4);
  frame.set(data.subarray(0, 12));
  frame.set(data.subarray(16), 12);
  return frame;
}
