import { assert } from "../../core/assert.ts";
import type { DmaPort } from "../../memory/dma-port.ts";
import type { GuestMemory } from "../../memory/guest-memory.ts";
import { needEvent } from "./notification.ts";
import { DESC_F } from "./ring-layout.ts";
import type { RingFault } from "./ring-fault.ts";
import { MAX_SEGMENTS, type VirtqueueElement } from "./virtqueue-element.ts";

/** Most bytes outside guest memory that QEMU maps at once for one device (its bounce buffer). */
export const STRAY_BYTES_MAX = 4096;

/** What a virtqueue needs of its device. */
export interface VirtqueueOwner {
  readonly memory: GuestMemory;
  readonly dma: DmaPort;
  /** Host memory of at least 16 bytes to fetch a descriptor into. */
  readonly scratchAddress: number;
  /** VIRTIO_RING_F_EVENT_IDX is negotiated. */
  readonly eventIndex: boolean;
  /** VIRTIO_F_NOTIFY_ON_EMPTY is negotiated. */
  readonly notifyOnEmpty: boolean;
  /** The device may not touch its rings: it is broken, or its bus mastering is off. */
  readonly disabled: boolean;
  /** Bytes outside guest memory that buffers in use hold mapped. */
  strayBytes: number;
  /** The guest broke the ring: the device needs a reset. */
  fail(fault: RingFault, value: number): void;
  /** The dictionary number of a name in the trace. */
  traceId(name: string): number;
}

/** What `availableBytes` found; `opaque` goes to `enableNotificationAndCheck`. */
export interface AvailableBytes {
  inBytes: number;
  outBytes: number;
  opaque: number;
}

/**
 * The device's side of a virtqueue, as QEMU keeps it: hw/virtio/virtio.c, struct VirtQueue. The
 * order of its accesses is QEMU's.
 */
export abstract class DeviceVirtqueue {
  /** Number of the queue at its device. */
  readonly index: number;
  /** Entries after reset. */
  readonly numDefault: number;
  /** Entries, as the driver set them. */
  num: number;
  /** Addresses of the three areas; 0 while the driver has not set them. */
  desc = 0;
  avail = 0;
  used = 0;
  /** The areas lie in guest memory. */
  mapped = false;
  /** The device wants notifications. */
  notification = true;
  /** Buffers that were taken and not given back. */
  inUse = 0;
  protected readonly owner: VirtqueueOwner;
  protected lastAvailIdx = 0;
  protected shadowAvailIdx = 0;
  protected usedIdx = 0;
  protected signalledUsed = 0;
  protected signalledUsedValid = false;

  constructor(owner: VirtqueueOwner, index: number, num: number) {
    this.owner = owner;
    this.index = index;
    this.numDefault = num;
    this.num = num;
  }

  /** Index of the next buffer that the device will take, for inspection. */
  get nextAvail(): number {
    return this.lastAvailIdx;
  }

  /** Index of the next used entry, for inspection. */
  get nextUsed(): number {
    return this.usedIdx;
  }

  /** `last_avail_idx`; in a packed ring with the wrap counter in bit 15. */
  get availPosition(): number {
    return this.lastAvailIdx;
  }

  /** `used_idx`; in a packed ring with the wrap counter in bit 15. */
  get usedPosition(): number {
    return this.usedIdx;
  }

  /** Bytes of the descriptor area, the driver area and the device area. */
  protected abstract areaBytes(area: "desc" | "avail" | "used"): number;
  /** Whether no buffer waits. */
  abstract empty(): boolean;
  /** Whether a buffer waits, as a poll would find: looks at memory without a row. */
  abstract peek(): boolean;
  /** Whether another buffer waits of those that the last look showed. */
  abstract more(): boolean;
  /** Takes the next buffer; false when there is none or the guest broke the ring. */
  abstract pop(element: VirtqueueElement): boolean;
  /** Gives back a buffer that was just taken, as if it had not been. */
  abstract unpop(element: VirtqueueElement): void;
  /** Writes the `position`-th used entry of a batch that `flush` will publish. */
  protected abstract fillRing(element: VirtqueueElement, byteCount: number, position: number): void;
  protected abstract flushRing(count: number): void;
  protected abstract writeNotification(enable: boolean): void;
  protected abstract pollFrom(shadowIndex: number): boolean;
  /** Adds up waiting buffers until `inWanted` writable and `outWanted` readable bytes are found. */
  abstract availableBytes(result: AvailableBytes, inWanted: number, outWanted: number): void;
  /** Whether the guest wants an interrupt for what was flushed. */
  abstract shouldNotify(): boolean;

  /** Puts it to the state after reset. */
  reset(): void {
    this.num = this.numDefault;
    this.desc = 0;
    this.avail = 0;
    this.used = 0;
    this.mapped = false;
    this.notification = true;
    this.inUse = 0;
    this.lastAvailIdx = 0;
    this.shadowAvailIdx = 0;
    this.usedIdx = 0;
    this.signalledUsed = 0;
    this.signalledUsedValid = false;
  }

