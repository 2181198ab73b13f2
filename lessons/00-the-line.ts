/** Preamble and start delimiter, 8 bytes; frame check sequence, 4; gap between packets, 12. */
const OVERHEAD_BYTES = 24;

/**
 * How long a frame occupies a wire of 1 Gbit/s, in ns; `sizeBytes` is the frame without its check
 * sequence. Source: IEEE 802.3-2018, 4.4.2 MAC parameters.
 */
export function wireNanoseconds(sizeBytes: number): number {
  return (sizeBytes + OVERHEAD_BYTES) * 8;
}
