/** An Ethernet address as text, for example "52:54:00:12:34:56". */
export function macText(bytes: Uint8Array, offset = 0): string {
  const parts: string[] = [];
  for (const byte of bytes.subarray(offset, offset + 6)) parts.push(hex(byte, 2));
  return parts.join(":");
}

/** An IPv4 address as text, for example "192.0.2.15". */
export function ipv4Text(bytes: Uint8Array, offset = 0): string {
  return bytes.subarray(offset, offset + 4).join(".");
}

/**
 * An IPv6 address as text, lower case, the longest run of two or more zero groups as "::" (RFC
 * 5952, 4 A Recommendation for IPv6 Text Representation).
 */
export function ipv6Text(bytes: Uint8Array, offset = 0): string {
  const groups: number[] = [];
  for (let at = offset; at < offset + 16; at += 2) {
    groups.push(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  }
  const run = longestZeroRun(groups);
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  if (run.count < 2) return text(groups);
  return `${text(groups.slice(0, run.start))}::${text(groups.slice(run.start + run.count))}`;
}

/** A number as lower-case hexadecimal digits, filled with zeros to a width. */
export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

function longestZeroRun(groups: readonly number[]): { start: number; count: number } {
  let best = { start: 0, count: 0 };
  let count = 0;
  for (const [index, group] of groups.entries()) {
    count = group === 0 ? count + 1 : 0;
    if (count > best.count) best = { start: index - count + 1, count };
  }
  return best;
}
