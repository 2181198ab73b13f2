import { hex, ipv4Text, ipv6Text } from "./address-text.ts";
import { checksumAround } from "./checksum.ts";
import type { FrameDissection, FrameField } from "./frame-layer.ts";
import { bitField, checksumField, numberField } from "./frame-layer.ts";
import type { TransportPlace } from "./frame-transport.ts";
import { dissectTransport, protocolText } from "./frame-transport.ts";

/** IPv4 (RFC 791, 3.1 Internet Header Format), with the header checksum judged. */
export function dissectIpv4(dissection: FrameDissection, start: number, end: number): void {
  const { frame, view } = dissection;
  if (!dissection.fits("IPv4", start, end, 20)) return;
  const version = view.getUint8(start) >> 4;
  const headerBytes = (view.getUint8(start) & 0xf) * 4;
  const totalBytes = view.getUint16(start + 2);
  if (version !== 4 || headerBytes < 20 || start + headerBytes > end) {
    const maxBytes = Math.min(60, end - start);
    dissection.problem =
      `IPv4: found version ${version} and a header of ${headerBytes} bytes, ` +
      `expected 4 and 20 to ${maxBytes}`;
    return;
  }
  if (totalBytes < headerBytes || start + totalBytes > end) {
    const maxBytes = end - start;
    const range = `${headerBytes} to ${maxBytes}`;
    dissection.problem = `IPv4 total length: found ${totalBytes}, expected ${range}`;
    return;
  }
  const fragment = view.getUint16(start + 6);
  const fragmentOffset = (fragment & 0x1fff) * 8;
  const fields: FrameField[] = [
    bitField("Version", [start, 1], [4, 4], "4"),
    bitField("Header length", [start, 1], [0, 4], `${headerBytes} bytes`),
    bitField("DSCP", [start + 1, 1], [2, 6], `${view.getUint8(start + 1) >> 2}`),
    bitField("ECN", [start + 1, 1], [0, 2], `${view.getUint8(start + 1) & 3}`),
    numberField(view, "Total length", start + 2, 2),
    numberField(view, "Identification", start + 4, 2, (id) => `0x${hex(id, 4)}`),
    bitField("Flags", [start + 6, 1], [5, 3], flagsText(fragment)),
    bitField("Fragment offset", [start + 6, 2], [0, 13], `${fragmentOffset} bytes`),
    numberField(view, "Time to live", start + 8, 1),
    numberField(view, "Protocol", start + 9, 1, protocolText),
    checksumField(view, start + 10, checksumAround(frame, start, start + headerBytes, 10, 0)),
    { name: "Source", offset: start + 12, sizeBytes: 4, text: ipv4Text(frame, start + 12) },
    { name: "Destination", offset: start + 16, sizeBytes: 4, text: ipv4Text(frame, start + 16) },
  ];
  if (headerBytes > 20) {
    const sizeBytes = headerBytes - 20;
    fields.push({ name: "Options", offset: start + 20, sizeBytes, text: `${sizeBytes} bytes` });
  }
  dissection.addLayer("IPv4", start, headerBytes, fields);
  dissection.source = ipv4Text(frame, start + 12);
  dissection.destination = ipv4Text(frame, start + 16);
  const place = {
    protocol: view.getUint8(start + 9),
    start: start + headerBytes,
    end: start + totalBytes,
    addressesStart: start + 12,
    addressesBytes: 8,
  } as const;
  dissectPart(dissection, place, "IPv4", fragmentOffset, (fragment & 0x2000) !== 0);
  dissection.addRest("Padding", start + totalBytes, dissection.problem === null ? end : 0);
}

/** Whole data goes to the transport protocols; of a fragment only its place is told. */
function dissectPart(
  dissection: FrameDissection,
  place: TransportPlace,
  name: string,
  fragmentOffset: number,
  moreFragments: boolean,
): void {
  if (fragmentOffset === 0 && !moreFragments) {
    dissectTransport(dissection, place);
    return;
  }
  const { protocol, start, end } = place;
  const to = fragmentOffset + end - start - 1;
  const range = `bytes ${fragmentOffset} to ${to}${moreFragments ? "" : ", the last"}`;
  dissection.line = `${name} fragment of ${protocolText(protocol)}, ${range}`;
  dissection.addRest("Data", start, end);
}

