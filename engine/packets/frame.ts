import { dissectEthernet } from "./frame-link.ts";
import { FrameDissection, type FrameLayer } from "./frame-layer.ts";

/** What a frame says, in one line and layer by layer. */
export interface FrameSummary {
  /** One line, for example "192.0.2.15:49152 → 192.0.2.2:9 UDP, 18 bytes". */
  readonly text: string;
  /** From the outside in, without gaps: together they cover every byte of the frame. */
  readonly layers: readonly FrameLayer[];
  /**
   * What is malformed, in words; null when every header is whole. Layers end before it, the rest is
   * "Data".
   */
  readonly problem: string | null;
}

/**
 * Takes an Ethernet frame (without FCS) apart: Ethernet, 802.1Q and 802.1ad, ARP, IPv4, IPv6 with
 * its extension headers, UDP, TCP, ICMP and ICMPv6. Any bytes are allowed: a malformed frame gives
 * the layers that are valid.
 */
export function describeFrame(frame: Uint8Array): FrameSummary {
  const dissection = new FrameDissection(frame);
  dissectEthernet(dissection);
  const { tags, source, destination, line, layers, problem } = dissection;
  const last = layers.at(-1);
  dissection.addRest("Data", last === undefined ? 0 : last.offset + last.sizeBytes, frame.length);
  const addresses = source === "" ? "" : `${source} → ${destination} `;
  const text = `${tags}${addresses}${line}`;
  const cut = problem === null ? "" : `malformed (${problem})`;
  return { text: [text, cut].filter((part) => part !== "").join(", "), layers, problem };
}
