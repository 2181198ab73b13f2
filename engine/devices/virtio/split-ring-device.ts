import { type AvailableBytes, DeviceVirtqueue, type VirtqueueOwner } from "./device-virtqueue.ts";
import {
  AVAIL_F_NO_INTERRUPT,
  availBytes,
  availEventOffset,
  DESC_BYTES,
  DESC_F,
  SPLIT_DESC,
  USED_F_NO_NOTIFY,
  usedBytes,
  usedEventOffset,
} from "./ring-layout.ts";
import type { VirtqueueElement } from "./virtqueue-element.ts";

/** The device's side of a split virtqueue: hw/virtio/virtio.c, functions virtqueue_split_*. */
export class SplitRingDevice extends DeviceVirtqueue {
  readonly #descId: number;
  readonly #availId: number;
  readonly #usedId: number;
  #descAddress = 0;
  #descLength = 0;
  #descFlags = 0;
  #descNext = 0;

  /** @param name Prefix of the blocks in the trace: `rx`, `tx`, `ctrl`. */
  constructor(owner: VirtqueueOwner, name: string, index: number, num: number) {
    super(owner, index, num);
    this.#descId = owner.traceId(`${name}_desc`);
    this.#availId = owner.traceId(`${name}_avail`);
    this.#usedId = owner.traceId(`${name}_used`);
  }

  empty(): boolean {
    if (this.owner.disabled || !this.mapped) return true;
    if (this.shadowAvailIdx !== this.lastAvailIdx) return false;
    return this.#loadAvailIdx() === this.lastAvailIdx;
  }

  peek(): boolean {
    if (this.owner.disabled || !this.mapped) return false;
    return this.owner.memory.view.getUint16(this.avail + 2, true) !== this.lastAvailIdx;
  }

  more(): boolean {
    return this.shadowAvailIdx !== this.lastAvailIdx;
  }

