import type { Mbuf } from "../../guest/mbuf.ts";
import type { Machine } from "../../machine.ts";

/** What a poll-mode driver says when it makes a virtqueue. */
export interface PmdQueueOptions {
  /** Prefix of the blocks in the trace: `rx`, `tx`. */
  readonly name: string;
  /** Number of the queue at its device. */
  readonly index: number;
  /** Entries, a power of two. */
  readonly num: number;
}

/**
 * A virtqueue as DPDK's virtio driver keeps it: drivers/net/virtio/virtqueue.h, struct virtqueue.
 * One descriptor for each mbuf, its header in the headroom; interrupts are switched off once, and the
 * driver never asks for event indices.
 */
export abstract class PmdQueue {
  readonly index: number;
  readonly num: number;
  /** Descriptors that are free (`vq_free_cnt`). */
  freeCount: number;
  /** Bytes that the device wrote into the mbuf that `take` gave last. */
  lastBytes = 0;
  protected readonly machine: Machine;
  protected readonly mbufs: (Mbuf | undefined)[];

  constructor(machine: Machine, options: PmdQueueOptions) {
    this.machine = machine;
    this.index = options.index;
    this.num = options.num;
    this.freeCount = options.num;
    this.mbufs = new Array<Mbuf | undefined>(options.num).fill(undefined);
  }

  /** Guest-physical addresses of the three areas. */
  abstract readonly descAddress: number;
  abstract readonly driverAddress: number;
  abstract readonly deviceAddress: number;
  /** Used descriptors that fill a cache line: a burst ends on one (DESC_PER_CACHELINE). */
  abstract readonly perCacheLine: number;

  /** Whether the device is done with an mbuf: looks without a row. */
  abstract readonly usedReady: boolean;

  /** `virtqueue_nused`: mbufs that the device is done with, as far as one look tells. */
  abstract usedCount(): number;

  /** Where the driver is in the used ring (`vq_used_cons_idx`). */
  abstract readonly usedPosition: number;

  /** Puts an mbuf into the next free descriptor. */
  abstract add(mbuf: Mbuf, address: number, byteCount: number, write: boolean): void;

  /** Shows what was added to the device; whether it wants to be told (`virtqueue_kick_prepare`). */
  abstract publish(): boolean;

  /** Takes the next mbuf that the device is done with; undefined when there is none, or a wrong one. */
  abstract take(): Mbuf | undefined;

  /** `virtqueue_detach_unused`: an mbuf that the device still has. */
  detach(): Mbuf | undefined {
    const at = this.mbufs.findIndex((mbuf) => mbuf !== undefined);
    if (at < 0) return undefined;
    const mbuf = this.mbufs[at];
    this.mbufs[at] = undefined;
    return mbuf;
  }
}
