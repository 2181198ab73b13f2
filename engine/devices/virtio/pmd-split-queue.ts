import type { Mbuf } from "../../guest/mbuf.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { PmdQueue, type PmdQueueOptions } from "./pmd-queue.ts";
import {
  AVAIL_F_NO_INTERRUPT,
  availBytes,
  DESC_BYTES,
  DESC_F,
  SPLIT_DESC,
  splitRingBytes,
  USED_F_NO_NOTIFY,
  usedBytes,
  usedOffset,
} from "./ring-layout.ts";

/** VIRTIO_VRING_ALIGN. */
const ALIGNMENT = 4096;
const FLAGS = 0;
const INDEX = 2;
const RING = 4;
/** VQ_RING_DESC_CHAIN_END. */
const CHAIN_END = 32_768;

/** A split virtqueue of DPDK's driver: drivers/net/virtio/virtqueue.h and virtio_rxtx.c. */
export class PmdSplitQueue extends PmdQueue {
  readonly descAddress: number;
  readonly driverAddress: number;
  readonly deviceAddress: number;
  readonly perCacheLine = 8;
  readonly #desc: SharedBlock;
  readonly #avail: SharedBlock;
  readonly #used: SharedBlock;
  #head = 0;
  #tail: number;
  #availIdx = 0;
  #usedIdx = 0;

  constructor(machine: Machine, options: PmdQueueOptions) {
    super(machine, options);
    const { num, name } = options;
    const byteCount = splitRingBytes(num, ALIGNMENT);
    this.descAddress = machine.memory.allocate(byteCount, ALIGNMENT);
    this.driverAddress = this.descAddress + DESC_BYTES * num;
    this.deviceAddress = this.descAddress + usedOffset(num, ALIGNMENT);
    this.#desc = machine.block(`${name}_desc`, this.descAddress, DESC_BYTES * num);
    this.#avail = machine.block(`${name}_avail`, this.driverAddress, availBytes(num));
    this.#used = machine.block(`${name}_used`, this.deviceAddress, usedBytes(num));
    machine.ringIndices.set(name, "driver", "vq_used_cons_idx", () => this.#usedIdx);
    this.#tail = num - 1;
    // vring_desc_init_split, virtqueue_disable_intr.
    const { view } = machine.memory;
    for (let i = 0; i < num; i++) {
      const at = this.descAddress + i * DESC_BYTES + SPLIT_DESC.next;
      view.setUint16(at, i + 1 === num ? CHAIN_END : i + 1, true);
    }
    this.#avail.store16(FLAGS, AVAIL_F_NO_INTERRUPT);
  }

  get usedReady(): boolean {
    return this.machine.memory.view.getUint16(this.deviceAddress + INDEX, true) !== this.#usedIdx;
  }

  get usedPosition(): number {
    return this.#usedIdx;
  }

  usedCount(): number {
    return (this.#used.load16(INDEX) - this.#usedIdx) & 0xffff;
  }

  add(mbuf: Mbuf, address: number, byteCount: number, write: boolean): void {
    const at = this.#head;
    const base = at * DESC_BYTES;
    this.mbufs[at] = mbuf;
    this.#desc.store64(base + SPLIT_DESC.addr, address);
    this.#desc.store32(base + SPLIT_DESC.len, byteCount);
    this.#desc.store16(base + SPLIT_DESC.flags, write ? DESC_F.WRITE : 0);
    this.#head = this.#desc.load16(base + SPLIT_DESC.next);
    if (this.#head === CHAIN_END) this.#tail = CHAIN_END;
    this.freeCount--;
    this.#avail.store16(RING + 2 * (this.#availIdx & (this.num - 1)), at);
    this.#availIdx = (this.#availIdx + 1) & 0xffff;
  }

  publish(): boolean {
    this.#avail.store16(INDEX, this.#availIdx);
    return (this.#used.load16(FLAGS) & USED_F_NO_NOTIFY) === 0;
  }

  take(): Mbuf | undefined {
    const entry = RING + 8 * (this.#usedIdx & (this.num - 1));
    const head = this.#used.load32(entry) & 0xffff;
    this.lastBytes = this.#used.load32(entry + 4);
    const mbuf = this.mbufs[head];
    // A driver that has no such mbuf stays where it is, and so does everything behind it.
    if (mbuf === undefined) return undefined;
    this.#usedIdx = (this.#usedIdx + 1) & 0xffff;
    this.mbufs[head] = undefined;
    this.#free(head);
    return mbuf;
  }

  /** `vq_ring_free_chain`, for chains of one. */
  #free(head: number): void {
    this.#desc.load16(head * DESC_BYTES + SPLIT_DESC.flags);
    if (this.#tail === CHAIN_END) this.#head = head;
    else this.#desc.store16(this.#tail * DESC_BYTES + SPLIT_DESC.next, head);
    this.#tail = head;
    this.#desc.store16(head * DESC_BYTES + SPLIT_DESC.next, CHAIN_END);
    this.freeCount++;
  }
}
