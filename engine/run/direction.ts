/** Which way packets go: out of the guest, into it, or out and back from the peer. */
export const DIRECTIONS = ["tx", "rx", "echo"] as const;
/** One of {@link DIRECTIONS}. */
export type Direction = (typeof DIRECTIONS)[number];
