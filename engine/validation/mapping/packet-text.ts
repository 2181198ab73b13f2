/** Smallest frame without FCS. */
const SMALLEST_BYTES = 60;
/** A full frame without FCS at an MTU of 1500. */
const FULL_BYTES = 1514;
/** Ethernet, IPv4 and TCP or UDP before the payload of a request. */
const HEADER_BYTES = 42;

/** Bytes of a frame without FCS as a text names the packet: "64 B", "60 B", "1 B RR", "MTU 1500". */
export function readFrameBytes(packet: string): number {
  if (/MTU 1500|bulk|1500 ?B|1518/i.test(packet)) return FULL_BYTES;
  const number = /(\d+)\s*(B|bytes)/i.exec(packet);
  if (number === null) return SMALLEST_BYTES;
  const bytes = Number(number[1]);
  // Requests are counted without headers, frames of 64 to 1518 bytes with their FCS.
  const frame = /RR|req|payload/i.test(packet)
    ? bytes + HEADER_BYTES
    : bytes >= 64
      ? bytes - 4
      : bytes;
  return Math.min(FULL_BYTES, Math.max(SMALLEST_BYTES, frame));
}
