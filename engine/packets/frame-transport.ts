import { hex } from "./address-text.ts";
import { checksumAround, pseudoHeaderSum } from "./checksum.ts";
import type { FrameDissection, FrameField } from "./frame-layer.ts";
import { bitField, checksumField, numberField } from "./frame-layer.ts";

/** What an IP header says about the data that follows it. */
export interface TransportPlace {
  readonly protocol: number;
  readonly start: number;
  readonly end: number;
  /** Where the addresses stand that the pseudo-header holds. */
  readonly addressesStart: number;
  readonly addressesBytes: 8 | 32;
}

const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, "ICMP"],
  [2, "IGMP"],
  [6, "TCP"],
  [17, "UDP"],
  [41, "IPv6"],
  [47, "GRE"],
  [50, "ESP"],
  [51, "AH"],
  [58, "ICMPv6"],
  [59, "no next header"],
  [89, "OSPF"],
  [132, "SCTP"],
]);

/** An IP protocol number for people, for example "UDP" or "protocol 200". */
export function protocolText(protocol: number): string {
  return PROTOCOLS.get(protocol) ?? `protocol ${protocol}`;
}

/** What an unfragmented IP packet carries: UDP, TCP, ICMP or ICMPv6; anything else is data. */
export function dissectTransport(dissection: FrameDissection, place: TransportPlace): void {
  const { protocol, start, end } = place;
  dissection.line = `${protocolText(protocol)}, ${end - start} bytes`;
  if (protocol === 17) dissectUdp(dissection, place);
  else if (protocol === 6) dissectTcp(dissection, place);
  else if (protocol === 1) dissectIcmp(dissection, place, "ICMP", ICMP_TYPES);
  else if (protocol === 58) dissectIcmp(dissection, place, "ICMPv6", ICMPV6_TYPES);
  else dissection.addRest("Data", start, end);
}

/** UDP (RFC 768, Format). */
function dissectUdp(dissection: FrameDissection, place: TransportPlace): void {
  const { view } = dissection;
  const { start, end } = place;
  if (!dissection.fits("UDP", start, end, 8)) return;
  const lengthBytes = view.getUint16(start + 4);
  if (lengthBytes < 8 || lengthBytes > end - start) {
    dissection.problem = `UDP length: found ${lengthBytes}, expected 8 to ${end - start}`;
    return;
  }
  const sent = view.getUint16(start + 6);
  const computed = transportChecksum(dissection, place, 6, start + lengthBytes) || 0xffff;
  dissection.addLayer("UDP", start, 8, [
    numberField(view, "Source port", start, 2),
    numberField(view, "Destination port", start + 2, 2),
    numberField(view, "Length", start + 4, 2),
    // Zero says that the sender computed none.
    checksumField(
      view,
      start + 6,
      sent === 0 ? undefined : computed,
      pseudoSum(dissection, place, start + lengthBytes),
    ),
  ]);
  addPorts(dissection, start);
  dissection.line = `UDP, ${lengthBytes - 8} bytes`;
  dissection.addRest("Data", start + 8, end);
}

const TCP_FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"] as const;

/** TCP (RFC 9293, 3.1 Header Format). */
function dissectTcp(dissection: FrameDissection, place: TransportPlace): void {
  const { view } = dissection;
  const { start, end } = place;
  if (!dissection.fits("TCP", start, end, 20)) return;
  const headerBytes = (view.getUint8(start + 12) >> 4) * 4;
  if (headerBytes < 20 || headerBytes > end - start) {
    const maxBytes = Math.min(60, end - start);
    dissection.problem = `TCP data offset: found ${headerBytes} bytes, expected 20 to ${maxBytes}`;
    return;
  }
  const bits = view.getUint8(start + 13);
  const flags = TCP_FLAGS.filter((_, bit) => ((bits >> bit) & 1) !== 0).join(", ");
  const fields: FrameField[] = [
    numberField(view, "Source port", start, 2),
    numberField(view, "Destination port", start + 2, 2),
    numberField(view, "Sequence number", start + 4, 4),
    numberField(view, "Acknowledgment number", start + 8, 4),
    bitField("Data offset", [start + 12, 1], [4, 4], `${headerBytes} bytes`),
    { name: "Flags", offset: start + 13, sizeBytes: 1, text: flags === "" ? "none" : flags },
    numberField(view, "Window", start + 14, 2),
    checksumField(
      view,
      start + 16,
      transportChecksum(dissection, place, 16, end),
      pseudoSum(dissection, place, end),
    ),
    numberField(view, "Urgent pointer", start + 18, 2),
  ];
  if (headerBytes > 20) {
    const sizeBytes = headerBytes - 20;
    fields.push({ name: "Options", offset: start + 20, sizeBytes, text: `${sizeBytes} bytes` });
  }
  dissection.addLayer("TCP", start, headerBytes, fields);
  addPorts(dissection, start);
  const sequence = view.getUint32(start + 4);
  const acknowledged = (bits & 0x10) === 0 ? "" : `, acknowledging ${view.getUint32(start + 8)}`;
  const dataBytes = end - start - headerBytes;
  dissection.line = `TCP [${flags}] from ${sequence}${acknowledged}, ${dataBytes} bytes`;
  dissection.addRest("Data", start + headerBytes, end);
}

