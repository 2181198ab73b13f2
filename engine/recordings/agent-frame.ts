import { internetChecksum, onesComplementSum, pseudoHeaderSum } from "../packets/checksum.ts";

/** The recorder's far end: its Ethernet address, 52:54:00:00:00:01. */
export const FAR_END_MAC: Uint8Array = Uint8Array.of(0x52, 0x54, 0x00, 0x00, 0x00, 0x01);
const FAR_END_IPV4: Uint8Array = Uint8Array.of(10, 9, 0, 1);
const GUEST_IPV4: Uint8Array = Uint8Array.of(10, 9, 0, 2);
const UDP_PORT = 9000;
const HEADER_BYTES = 42;
/** The far end pads its frames; the guest leaves that to driver and device. */
const FAR_END_FRAME_BYTES_MIN = 60;

/** What makes one datagram of the recorder. */
export interface DatagramOptions {
  readonly guestMac: Uint8Array;
  readonly payloadBytes: number;
  /** Sequence number, in the payload from 4 bytes on. */
  readonly seq: number;
  /** IPv4 identification. */
  readonly identification: number;
  /** In a burst all payloads are filled as the first; only the sequence number differs. */
  readonly fillSeq?: number;
}

/** The datagram that the agent in the guest sends: `agent.c`, fill, over UDP with DF set. */
export function guestDatagram(options: DatagramOptions): Uint8Array {
  const { guestMac } = options;
  return datagram(options, "GT", guestMac, FAR_END_MAC, GUEST_IPV4, FAR_END_IPV4);
}

/** The datagram that the far end sends: `peer.py`, udp_frame, padded to 60 bytes. */
export function farEndDatagram(options: DatagramOptions): Uint8Array {
  const { guestMac } = options;
  const frame = datagram(options, "PR", FAR_END_MAC, guestMac, FAR_END_IPV4, GUEST_IPV4);
  return padded(frame);
}

/** What the far end sends back for a frame in `echo`: addresses and ports exchanged. */
export function echoOf(frame: Uint8Array): Uint8Array {
  const echo = padded(frame).slice();
  exchange(echo, 0, 6, 6);
  exchange(echo, 26, 30, 4);
  exchange(echo, 34, 36, 2);
  return echo;
}

/** A frame as the guest's socket made it: without the padding that driver or device added. */
export function withoutPadding(frame: Uint8Array): Uint8Array {
  const ipv4 = frame.length >= 34 && frame[12] === 0x08 && frame[13] === 0;
  if (!ipv4) return frame;
  const total = ((frame[16] as number) << 8) | (frame[17] as number);
  return total >= 20 ? frame.subarray(0, Math.min(frame.length, 14 + total)) : frame;
}

function datagram(
  options: DatagramOptions,
  magic: "GT" | "PR",
  sourceMac: Uint8Array,
  targetMac: Uint8Array,
  source: Uint8Array,
  target: Uint8Array,
): Uint8Array {
  const { payloadBytes, identification } = options;
  const frame = new Uint8Array(HEADER_BYTES + payloadBytes);
  const view = new DataView(frame.buffer);
  frame.set(targetMac, 0);
  frame.set(sourceMac, 6);
  view.setUint16(12, 0x0800);
  view.setUint16(14, 0x4500);
  view.setUint16(16, 28 + payloadBytes);
  view.setUint16(18, identification & 0xffff);
  view.setUint16(20, 0x4000);
  view.setUint16(22, 0x4011);
  frame.set(source, 26);
  frame.set(target, 30);
  view.setUint16(24, internetChecksum(frame, 14, 34));
  view.setUint16(34, UDP_PORT);
  view.setUint16(36, UDP_PORT);
  view.setUint16(38, 8 + payloadBytes);
  fillPayload(frame.subarray(HEADER_BYTES), magic, options.seq, options.fillSeq ?? options.seq);
  const sum = pseudoHeaderSum(frame, 26, 8, 17, 8 + payloadBytes);
  const checksum = ~onesComplementSum(frame, 34, frame.length, sum) & 0xffff;
  view.setUint16(40, checksum === 0 ? 0xffff : checksum);
  return frame;
}

function fillPayload(payload: Uint8Array, magic: string, seq: number, fillSeq: number): void {
  for (let i = 0; i < payload.length; i++) payload[i] = (i * 7 + fillSeq) & 0xff;
  if (payload.length < 4) return;
  payload[0] = magic.charCodeAt(0);
  payload[1] = magic.charCodeAt(1);
  payload[2] = (seq >> 8) & 0xff;
  payload[3] = seq & 0xff;
}

function padded(frame: Uint8Array): Uint8Array {
  if (frame.length >= FAR_END_FRAME_BYTES_MIN) return frame;
  const longer = new Uint8Array(FAR_END_FRAME_BYTES_MIN);
  longer.set(frame);
  return longer;
}

function exchange(bytes: Uint8Array, a: number, b: number, count: number): void {
  const first = bytes.slice(a, a + count);
  bytes.copyWithin(a, b, b + count);
  bytes.set(first, b);
}
