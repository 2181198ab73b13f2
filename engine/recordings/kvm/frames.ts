import { internetChecksum, onesComplementSum, pseudoHeaderSum } from "../../packets/checksum.ts";

/** Addresses of the recorder's guest, host and sink (its `l1-init.sh`). */
export const GUEST_MAC: Uint8Array = Uint8Array.of(0x52, 0x54, 0x00, 0x00, 0x00, 0x02);
const HOST_MAC = Uint8Array.of(0x02, 0x00, 0x00, 0x00, 0x00, 0x01);
const SINK_MAC = Uint8Array.of(0x02, 0x00, 0x00, 0x00, 0x00, 0x99);
const GUEST_IPV4 = Uint8Array.of(10, 0, 0, 2);
const HOST_IPV4 = Uint8Array.of(10, 0, 0, 1);
const SINK_IPV4 = Uint8Array.of(10, 0, 0, 99);
const PORT = { control: 7000, sink: 7001, guest: 7002 } as const;
const IP = 14;
const TRANSPORT = 34;
const UDP_BYTES = 8;
const ICMP = { number: 1, echo: 8, reply: 0 } as const;
const UDP_NUMBER = 17;
/** Bytes of one of the recorder's control messages, `struct msg` in its `proto.h`. */
const CONTROL_BYTES = 32;
/** The recorder's ping: ICMP header and payload. */
const PING_BYTES = 64;

/** A datagram of the guest's application to the sink: `l2test.c`. */
export function sentDatagram(payloadBytes: number, number: number): Uint8Array {
  const frame = ipv4(GUEST_MAC, SINK_MAC, GUEST_IPV4, SINK_IPV4, UDP_NUMBER, payloadBytes + 8);
  return udp(frame, PORT.sink, payloadBytes, number);
}

/** A datagram of the host's generator to the guest: `l1gen.c`. */
export function receivedDatagram(payloadBytes: number, number: number): Uint8Array {
  const frame = ipv4(HOST_MAC, GUEST_MAC, HOST_IPV4, GUEST_IPV4, UDP_NUMBER, payloadBytes + 8);
  return udp(frame, PORT.guest, payloadBytes, number);
}

/** What generator and guest say to each other between phases; nobody answers it. */
export function controlDatagram(): Uint8Array {
  const frame = ipv4(HOST_MAC, GUEST_MAC, HOST_IPV4, GUEST_IPV4, UDP_NUMBER, CONTROL_BYTES + 8);
  return udp(frame, PORT.control, CONTROL_BYTES, 0);
}

/** An echo request: of the guest's application, or to the guest. */
export function ping(fromGuest: boolean, number: number): Uint8Array {
  const frame = fromGuest
    ? ipv4(GUEST_MAC, HOST_MAC, GUEST_IPV4, HOST_IPV4, ICMP.number, PING_BYTES)
    : ipv4(HOST_MAC, GUEST_MAC, HOST_IPV4, GUEST_IPV4, ICMP.number, PING_BYTES);
  frame[TRANSPORT] = ICMP.echo;
  new DataView(frame.buffer).setUint16(TRANSPORT + 6, number);
  return withIcmpChecksum(frame);
}

/** Whether a frame asks for an echo. */
export function isPing(frame: Uint8Array): boolean {
  return frame[IP + 9] === ICMP.number && frame[TRANSPORT] === ICMP.echo;
}

/** What Linux answers to an echo request: addresses exchanged (net/ipv4/icmp.c, icmp_echo). */
export function replyTo(request: Uint8Array): Uint8Array {
  const reply = request.slice();
  reply.set(request.subarray(6, 12), 0);
  reply.set(request.subarray(0, 6), 6);
  reply.set(request.subarray(30, 34), 26);
  reply.set(request.subarray(26, 30), 30);
  reply[TRANSPORT] = ICMP.reply;
  return withIcmpChecksum(reply);
}

function withIcmpChecksum(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer);
  view.setUint16(TRANSPORT + 2, 0);
  view.setUint16(TRANSPORT + 2, internetChecksum(frame, TRANSPORT, frame.length));
  return frame;
}

function ipv4(
  from: Uint8Array,
  to: Uint8Array,
  source: Uint8Array,
  target: Uint8Array,
  protocol: number,
  byteCount: number,
): Uint8Array {
  const frame = new Uint8Array(TRANSPORT + byteCount);
  const view = new DataView(frame.buffer);
  frame.set(to, 0);
  frame.set(from, 6);
  view.setUint16(12, 0x0800);
  view.setUint16(IP, 0x4500);
  view.setUint16(IP + 2, 20 + byteCount);
  view.setUint16(IP + 6, 0x4000);
  view.setUint16(IP + 8, 0x4000 | protocol);
  frame.set(source, 26);
  frame.set(target, 30);
  view.setUint16(24, internetChecksum(frame, IP, TRANSPORT));
  return frame;
}

function udp(frame: Uint8Array, port: number, payloadBytes: number, number: number): Uint8Array {
  const view = new DataView(frame.buffer);
  const length = UDP_BYTES + payloadBytes;
  view.setUint16(TRANSPORT, PORT.control);
  view.setUint16(TRANSPORT + 2, port);
  view.setUint16(TRANSPORT + 4, length);
  const payload = TRANSPORT + UDP_BYTES;
  for (let at = 0; at < payloadBytes; at++) frame[payload + at] = at & 0xff;
  if (payloadBytes >= 4) view.setUint32(payload, number, true);
  const sum = pseudoHeaderSum(frame, 26, 8, UDP_NUMBER, length);
  const checksum = ~onesComplementSum(frame, TRANSPORT, frame.length, sum) & 0xffff;
  view.setUint16(TRANSPORT + 6, checksum === 0 ? 0xffff : checksum);
  return frame;
}
