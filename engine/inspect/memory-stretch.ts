/**
 * What bytes of memory are for: a slot of a ring, a structure that driver and device share, a buffer
 * that a slot points to, the bytes of a frame, a table that hardware walks, host memory with a known
 * purpose, memory of the guest's kernel and driver, or nothing.
 */
export type MemoryUse =
  | "ring"
  | "structure"
  | "buffer"
  | "frame"
  | "table"
  | "host"
  | "kernel"
  | "unused";

/** A stretch of memory that has one use and one owner. */
export interface MemoryStretch {
  readonly address: number;
  readonly byteCount: number;
  readonly use: MemoryUse;
  /** Who may act on it now: the ring's rule says so, or whose memory it is; "none" where nobody uses it. */
  readonly owner: "driver" | "device" | "none";
  /** What it is, in a few words. */
  readonly title: string;
  /** The ring and slot it is, or that points to it. */
  readonly ring?: string;
  readonly slot?: number;
  /** The packet whose bytes lie there, counted from 1. */
  readonly packet?: number;
}
