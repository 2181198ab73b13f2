import { internetChecksum, onesComplementSum, pseudoHeaderSum } from "../../packets/checksum.ts";

const HEADER_BYTES = 42;
const UDP = 17;
const PORT = 9000;

/**
 * A UDP datagram of the agent as a frame of any length from 42 bytes: addresses of both ends, a
 * payload that no comparison looks at, right checksums.
 */
export function agentFrame(guestMac: Uint8Array, frameBytes: number, sequence: number): Uint8Array {
  const frame = new Uint8Array(Math.max(HEADER_BYTES, frameBytes));
  const view = new DataView(frame.buffer);
  frame.set([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff], 0);
  frame.set(guestMac, 6);
  view.setUint16(12, 0x0800);
  view.setUint16(14, 0x4500);
  view.setUint16(16, frame.length - 14);
  view.setUint16(18, sequence & 0xffff);
  view.setUint16(20, 0x4000);
  view.setUint16(22, 0x4000 | UDP);
  frame.set([10, 9, 0, 2, 10, 9, 0, 1], 26);
  view.setUint16(24, internetChecksum(frame, 14, 34));
  view.setUint16(34, PORT);
  view.setUint16(36, PORT);
  view.setUint16(38, frame.length - 34);
  frame.fill(sequence, HEADER_BYTES);
  const pseudo = pseudoHeaderSum(frame, 26, 8, UDP, frame.length - 34);
  const sum = ~onesComplementSum(frame, 34, frame.length, pseudo) & 0xffff;
  view.setUint16(40, sum === 0 ? 0xffff : sum);
  return frame;
}