  pop(element: VirtqueueElement): boolean {
    if (this.empty()) return false;
    if (this.inUse >= this.num) return this.fault("sizeExceeded", this.inUse);
    const head = this.#head(this.lastAvailIdx);
    this.lastAvailIdx = (this.lastAvailIdx + 1) & 0xffff;
    if (head >= this.num) return this.fault("headRange", head);
    if (this.owner.eventIndex) this.#storeAvailEvent(this.lastAvailIdx);
    element.clear();
    let max = this.num;
    let table = this.desc;
    this.#fetch(table, head);
    if ((this.#descFlags & DESC_F.INDIRECT) !== 0) {
      table = this.#descAddress;
      max = this.indirectEntries(table, this.#descLength);
      if (max < 0) return false;
      this.#fetch(table, 0);
    }
    if (!this.#collectChain(element, table, max)) return this.dropBadElement(element);
    element.index = head;
    this.inUse++;
    return true;
  }

  unpop(element: VirtqueueElement): void {
    this.lastAvailIdx = (this.lastAvailIdx - 1) & 0xffff;
    this.detach(element);
  }

  shouldNotify(): boolean {
    const owner = this.owner;
    if (owner.notifyOnEmpty && this.inUse === 0 && this.empty()) return true;
    if (!owner.eventIndex) {
      const flags = this.mapped ? owner.dma.load16(this.avail, this.#availId) : 0;
      return (flags & AVAIL_F_NO_INTERRUPT) === 0;
    }
    const valid = this.signalledUsedValid;
    const old = this.signalledUsed;
    this.signalledUsedValid = true;
    this.signalledUsed = this.usedIdx;
    if (!valid) return true;
    const event = this.mapped
      ? owner.dma.load16(this.avail + usedEventOffset(this.num), this.#availId)
      : 0;
    return this.eventPassed(event, this.usedIdx, old);
  }

  availableBytes(result: AvailableBytes, inWanted: number, outWanted: number): void {
    result.inBytes = 0;
    result.outBytes = 0;
    result.opaque = -1;
    if (this.desc === 0 || !this.mapped) return;
    if (!this.#addUp(result, inWanted, outWanted)) {
      result.inBytes = 0;
      result.outBytes = 0;
    }
    result.opaque = this.shadowAvailIdx;
  }

  protected areaBytes(area: "desc" | "avail" | "used"): number {
    const event = this.owner.eventIndex ? 0 : 2;
    if (area === "desc") return DESC_BYTES * this.num;
    return (area === "avail" ? availBytes(this.num) : usedBytes(this.num)) - event;
  }

  protected fillRing(element: VirtqueueElement, byteCount: number, position: number): void {
    const at = this.used + 4 + 8 * ((this.usedIdx + position) % this.num);
    this.owner.dma.store32(at, element.index, this.#usedId);
    this.owner.dma.store32(at + 4, byteCount, this.#usedId);
  }

  protected flushRing(count: number): void {
    const old = this.usedIdx;
    const now = (old + count) & 0xffff;
    this.owner.dma.store16(this.used + 2, now, this.#usedId);
    this.usedIdx = now;
    this.inUse -= count;
    const distance = (((now - this.signalledUsed) & 0xffff) << 16) >> 16;
    if (distance < ((now - old) & 0xffff)) this.signalledUsedValid = false;
  }

  protected writeNotification(enable: boolean): void {
    const { dma } = this.owner;
    if (this.owner.eventIndex) {
      const shadow = this.#loadAvailIdx();
      this.#storeAvailEvent(shadow);
      return;
    }
    const flags = dma.load16(this.used, this.#usedId);
    const now = enable ? flags & ~USED_F_NO_NOTIFY : flags | USED_F_NO_NOTIFY;
    dma.store16(this.used, now, this.#usedId);
  }

  protected pollFrom(shadowIndex: number): boolean {
    return shadowIndex !== this.#loadAvailIdx();
  }

  #collectChain(element: VirtqueueElement, table: number, max: number): boolean {
    for (let entries = 1; ; entries++) {
      if (!this.collect(element, this.#descFlags, this.#descAddress, this.#descLength))
        return false;
      if (entries > max) return this.fault("loop", entries);
      if ((this.#descFlags & DESC_F.NEXT) === 0) return true;
      if (this.#descNext >= max) return this.fault("nextRange", this.#descNext);
      this.#fetch(table, this.#descNext);
    }
  }

  /** `virtqueue_split_get_avail_bytes`; false when the guest broke the ring. */
  #addUp(result: AvailableBytes, inWanted: number, outWanted: number): boolean {
    let index = this.lastAvailIdx;
    let total = 0;
    for (;;) {
      const heads = this.#headCount(index);
      if (heads <= 0) return heads === 0;
      const head = this.#head(index);
      if (head >= this.num) return this.fault("headRange", head);
      index = (index + 1) & 0xffff;
      let max = this.num;
      let table = this.desc;
      let buffers = total;
      this.#fetch(table, head);
      const indirect = (this.#descFlags & DESC_F.INDIRECT) !== 0;
      if (indirect) {
        if (buffers >= max) return this.fault("loop", buffers);
        table = this.#descAddress;
        max = this.indirectEntries(table, this.#descLength);
        if (max < 0) return false;
        buffers = 0;
        this.#fetch(table, 0);
      }
      for (;;) {
        if (++buffers > max) return this.fault("loop", buffers);
        if ((this.#descFlags & DESC_F.WRITE) !== 0) result.inBytes += this.#descLength;
        else result.outBytes += this.#descLength;
        if (result.inBytes >= inWanted && result.outBytes >= outWanted) return true;
        if ((this.#descFlags & DESC_F.NEXT) === 0) break;
        if (this.#descNext >= max) return this.fault("nextRange", this.#descNext);
        this.#fetch(table, this.#descNext);
      }
      total = indirect ? total + 1 : buffers;
    }
  }

  /** `virtqueue_num_heads`: waiting buffers from `index` on, or -1 after a fault. */
  #headCount(index: number): number {
    const avail = this.shadowAvailIdx !== index ? this.shadowAvailIdx : this.#loadAvailIdx();
    const heads = (avail - index) & 0xffff;
    if (heads <= this.num) return heads;
    this.fault("indexJump", heads);
    return -1;
  }

  #head(index: number): number {
    return this.owner.dma.load16(this.avail + 4 + 2 * (index % this.num), this.#availId);
  }

  #loadAvailIdx(): number {
    this.shadowAvailIdx = this.owner.dma.load16(this.avail + 2, this.#availId);
    return this.shadowAvailIdx;
  }

  #storeAvailEvent(value: number): void {
    if (!this.notification) return;
    this.owner.dma.store16(this.used + availEventOffset(this.num), value, this.#usedId);
  }

  #fetch(table: number, index: number): void {
    const scratch = this.owner.scratchAddress;
    this.owner.dma.fetch(table + index * DESC_BYTES, scratch, DESC_BYTES, this.#descId);
    const { view } = this.owner.memory;
    this.#descAddress =
      view.getUint32(scratch + 4, true) * 4294967296 + view.getUint32(scratch, true);
    this.#descLength = view.getUint32(scratch + SPLIT_DESC.len, true);
    this.#descFlags = view.getUint16(scratch + SPLIT_DESC.flags, true);
    this.#descNext = view.getUint16(scratch + SPLIT_DESC.next, true);
  }
}
