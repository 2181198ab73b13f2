import { type AvailableBytes, DeviceVirtqueue, type VirtqueueOwner } from "./device-virtqueue.ts";
import { DESC_BYTES, DESC_F, EVENT, EVENT_FLAG, PACKED_DESC, WRAP_COUNTER } from "./ring-layout.ts";
import type { VirtqueueElement } from "./virtqueue-element.ts";

/** The device's side of a packed virtqueue: hw/virtio/virtio.c, functions virtqueue_packed_*. */
export class PackedRingDevice extends DeviceVirtqueue {
  readonly #descId: number;
  readonly #driverId: number;
  readonly #deviceId: number;
  readonly #filledIds: Uint16Array;
  readonly #filledBytes: Uint32Array;
  readonly #filledCounts: Uint16Array;
  #lastAvailWrap = true;
  #shadowAvailWrap = true;
  #usedWrap = true;
  #descAddress = 0;
  #descLength = 0;
  #descFlags = 0;
  #descBufferId = 0;

  /** @param name Prefix of the blocks in the trace: `rx`, `tx`, `ctrl`. */
  constructor(owner: VirtqueueOwner, name: string, index: number, num: number) {
    super(owner, index, num);
    this.#descId = owner.traceId(`${name}_desc_ring`);
    this.#driverId = owner.traceId(`${name}_driver_event`);
    this.#deviceId = owner.traceId(`${name}_device_event`);
    this.#filledIds = new Uint16Array(num);
    this.#filledBytes = new Uint32Array(num);
    this.#filledCounts = new Uint16Array(num);
  }

