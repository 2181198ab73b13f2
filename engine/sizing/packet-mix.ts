import { InputError } from "../core/input-error.ts";
import type { LoadDirection } from "../load/scenario.ts";
import { generatePackets } from "../packets/packet-generator.ts";

/** Sizes of packets: all of one size, the Internet mix, or the frames of a capture. */
export type PacketMix =
  /** Bytes with FCS, 64 to 1,518, as test reports count them (RFC 2544, 9.1). */
  | { readonly kind: "fixed"; readonly packetBytes: number }
  /** 64, 594 and 1,518 bytes as 7 : 4 : 1. */
  | { readonly kind: "imix" }
  /** Ethernet frames without FCS, at least one. */
  | { readonly kind: "capture"; readonly name: string; readonly frames: readonly Uint8Array[] };

/** Bytes of the frame check sequence, which drivers do not see. */
export const FCS_BYTES = 4;
/** Packets that differ; longer loads repeat them. A whole number of dozens, for the mix. */
const DISTINCT_PACKETS = 252;
const PACKET_BYTES_MIN = 64;
const PACKET_BYTES_MAX = 1518;

/**
 * The frames of a mix, without FCS.
 * @throws InputError when a size is none that Ethernet carries.
 */
export function mixFrames(
  mix: PacketMix,
  direction: LoadDirection,
  seed: number,
): readonly Uint8Array[] {
  if (mix.kind === "capture") {
    if (mix.frames.length > 0) return mix.frames;
    throw new InputError(`${mix.name}: it holds no packets; at least one is needed.`);
  }
  if (mix.kind === "fixed") checkPacketBytes(mix.packetBytes);
  return generatePackets({
    count: DISTINCT_PACKETS,
    frameBytesWithoutFcs: mix.kind === "imix" ? "imix" : mix.packetBytes - FCS_BYTES,
    seed,
    direction: direction === "tx" ? "tx" : "rx",
  });
}

/** Mean bytes of a packet, with FCS. */
export function meanPacketBytes(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, { length }) => sum + length + FCS_BYTES, 0) / frames.length;
}

/** A mix in a few words: `64 B`, `IMIX`, or the capture's name. */
export function mixLabel(mix: PacketMix): string {
  if (mix.kind === "fixed") return `${mix.packetBytes} B`;
  return mix.kind === "imix" ? "IMIX" : mix.name;
}

function checkPacketBytes(packetBytes: number): void {
  const fits = packetBytes >= PACKET_BYTES_MIN && packetBytes <= PACKET_BYTES_MAX;
  if (Number.isInteger(packetBytes) && fits) return;
  throw new InputError(
    `Packet size: ${packetBytes} is not a whole number of bytes from ${PACKET_BYTES_MIN} to ` +
      `${PACKET_BYTES_MAX}, with FCS.`,
  );
}
