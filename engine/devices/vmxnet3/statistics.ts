/** Kind of a frame by its destination address; the order of the counters in shared memory. */
export const FRAME_KIND = { unicast: 0, multicast: 1, broadcast: 2 } as const;

/** The kind of the frame whose first byte is `bytes[at]`. */
export function frameKind(bytes: Uint8Array, at: number): number {
  if (((bytes[at] as number) & 1) === 0) return FRAME_KIND.unicast;
  for (let i = 0; i < 6; i++) if (bytes[at + i] !== 0xff) return FRAME_KIND.multicast;
  return FRAME_KIND.broadcast;
}

const COUNTERS = 10;
/** Bytes of one queue's counters in shared memory. */
export const STATISTICS_BYTES = 8 * COUNTERS;
/** Counters of the one path (TSO, LRO) and of failures, behind packets and bytes of each kind. */
const AGGREGATED = 0;
const BY_KIND = 2;
const FIRST_FAILURE = 8;

/**
 * The counters of one queue, UPT1_TxStats or UPT1_RxStats: aggregated packets and bytes, packets
 * and bytes of each kind, two failures. They reach shared memory when the driver asks (GET_STATS).
 * Source: `drivers/net/vmxnet3/upt1_defs.h`.
 */
export class QueueStatistics {
  readonly #counters = new Float64Array(COUNTERS);

  /** All zero. */
  reset(): void {
    this.#counters.fill(0);
  }

  /** Counts a frame that went through; `aggregated` when it stands for several (TSO, LRO). */
  frame(kind: number, byteCount: number, aggregated: boolean): void {
    this.#add(BY_KIND + 2 * kind, 1);
    this.#add(BY_KIND + 2 * kind + 1, byteCount);
    if (!aggregated) return;
    this.#add(AGGREGATED, 1);
    this.#add(AGGREGATED + 1, byteCount);
  }

  /** Counts a frame lost for the first reason: transmit error, or no receive buffer. */
  firstFailure(): void {
    this.#add(FIRST_FAILURE, 1);
  }

  /** Counts a frame lost for the second reason: transmit discard, or receive error. */
  secondFailure(): void {
    this.#add(FIRST_FAILURE + 1, 1);
  }

  /** Lays the counters out as the shared area holds them: 80 bytes. */
  store(view: DataView, at: number): void {
    for (let i = 0; i < COUNTERS; i++) {
      const value = this.#counters[i] as number;
      view.setUint32(at + 8 * i, value, true);
      view.setUint32(at + 8 * i + 4, value / 4294967296, true);
    }
  }

  #add(index: number, amount: number): void {
    this.#counters[index] = (this.#counters[index] as number) + amount;
  }
}
