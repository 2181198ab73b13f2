import type { Mbuf } from "../../guest/mbuf.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { PmdQueue, type PmdQueueOptions } from "./pmd-queue.ts";
import { DESC_BYTES, DESC_F, EVENT, EVENT_FLAG, PACKED_DESC, WRAP_COUNTER } from "./ring-layout.ts";

const PAGE = 4096;

/** A packed virtqueue of DPDK's driver: drivers/net/virtio/virtqueue.h and virtio_rxtx.c. */
export class PmdPackedQueue extends PmdQueue {
  readonly descAddress: number;
  readonly driverAddress: number;
  readonly deviceAddress: number;
  readonly perCacheLine = 4;
  readonly #ring: SharedBlock;
  readonly #device: SharedBlock;
  /** Buffer identifiers that are free, the next one last. */
  readonly #freeIds: Uint16Array;
  #availIdx = 0;
  #usedIdx = 0;
  /** VRING_PACKED_DESC_F_AVAIL_USED of this round. */
  #availFlags: number = DESC_F.AVAIL;
  #usedWrap = true;

  constructor(machine: Machine, options: PmdQueueOptions) {
    super(machine, options);
    const { num, name } = options;
    this.descAddress = machine.memory.allocate(DESC_BYTES * num + PAGE, PAGE);
    this.driverAddress = this.descAddress + DESC_BYTES * num;
    this.deviceAddress = this.driverAddress + 64;
    this.#ring = machine.block(`${name}_desc_ring`, this.descAddress, DESC_BYTES * num);
    const driver = machine.block(`${name}_driver_event`, this.driverAddress, EVENT.bytes);
    this.#device = machine.block(`${name}_device_event`, this.deviceAddress, EVENT.bytes);
    this.#freeIds = Uint16Array.from({ length: num }, (_, i) => num - 1 - i);
    const { ringIndices } = machine;
    const availWrap = (): number => ((this.#availFlags & DESC_F.AVAIL) !== 0 ? WRAP_COUNTER : 0);
    const usedWrap = (): number => (this.#usedWrap ? WRAP_COUNTER : 0);
    ringIndices.set(name, "driver", "vq_avail_idx", () => this.#availIdx | availWrap());
    ringIndices.set(name, "driver", "vq_used_cons_idx", () => this.#usedIdx | usedWrap());
    driver.store16(EVENT.flags, EVENT_FLAG.DISABLE);
  }

  get usedReady(): boolean {
    const at = this.descAddress + this.#usedIdx * DESC_BYTES + PACKED_DESC.flags;
    return this.#isUsed(this.machine.memory.view.getUint16(at, true));
  }

  get usedPosition(): number {
    return this.#usedIdx;
  }

  /** A packed ring tells of one descriptor at a time: whether the next one is used. */
  usedCount(): number {
    const flags = this.#ring.load16(this.#usedIdx * DESC_BYTES + PACKED_DESC.flags);
    return this.#isUsed(flags) ? 1 : 0;
  }

  add(mbuf: Mbuf, address: number, byteCount: number, write: boolean): void {
    const id = this.#freeIds[this.freeCount - 1] as number;
    const base = this.#availIdx * DESC_BYTES;
    const flags = this.#availFlags | (write ? DESC_F.WRITE : 0);
    this.mbufs[id] = mbuf;
    this.freeCount--;
    this.#ring.store64(base + PACKED_DESC.addr, address);
    this.#ring.store32(base + PACKED_DESC.len, byteCount);
    this.#ring.store16(base + PACKED_DESC.id, id);
    // virtqueue_store_flags_packed: last, so that the device sees the rest with it.
    this.#ring.store16(base + PACKED_DESC.flags, flags);
    if (++this.#availIdx < this.num) return;
    this.#availIdx = 0;
    this.#availFlags ^= DESC_F.AVAIL | DESC_F.USED;
  }

  publish(): boolean {
    return this.#device.load16(EVENT.flags) !== EVENT_FLAG.DISABLE;
  }

  take(): Mbuf | undefined {
    if (this.usedCount() === 0) return undefined;
    const base = this.#usedIdx * DESC_BYTES;
    this.lastBytes = this.#ring.load32(base + PACKED_DESC.len);
    const id = this.#ring.load16(base + PACKED_DESC.id);
    const mbuf = this.mbufs[id];
    if (mbuf === undefined) return undefined;
    this.mbufs[id] = undefined;
    this.#freeIds[this.freeCount++] = id;
    if (++this.#usedIdx === this.num) {
      this.#usedIdx = 0;
      this.#usedWrap = !this.#usedWrap;
    }
    return mbuf;
  }

  #isUsed(flags: number): boolean {
    const used = (flags & DESC_F.USED) !== 0;
    return used === ((flags & DESC_F.AVAIL) !== 0) && used === this.#usedWrap;
  }
}
