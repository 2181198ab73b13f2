import type { Machine } from "../machine.ts";
import { BufferPool } from "../memory/buffer-pool.ts";

/** struct rte_mbuf, RTE_PKTMBUF_HEADROOM and 2,048 bytes of room, as rte_pktmbuf_pool_create makes them. */
const HEADER_BYTES = 128;
/** Room before a frame: RTE_PKTMBUF_HEADROOM. */
export const MBUF_HEADROOM_BYTES = 128;
/** Room for a frame in one mbuf. */
export const MBUF_DATA_BYTES = 2048;
const PAGE_BYTES = 4096;
const DATA_OFFSET = HEADER_BYTES + MBUF_HEADROOM_BYTES;

/** A packet buffer of DPDK: lib/mbuf/rte_mbuf_core.h, struct rte_mbuf, of one segment. */
export class Mbuf {
  /** Guest-physical address of the frame's first byte. */
  dataAddress = 0;
  /** Frame bytes without FCS. */
  byteCount = 0;
  /** The packet's number in the scenario, or -1. */
  packet = -1;
}

/** A pool of mbufs in the guest's hugepages, with as many as an application makes. */
export class MbufPool {
  readonly #machine: Machine;
  readonly #buffers: BufferPool;
  readonly #free: Mbuf[] = [];
  /** Each buffer is a page of its own, as where pages are granted to others. */
  readonly #inPages: boolean;
  #left: number;

  /** @param count Mbufs in the pool. */
  constructor(machine: Machine, count: number, inPages = false) {
    this.#machine = machine;
    this.#left = count;
    this.#inPages = inPages;
    this.#buffers = inPages
      ? new BufferPool(machine.memory, PAGE_BYTES, PAGE_BYTES)
      : new BufferPool(machine.memory, DATA_OFFSET + MBUF_DATA_BYTES, 64);
  }

  /** `rte_pktmbuf_alloc`: an mbuf, or undefined when the pool is empty. */
  take(): Mbuf | undefined {
    if (this.#left === 0) return undefined;
    this.#left--;
    const mbuf = this.#free.pop() ?? new Mbuf();
    mbuf.dataAddress = this.#buffers.take() + DATA_OFFSET;
    mbuf.byteCount = 0;
    mbuf.packet = -1;
    return mbuf;
  }

  /** `rte_pktmbuf_free`. */
  give(mbuf: Mbuf): void {
    this.#left++;
    this.#machine.packets.set(mbuf.dataAddress, -1);
    const { dataAddress } = mbuf;
    const offset = this.#inPages ? dataAddress % PAGE_BYTES : DATA_OFFSET;
    this.#buffers.give(dataAddress - offset);
    this.#free.push(mbuf);
  }
}
