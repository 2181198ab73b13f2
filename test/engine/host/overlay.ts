import { onesComplementSum } from "../../../engine/packets/checksum.ts";

/** What an independent reader finds in front of a guest's frame; throws at the first thing that is wrong. */
export interface Outer {
  readonly destination: string;
  readonly udpPort: number;
  readonly sourcePort: number;
  readonly label: number;
  readonly dontFragment: boolean;
  readonly inner: Uint8Array;
}

/**
 * Reads a wire frame by the RFCs, byte by byte and not by the engine's reader: 791, 768, 7510 with 3032,
 * 7348.
 */
export function readOuter(frame: Uint8Array): Outer {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const check = (ok: boolean, what: string): void => {
    if (!ok) throw new Error(`${what} in ${[...frame.subarray(0, 60)].join(" ")}`);
  };
  check(view.getUint16(12) === 0x0800, "not IPv4");
  check(view.getUint8(14) === 0x45, "version or header length");
  check(view.getUint16(16) === frame.length - 14, "total length");
  check(onesComplementSum(frame, 14, 34) === 0xffff, "header checksum");
  check(view.getUint8(22) === 64, "TTL");
  check(view.getUint8(23) === 17, "protocol");
  check((view.getUint16(20) & 0xbfff) === 0, "a fragment");
  check(view.getUint16(38) === frame.length - 34, "UDP length");
  check(view.getUint16(40) === 0, "UDP checksum");
  const udpPort = view.getUint16(36);
  check(udpPort === 6635 || udpPort === 4789, "UDP port");
  const sourcePort = view.getUint16(34);
  check(sourcePort >= 49_152, "source port");
  const vxlan = udpPort === 4789;
  if (vxlan) {
    check(view.getUint32(42) === 0x0800_0000, "VXLAN flags");
    check(view.getUint8(49) === 0, "VXLAN reserved byte");
  } else {
    check((view.getUint32(42) & 0x1ff) === 0x140, "MPLS bottom of stack and TTL");
    check((view.getUint32(42) & 0xe00) === 0, "MPLS traffic class");
  }
  return {
    destination: frame.subarray(30, 34).join("."),
    udpPort,
    sourcePort,
    label: vxlan ? view.getUint32(46) >>> 8 : view.getUint32(42) >>> 12,
    dontFragment: (view.getUint16(20) & 0x4000) !== 0,
    inner: frame.slice(vxlan ? 50 : 46),
  };
}