const ICMP_TYPES: ReadonlyMap<number, string> = new Map([
  [0, "echo reply"],
  [3, "destination unreachable"],
  [5, "redirect"],
  [8, "echo request"],
  [11, "time exceeded"],
  [12, "parameter problem"],
]);

const ICMPV6_TYPES: ReadonlyMap<number, string> = new Map([
  [1, "destination unreachable"],
  [2, "packet too big"],
  [3, "time exceeded"],
  [4, "parameter problem"],
  [128, "echo request"],
  [129, "echo reply"],
  [130, "multicast listener query"],
  [133, "router solicitation"],
  [134, "router advertisement"],
  [135, "neighbor solicitation"],
  [136, "neighbor advertisement"],
  [137, "redirect"],
  [143, "multicast listener report"],
]);

/**
 * ICMP (RFC 792) or ICMPv6 (RFC 4443, 2.1 Message General Format); echo messages with identifier
 * and number.
 */
function dissectIcmp(
  dissection: FrameDissection,
  place: TransportPlace,
  name: "ICMP" | "ICMPv6",
  types: ReadonlyMap<number, string>,
): void {
  const { view } = dissection;
  const { start, end } = place;
  if (!dissection.fits(name, start, end, 4)) return;
  const typeText = types.get(view.getUint8(start)) ?? `type ${view.getUint8(start)}`;
  const isEcho = typeText.startsWith("echo");
  const headerBytes = isEcho ? 8 : 4;
  if (!dissection.fits(name, start, end, headerBytes)) return;
  const fields = [
    numberField(view, "Type", start, 1, (type) => `${type} (${typeText})`),
    numberField(view, "Code", start + 1, 1),
    checksumField(view, start + 2, transportChecksum(dissection, place, 2, end)),
  ];
  dissection.line = `${name} ${typeText}, ${end - start - headerBytes} bytes`;
  if (isEcho) {
    fields.push(
      numberField(view, "Identifier", start + 4, 2, (id) => `0x${hex(id, 4)}`),
      numberField(view, "Sequence number", start + 6, 2),
    );
    const number = view.getUint16(start + 6);
    dissection.line = `${name} ${typeText} ${number}, ${end - start - headerBytes} bytes`;
  }
  dissection.addLayer(name, start, headerBytes, fields);
  dissection.addRest("Data", start + headerBytes, end);
}

/**
 * The checksum that the message up to `end` should have, its field lying `fieldOffset` bytes after
 * its start.
 */
function transportChecksum(
  dissection: FrameDissection,
  place: TransportPlace,
  fieldOffset: number,
  end: number,
): number {
  const { protocol, start } = place;
  // ICMP over IPv4 is the only one without a pseudo-header.
  const pseudo = protocol === 1 ? 0 : pseudoSum(dissection, place, end);
  return checksumAround(dissection.frame, start, end, fieldOffset, pseudo);
}

function pseudoSum(
  { frame }: FrameDissection,
  { protocol, start, addressesStart, addressesBytes }: TransportPlace,
  end: number,
): number {
  return pseudoHeaderSum(frame, addressesStart, addressesBytes, protocol, end - start);
}

function addPorts(dissection: FrameDissection, start: number): void {
  const { view } = dissection;
  const text = (address: string, port: number) =>
    address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  dissection.source = text(dissection.source, view.getUint16(start));
  dissection.destination = text(dissection.destination, view.getUint16(start + 2));
}