/**
 * IPv6 (RFC 8200, 3 IPv6 Header Format) with hop-by-hop, routing, destination and fragment headers.
 */
export function dissectIpv6(dissection: FrameDissection, start: number, end: number): void {
  const { frame, view } = dissection;
  if (!dissection.fits("IPv6", start, end, 40)) return;
  const first = view.getUint32(start);
  const payloadBytes = view.getUint16(start + 4);
  if (first >>> 28 !== 6) {
    dissection.problem = `IPv6 version: found ${first >>> 28}, expected 6`;
    return;
  }
  if (start + 40 + payloadBytes > end) {
    const maxBytes = end - start - 40;
    dissection.problem = `IPv6 payload length: found ${payloadBytes}, expected at most ${maxBytes}`;
    return;
  }
  dissection.source = ipv6Text(frame, start + 8);
  dissection.destination = ipv6Text(frame, start + 24);
  dissection.addLayer("IPv6", start, 40, [
    bitField("Version", [start, 1], [4, 4], "6"),
    bitField("Traffic class", [start, 2], [4, 8], `${(first >>> 20) & 0xff}`),
    bitField("Flow label", [start + 1, 3], [0, 20], `0x${hex(first & 0xfffff, 5)}`),
    numberField(view, "Payload length", start + 4, 2),
    numberField(view, "Next header", start + 6, 1, protocolText),
    numberField(view, "Hop limit", start + 7, 1),
    { name: "Source", offset: start + 8, sizeBytes: 16, text: dissection.source },
    { name: "Destination", offset: start + 24, sizeBytes: 16, text: dissection.destination },
  ]);
  dissectExtensions(dissection, start, start + 40 + payloadBytes);
  const padded = dissection.problem === null ? end : 0;
  dissection.addRest("Padding", start + 40 + payloadBytes, padded);
}

const EXTENSION_NAMES: ReadonlyMap<number, string> = new Map([
  [0, "IPv6 hop-by-hop options"],
  [43, "IPv6 routing"],
  [44, "IPv6 fragment"],
  [60, "IPv6 destination options"],
]);

/**
 * Walks the extension headers (RFC 8200, 4 IPv6 Extension Headers); each is at least 8 bytes, so
 * the walk ends.
 */
function dissectExtensions(dissection: FrameDissection, ipStart: number, end: number): void {
  const { view } = dissection;
  let protocol = view.getUint8(ipStart + 6);
  let start = ipStart + 40;
  let fragment = 0;
  for (;;) {
    const name = EXTENSION_NAMES.get(protocol);
    if (name === undefined || (fragment & 0xfff8) !== 0) break;
    dissection.line = name;
    if (!dissection.fits(name, start, end, 8)) return;
    const isFragment = protocol === 44;
    const headerBytes = isFragment ? 8 : (view.getUint8(start + 1) + 1) * 8;
    if (!dissection.fits(name, start, end, headerBytes)) return;
    if (isFragment) fragment = view.getUint16(start + 2);
    const fields = [numberField(view, "Next header", start, 1, protocolText)];
    if (isFragment) {
      const text = `${fragment & 0xfff8} bytes`;
      fields.push(bitField("Fragment offset", [start + 2, 2], [3, 13], text));
      fields.push(bitField("More", [start + 3, 1], [0, 1], `${fragment & 1}`));
      fields.push(numberField(view, "Identification", start + 4, 4, (id) => `0x${hex(id, 8)}`));
    }
    dissection.addLayer(name, start, headerBytes, fields);
    protocol = view.getUint8(start);
    start += headerBytes;
  }
  const addressesStart = ipStart + 8;
  const place = { protocol, start, end, addressesStart, addressesBytes: 32 } as const;
  dissectPart(dissection, place, "IPv6", fragment & 0xfff8, (fragment & 1) !== 0);
}

function flagsText(fragment: number): string {
  const flags: string[] = [];
  if ((fragment & 0x4000) !== 0) flags.push("DF");
  if ((fragment & 0x2000) !== 0) flags.push("MF");
  return flags.length === 0 ? "none" : flags.join(", ");
}