  /** The driver sets the three areas. */
  setRings(desc: number, avail: number, used: number): void {
    this.desc = desc;
    this.avail = avail;
    this.used = used;
    this.map();
  }

  /** Checks that the areas lie in guest memory (`virtio_init_region_cache`). */
  map(): void {
    this.mapped = false;
    if (this.desc === 0) return;
    if (!this.#holds(this.desc, "desc")) this.owner.fail("descUnmapped", this.desc);
    else if (!this.#holds(this.used, "used")) this.owner.fail("usedUnmapped", this.used);
    else if (!this.#holds(this.avail, "avail")) this.owner.fail("availUnmapped", this.avail);
    else this.mapped = true;
  }

  /** Publishes a buffer at once (`virtqueue_push`). */
  push(element: VirtqueueElement, byteCount: number): void {
    this.fill(element, byteCount, 0);
    this.flush(1);
  }

  /** Writes a used entry (`virtqueue_fill`). */
  fill(element: VirtqueueElement, byteCount: number, position: number): void {
    this.#unmap(element);
    if (!this.owner.disabled && this.mapped) this.fillRing(element, byteCount, position);
  }

  /** Publishes `count` used entries (`virtqueue_flush`). */
  flush(count: number): void {
    if (this.owner.disabled) this.inUse -= count;
    else if (this.mapped) this.flushRing(count);
  }

  /** Drops a buffer without giving it back (`virtqueue_detach_element`). */
  detach(element: VirtqueueElement): void {
    this.inUse -= element.descriptorCount;
    this.#unmap(element);
  }

  /** Wants notifications, or not (`virtio_queue_set_notification`). */
  setNotification(enable: boolean): void {
    this.notification = enable;
    if (this.mapped) this.writeNotification(enable);
  }

  /** Wants notifications, and says whether buffers came since `availableBytes` gave `opaque`. */
  enableNotificationAndCheck(opaque: number): boolean {
    this.setNotification(true);
    return opaque >= 0 && !this.owner.disabled && this.mapped && this.pollFrom(opaque);
  }

  protected eventPassed(event: number, newIndex: number, oldIndex: number): boolean {
    return needEvent(event, newIndex, oldIndex);
  }

  /**
   * Adds one descriptor's bytes to the buffer (`virtqueue_map_desc`). Bytes outside guest memory go
   * to a bounce buffer, which is small: what does not fit breaks the ring.
   */
  protected mapDescriptor(
    element: VirtqueueElement,
    address: number,
    byteCount: number,
    write: boolean,
  ): boolean {
    const owner = this.owner;
    if (byteCount === 0) return this.fault("zeroLength", element.count);
    const inside = Math.max(0, Math.min(byteCount, owner.memory.guestBytes - address));
    if (inside > 0 && !this.#segment(element, address, inside, write)) return false;
    const outside = byteCount - inside;
    if (outside === 0) return true;
    const room = STRAY_BYTES_MAX - owner.strayBytes;
    const taken = Math.min(outside, room);
    if (taken > 0) {
      if (!this.#segment(element, address + inside, taken, write)) return false;
      owner.strayBytes += taken;
      element.strayBytes += taken;
    }
    return taken === outside || this.fault("strayBuffer", address);
  }

  /** Undoes the mapping of a buffer that turned out bad, and reports the fault. */
  protected fault(fault: RingFault, value: number): false {
    this.owner.fail(fault, value);
    return false;
  }

  protected dropBadElement(element: VirtqueueElement): false {
    this.#unmap(element);
    return false;
  }

  /** Collects one descriptor; false when it broke the ring. */
  protected collect(
    element: VirtqueueElement,
    flags: number,
    address: number,
    byteCount: number,
  ): boolean {
    const write = (flags & DESC_F.WRITE) !== 0;
    if (!write && element.inCount > 0) return this.fault("wrongOrder", element.count);
    return this.mapDescriptor(element, address, byteCount, write);
  }

  /** Checks an indirect table; its entries, or -1 when it broke the ring. */
  protected indirectEntries(address: number, byteCount: number): number {
    if (byteCount === 0 || byteCount % 16 !== 0) {
      this.owner.fail("indirectSize", byteCount);
      return -1;
    }
    if (!this.owner.memory.contains(address, byteCount)) {
      this.owner.fail("indirectUnmapped", address);
      return -1;
    }
    return byteCount / 16;
  }

  #holds(address: number, area: "desc" | "avail" | "used"): boolean {
    return this.owner.memory.contains(address, this.areaBytes(area));
  }

  #segment(element: VirtqueueElement, address: number, byteCount: number, write: boolean): boolean {
    const at = element.count;
    if (at >= MAX_SEGMENTS) return this.fault("tooManySegments", at);
    element.addresses[at] = address;
    element.lengths[at] = byteCount;
    if (write) element.inCount++;
    else element.outCount++;
    return true;
  }

  #unmap(element: VirtqueueElement): void {
    this.owner.strayBytes -= element.strayBytes;
    assert(this.owner.strayBytes >= 0, "what is unmapped was mapped");
    element.strayBytes = 0;
  }
}
