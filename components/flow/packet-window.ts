import type { Trace } from "#engine";

/** A stretch of rows: `first` to `end` - 1. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/**
 * Where each packet's rows begin: entry p is the first row of packet p, the last entry the length of
 * the trace. The stretches between them cover every row once, so that counts of packets add up to
 * those of the run; rows that belong to no packet stand with the packet that went before.
 */
export function packetStarts(trace: Trace, packetCount: number): Int32Array {
  const starts = new Int32Array(packetCount + 1).fill(-1);
  for (let row = 0; row < trace.length; row++) {
    const packet = trace.packet[row] ?? -1;
    if (packet >= 0 && packet < packetCount && starts[packet] === -1) starts[packet] = row;
  }
  starts[0] = 0;
  starts[packetCount] = trace.length;
  let next = trace.length;
  for (let packet = packetCount - 1; packet > 0; packet--) {
    const start = starts[packet] ?? -1;
    // A packet without a row of its own, or overtaken by the next one, has an empty stretch.
    next = start === -1 || start > next ? next : start;
    starts[packet] = next;
  }
  return starts;
}

/** The rows of one packet, counted from 0. */
export function packetWindow(starts: Int32Array, packet: number): RowWindow {
  return { first: starts[packet] ?? 0, end: starts[packet + 1] ?? 0 };
}
