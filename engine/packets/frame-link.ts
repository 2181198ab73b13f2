import { hex, ipv4Text, macText } from "./address-text.ts";
import { dissectIpv4, dissectIpv6 } from "./frame-ip.ts";
import type { FrameDissection } from "./frame-layer.ts";
import { bitField, numberField } from "./frame-layer.ts";

const ETHER_TYPES: ReadonlyMap<number, string> = new Map([
  [0x0800, "IPv4"],
  [0x0806, "ARP"],
  [0x8100, "802.1Q"],
  [0x86dd, "IPv6"],
  [0x8808, "MAC control"],
  [0x8809, "slow protocols"],
  [0x8847, "MPLS"],
  [0x8863, "PPPoE discovery"],
  [0x8864, "PPPoE session"],
  [0x88a8, "802.1ad"],
  [0x88cc, "LLDP"],
  [0x88f7, "PTP"],
]);

/** Ethernet (IEEE Std 802.3, 3.2 Elements of the MAC frame) and what it carries. */
export function dissectEthernet(dissection: FrameDissection): void {
  const { frame, view } = dissection;
  if (!dissection.fits("Ethernet", 0, frame.length, 14)) return;
  dissection.destination = macText(frame, 0);
  dissection.source = macText(frame, 6);
  dissection.addLayer("Ethernet", 0, 14, [
    { name: "Destination", offset: 0, sizeBytes: 6, text: dissection.destination },
    { name: "Source", offset: 6, sizeBytes: 6, text: dissection.source },
    numberField(view, "EtherType", 12, 2, etherTypeText),
  ]);
  dissectEtherType(dissection, view.getUint16(12), 14);
}

function dissectEtherType(dissection: FrameDissection, etherType: number, start: number): void {
  const end = dissection.frame.length;
  dissection.line = etherTypeText(etherType);
  if (etherType === 0x0800) dissectIpv4(dissection, start, end);
  else if (etherType === 0x86dd) dissectIpv6(dissection, start, end);
  else if (etherType === 0x0806) dissectArp(dissection, start);
  else if (etherType === 0x8100 || etherType === 0x88a8) dissectTag(dissection, etherType, start);
  else if (etherType < 0x0600) dissectLength(dissection, etherType, start);
}

/**
 * A VLAN tag (IEEE Std 802.1Q, 9.6 VLAN Tag Control Information), then the type of what follows.
 */
function dissectTag(dissection: FrameDissection, tpid: number, start: number): void {
  const { frame, view } = dissection;
  const name = tpid === 0x8100 ? "802.1Q" : "802.1ad";
  if (!dissection.fits(name, start, frame.length, 4)) return;
  const control = view.getUint16(start);
  const vlan = control & 0xfff;
  dissection.tags += `VLAN ${vlan} `;
  dissection.addLayer(name, start, 4, [
    bitField("PCP", [start, 1], [5, 3], `${control >> 13}`),
    bitField("DEI", [start, 1], [4, 1], `${(control >> 12) & 1}`),
    bitField("VID", [start, 2], [0, 12], `${vlan}`),
    numberField(view, "EtherType", start + 2, 2, etherTypeText),
  ]);
  dissectEtherType(dissection, view.getUint16(start + 2), start + 4);
}

/** The type field as a length: an LLC header and its data, then padding. */
function dissectLength(dissection: FrameDissection, lengthBytes: number, start: number): void {
  const end = dissection.frame.length;
  if (start + lengthBytes > end) {
    const maxBytes = end - start;
    dissection.problem = `length field: found ${lengthBytes} bytes, expected at most ${maxBytes}`;
    return;
  }
  dissection.line = `IEEE 802.3 LLC, ${lengthBytes} bytes`;
  dissection.addRest("Data", start, start + lengthBytes);
  dissection.addRest("Padding", start + lengthBytes, end);
}

/**
 * ARP for IPv4 over Ethernet (RFC 826, Packet format); other address families show their header
 * only.
 */
function dissectArp(dissection: FrameDissection, start: number): void {
  const { frame, view } = dissection;
  if (!dissection.fits("ARP", start, frame.length, 8)) return;
  const header = [
    numberField(view, "Hardware type", start, 2),
    numberField(view, "Protocol type", start + 2, 2, etherTypeText),
    numberField(view, "Hardware address length", start + 4, 1),
    numberField(view, "Protocol address length", start + 5, 1),
    numberField(view, "Operation", start + 6, 2, operationText),
  ];
  const ethernetIpv4 =
    view.getUint32(start) === 0x0001_0800 && view.getUint16(start + 4) === 0x0604;
  if (!ethernetIpv4) {
    dissection.addLayer("ARP", start, 8, header);
    return;
  }
  if (!dissection.fits("ARP", start, frame.length, 28)) return;
  const senderMac = macText(frame, start + 8);
  const senderIp = ipv4Text(frame, start + 14);
  const targetIp = ipv4Text(frame, start + 24);
  dissection.addLayer("ARP", start, 28, [
    ...header,
    { name: "Sender hardware address", offset: start + 8, sizeBytes: 6, text: senderMac },
    { name: "Sender protocol address", offset: start + 14, sizeBytes: 4, text: senderIp },
    {
      name: "Target hardware address",
      offset: start + 18,
      sizeBytes: 6,
      text: macText(frame, start + 18),
    },
    { name: "Target protocol address", offset: start + 24, sizeBytes: 4, text: targetIp },
  ]);
  const operation = view.getUint16(start + 6);
  if (operation === 1) dissection.line = `ARP who has ${targetIp}, tell ${senderIp}`;
  else if (operation === 2) dissection.line = `ARP ${senderIp} is at ${senderMac}`;
  else dissection.line = `ARP operation ${operation}`;
  dissection.addRest("Padding", start + 28, frame.length);
}

function operationText(operation: number): string {
  if (operation === 1) return "1 (request)";
  return operation === 2 ? "2 (reply)" : `${operation}`;
}

function etherTypeText(etherType: number): string {
  if (etherType < 0x0600) return `${etherType} bytes`;
  const name = ETHER_TYPES.get(etherType);
  return name === undefined
    ? `EtherType 0x${hex(etherType, 4)}`
    : `0x${hex(etherType, 4)} (${name})`;
}