  override get availPosition(): number {
    return this.lastAvailIdx | (this.#lastAvailWrap ? WRAP_COUNTER : 0);
  }

  override get usedPosition(): number {
    return this.usedIdx | (this.#usedWrap ? WRAP_COUNTER : 0);
  }

  override reset(): void {
    super.reset();
    this.#lastAvailWrap = true;
    this.#shadowAvailWrap = true;
    this.#usedWrap = true;
  }

  empty(): boolean {
    if (this.owner.disabled || !this.mapped) return true;
    const at = this.desc + this.lastAvailIdx * DESC_BYTES + PACKED_DESC.flags;
    return !isAvailable(this.owner.dma.load16(at, this.#descId), this.#lastAvailWrap);
  }

  peek(): boolean {
    if (this.owner.disabled || !this.mapped) return false;
    const at = this.desc + this.lastAvailIdx * DESC_BYTES + PACKED_DESC.flags;
    return isAvailable(this.owner.memory.view.getUint16(at, true), this.#lastAvailWrap);
  }

  more(): boolean {
    return !this.empty();
  }

  pop(element: VirtqueueElement): boolean {
    if (this.empty()) return false;
    if (this.inUse >= this.num) return this.fault("sizeExceeded", this.inUse);
    element.clear();
    let max = this.num;
    let table = this.desc;
    let at = this.lastAvailIdx;
    this.#read(table, at);
    let id = this.#descBufferId;
    const indirect = (this.#descFlags & DESC_F.INDIRECT) !== 0;
    if (indirect) {
      table = this.#descAddress;
      max = this.indirectEntries(table, this.#descLength);
      if (max < 0) return false;
      at = 0;
      this.#read(table, 0);
    }
    let entries = 0;
    for (;;) {
      if (!this.collect(element, this.#descFlags, this.#descAddress, this.#descLength)) {
        return this.dropBadElement(element);
      }
      if (++entries > max) {
        this.fault("loop", entries);
        return this.dropBadElement(element);
      }
      at = this.#after(at, max, indirect);
      if (at < 0) break;
      this.#read(table, at);
    }
    if (!indirect) id = this.#descBufferId;
    element.index = id;
    element.descriptorCount = indirect ? 1 : entries;
    this.lastAvailIdx += element.descriptorCount;
    if (this.lastAvailIdx >= this.num) {
      this.lastAvailIdx -= this.num;
      this.#lastAvailWrap = !this.#lastAvailWrap;
    }
    this.inUse += element.descriptorCount;
    this.shadowAvailIdx = this.lastAvailIdx;
    this.#shadowAvailWrap = this.#lastAvailWrap;
    return true;
  }

  unpop(element: VirtqueueElement): void {
    // QEMU goes back by one descriptor, whatever the buffer took: right only for short chains.
    if (this.lastAvailIdx < 1) {
      this.lastAvailIdx += this.num;
      this.#lastAvailWrap = !this.#lastAvailWrap;
    }
    this.lastAvailIdx--;
    this.detach(element);
  }

  shouldNotify(): boolean {
    if (!this.mapped) return false;
    const { dma } = this.owner;
    const flags = dma.load16(this.avail + EVENT.flags, this.#driverId);
    const offWrap = dma.load16(this.avail + EVENT.offWrap, this.#driverId);
    const old = this.signalledUsed;
    const valid = this.signalledUsedValid;
    this.signalledUsed = this.usedIdx;
    this.signalledUsedValid = true;
    if (flags === EVENT_FLAG.DISABLE) return false;
    if (flags === EVENT_FLAG.ENABLE || !valid) return true;
    let event = offWrap & (WRAP_COUNTER - 1);
    if (((offWrap & WRAP_COUNTER) !== 0) !== this.#usedWrap) event -= this.num;
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
    return area === "desc" ? DESC_BYTES * this.num : EVENT.bytes;
  }

  protected fillRing(element: VirtqueueElement, byteCount: number, position: number): void {
    this.#filledIds[position] = element.index;
    this.#filledBytes[position] = byteCount;
    this.#filledCounts[position] = element.descriptorCount;
  }

  protected flushRing(count: number): void {
    let taken = this.#filledCounts[0] as number;
    for (let i = 1; i < count; i++) {
      this.#writeUsed(i, taken);
      taken += this.#filledCounts[i] as number;
    }
    // The first entry becomes visible last, so that the driver sees the batch at once.
    this.#writeUsed(0, 0);
    this.inUse -= taken;
    this.usedIdx += taken;
    if (this.usedIdx >= this.num) {
      this.usedIdx -= this.num;
      this.#usedWrap = !this.#usedWrap;
      this.signalledUsedValid = false;
    }
  }

  protected writeNotification(enable: boolean): void {
    const { dma } = this.owner;
    dma.load16(this.used + EVENT.flags, this.#deviceId);
    dma.load16(this.used + EVENT.offWrap, this.#deviceId);
    let flags: number = EVENT_FLAG.DISABLE;
    if (enable && this.owner.eventIndex) {
      const wrap = this.#shadowAvailWrap ? WRAP_COUNTER : 0;
      dma.store16(this.used + EVENT.offWrap, this.shadowAvailIdx | wrap, this.#deviceId);
      flags = EVENT_FLAG.DESC;
    } else if (enable) flags = EVENT_FLAG.ENABLE;
    dma.store16(this.used + EVENT.flags, flags, this.#deviceId);
  }

  protected pollFrom(shadowIndex: number): boolean {
    this.#read(this.desc, shadowIndex);
    return isAvailable(this.#descFlags, this.#shadowAvailWrap);
  }

  /** `virtqueue_packed_get_avail_bytes`; false when the guest broke the ring. */
  #addUp(result: AvailableBytes, inWanted: number, outWanted: number): boolean {
    let index = this.lastAvailIdx;
    let wrap = this.#lastAvailWrap;
    let total = 0;
    for (;;) {
      this.#read(this.desc, index);
      if (!isAvailable(this.#descFlags, wrap)) break;
      let max = this.num;
      let table = this.desc;
      let at = index;
      let buffers = total;
      const indirect = (this.#descFlags & DESC_F.INDIRECT) !== 0;
      if (indirect) {
        if (buffers >= max) return this.fault("loop", buffers);
        table = this.#descAddress;
        max = this.indirectEntries(table, this.#descLength);
        if (max < 0) return false;
        at = 0;
        buffers = 0;
        this.#read(table, 0);
      }
      for (;;) {
        if (++buffers > max) return this.fault("loop", buffers);
        if ((this.#descFlags & DESC_F.WRITE) !== 0) result.inBytes += this.#descLength;
        else result.outBytes += this.#descLength;
        if (result.inBytes >= inWanted && result.outBytes >= outWanted) return true;
        at = this.#after(at, max, indirect);
        if (at < 0) break;
        this.#read(table, at);
      }
      index += indirect ? 1 : buffers - total;
      total = indirect ? total + 1 : buffers;
      if (index >= this.num) {
        index -= this.num;
        wrap = !wrap;
      }
    }
    this.shadowAvailIdx = index;
    this.#shadowAvailWrap = wrap;
    return true;
  }

  /** `virtqueue_packed_read_next_desc`: index of the next descriptor of the chain, or -1. */
  #after(at: number, max: number, indirect: boolean): number {
    if (indirect) return at + 1 === max ? -1 : at + 1;
    if ((this.#descFlags & DESC_F.NEXT) === 0) return -1;
    return at + 1 === max ? at + 1 - this.num : at + 1;
  }

  #writeUsed(position: number, descriptorsBefore: number): void {
    const { dma } = this.owner;
    let head = this.usedIdx + descriptorsBefore;
    let wrap = this.#usedWrap;
    if (head >= this.num) {
      head -= this.num;
      wrap = !wrap;
    }
    const at = this.desc + head * DESC_BYTES;
    dma.store16(at + PACKED_DESC.id, this.#filledIds[position] as number, this.#descId);
    dma.store32(at + PACKED_DESC.len, this.#filledBytes[position] as number, this.#descId);
    dma.store16(at + PACKED_DESC.flags, wrap ? DESC_F.AVAIL | DESC_F.USED : 0, this.#descId);
  }

  #read(table: number, index: number): void {
    const scratch = this.owner.scratchAddress;
    this.owner.dma.fetch(table + index * DESC_BYTES, scratch, DESC_BYTES, this.#descId);
    const { view } = this.owner.memory;
    this.#descAddress =
      view.getUint32(scratch + 4, true) * 4294967296 + view.getUint32(scratch, true);
    this.#descLength = view.getUint32(scratch + PACKED_DESC.len, true);
    this.#descBufferId = view.getUint16(scratch + PACKED_DESC.id, true);
    this.#descFlags = view.getUint16(scratch + PACKED_DESC.flags, true);
  }
}

function isAvailable(flags: number, wrap: boolean): boolean {
  const avail = (flags & DESC_F.AVAIL) !== 0;
  return avail !== ((flags & DESC_F.USED) !== 0) && avail === wrap;
}
