import { FRAGMENT, KEY } from "../host/flow-key.ts";
import { ipv4Text, ipv6Text } from "../packets/address-text.ts";
import { macOf } from "./mac-text.ts";

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: "ICMP",
  6: "TCP",
  17: "UDP",
  58: "ICMPv6",
  132: "SCTP",
};

/** The words of an IP packet's key that say where it comes from and goes to. */
export interface IpWords {
  readonly etherType: number;
  readonly protocol: number;
  /** Four words each. */
  readonly source: Uint32Array;
  readonly destination: Uint32Array;
  /** Source port in the high half. */
  readonly ports: number;
}

/** Where a flow's packets come in and what Ethernet says of them. */
export function linkText(words: Uint32Array): string {
  const source = macOf(address(words, KEY.sourceHigh));
  const destination = macOf(address(words, KEY.destinationHigh));
  const vlan = words[KEY.vlan] as number;
  const tag = vlan === 0 ? "" : `, VLAN ${vlan & 0xfff}`;
  return `port ${words[KEY.inPort]}, ${source} to ${destination}${tag}`;
}

/**
 * What the network and transport layers of a flow's packets say.
 * @param mask Which bits of the words count, default all.
 */
export function networkText(words: Uint32Array, mask?: Uint32Array): string {
  if (mask?.[KEY.sourceAddress] === 0) return typeText(words[KEY.etherType] as number);
  const fragment = words[KEY.fragment] as number;
  const part = fragment === FRAGMENT.none ? "" : ", fragments";
  return `${ipText({
    etherType: words[KEY.etherType] as number,
    protocol: words[KEY.protocol] as number,
    source: words.subarray(KEY.sourceAddress, KEY.sourceAddress + 4),
    destination: words.subarray(KEY.destinationAddress, KEY.destinationAddress + 4),
    ports: words[KEY.ports] as number,
  })}${part}`;
}

/** Addresses, protocol and ports: `192.0.2.15:1024 to 192.0.2.2:9, UDP`. */
export function ipText({ etherType, protocol, source, destination, ports }: IpWords): string {
  if (etherType !== IPV4 && etherType !== IPV6) return typeText(etherType);
  const text = (words: Uint32Array): string =>
    etherType === IPV4 ? ipv4Text(bytesOf(words)) : `[${ipv6Text(bytesOf(words))}]`;
  const name = PROTOCOLS[protocol] ?? `protocol ${protocol}`;
  if (ports === 0) return `${text(source)} to ${text(destination)}, ${name}`;
  return `${text(source)}:${ports >>> 16} to ${text(destination)}:${ports & 0xffff}, ${name}`;
}

function typeText(etherType: number): string {
  if (etherType === IPV4) return "IPv4";
  return etherType === IPV6 ? "IPv6" : `EtherType 0x${etherType.toString(16).padStart(4, "0")}`;
}

/** Two words of a key as an Ethernet address: 16 bits, then 32. */
function address(words: Uint32Array, high: number): number {
  return (words[high] as number) * 4294967296 + (words[high + 1] as number);
}

function bytesOf(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, index) => view.setUint32(4 * index, word));
  return new Uint8Array(view.buffer);
}
