import type { GuestMemory } from "../../memory/guest-memory.ts";
import type { RingIndices } from "../../memory/ring-indices.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import type { ScatterList } from "./scatter-list.ts";

/** What a ring needs of the guest it lives in. */
export interface RingServices {
  readonly memory: GuestMemory;
  /** A named stretch of guest memory that driver and device share. */
  block(name: string, base: number, byteCount: number): SharedBlock;
  /** Where the driver stands is made known here. */
  readonly ringIndices: RingIndices;
}

/** What a driver says when it makes a virtqueue. */
export interface DriverVirtqueueOptions {
  /** Prefix of the blocks: `rx`, `tx`, `ctrl`. */
  readonly name: string;
  /** Number of the queue at its device. */
  readonly index: number;
  /** Entries, a power of two for a split ring. */
  readonly num: number;
  /** Alignment in bytes of the used ring in a split ring. */
  readonly alignment: number;
  /** VIRTIO_RING_F_EVENT_IDX was negotiated. */
  readonly event: boolean;
  /** VIRTIO_RING_F_INDIRECT_DESC was negotiated, and no context is kept per buffer. */
  readonly indirect: boolean;
  /** Whether the driver has a callback: without one it never wants interrupts. */
  readonly hasCallback: boolean;
  /** Tells the device about queue `index`: the transport's doorbell. */
  readonly notify: (index: number) => void;
}

/** No buffer: what `getBuf` and `detachUnused` give when there is nothing. */
export const NO_BUFFER = -1;

/**
 * The driver's side of a virtqueue, as Linux keeps it: drivers/virtio/virtio_ring.c, struct
 * vring_virtqueue. A buffer is known by a token, a non-negative number of the driver's choice.
 */
export abstract class DriverVirtqueue {
  readonly name: string;
  readonly index: number;
  readonly num: number;
  /** Descriptors that are free. */
  numFree: number;
  /** The device made a mess of the ring: nothing is added or taken any more. */
  broken = false;
  /** Bytes that the device wrote into the buffer that `getBuf` gave last. */
  lastBytes = 0;
  /** The context of the buffer that `getBuf` gave last. */
  lastContext = 0;
  protected readonly event: boolean;
  protected readonly indirect: boolean;
  protected readonly notifyDevice: (index: number) => void;
  protected readonly services: RingServices;
  protected eventTriggered = false;
  protected numAdded = 0;
  protected freeHead = 0;
  protected readonly tokens: Int32Array;
  protected readonly contexts: Int32Array;
  /** Address of the indirect table of a head, or 0. */
  protected readonly indirectTables: Float64Array;
  protected readonly indirectCounts: Uint16Array;

  constructor(options: DriverVirtqueueOptions, services: RingServices) {
    this.name = options.name;
    this.index = options.index;
    this.num = options.num;
    this.numFree = options.num;
    this.event = options.event;
    this.indirect = options.indirect;
    this.notifyDevice = options.notify;
    this.services = services;
    this.tokens = new Int32Array(options.num).fill(NO_BUFFER);
    this.contexts = new Int32Array(options.num);
    this.indirectTables = new Float64Array(options.num);
    this.indirectCounts = new Uint16Array(options.num);
  }

  /** Guest-physical address of the descriptors. */
  abstract readonly descAddress: number;
  /** Guest-physical address of the driver area (available ring, driver event suppression). */
  abstract readonly driverAddress: number;
  /** Guest-physical address of the device area (used ring, device event suppression). */
  abstract readonly deviceAddress: number;

  /**
   * `virtqueue_add`: exposes a buffer.
   * @param token What `getBuf` gives back for it.
   * @param context What the driver keeps with it.
   * @returns False when there is no room or the ring is broken.
   */
  abstract add(list: ScatterList, token: number, context: number): boolean;

  /** `virtqueue_kick_prepare`: whether the device wants to be told of what was added. */
  abstract kickPrepare(): boolean;

  /** `virtqueue_get_buf_ctx`: the token of the next buffer that the device is done with. */
  abstract getBuf(): number;

  /** `more_used`: whether the device is done with a buffer. */
  abstract moreUsed(): boolean;

  /** `virtqueue_disable_cb`: no interrupts, please; only a hint. */
  abstract disableCb(): void;

  /** `virtqueue_poll`: whether buffers were used since `enableCbPrepare` gave `opaque`. */
  abstract poll(opaque: number): boolean;

  /** `virtqueue_detach_unused_buf`: the token of a buffer that was never used. */
  abstract detachUnused(): number;

  /** Gives the ring's memory back (`vring_free`). */
  abstract free(): void;

  protected abstract enableCbPrepareRing(): number;
  protected abstract enableCbDelayedRing(): boolean;

  /** `virtqueue_enable_cb_prepare`: interrupts again; the result goes to `poll`. */
  enableCbPrepare(): number {
    this.eventTriggered = false;
    return this.enableCbPrepareRing();
  }

  /**
   * `virtqueue_enable_cb_delayed`: interrupts again, but only when most of what is outstanding is
   * done; false when more is done already.
   */
  enableCbDelayed(): boolean {
    this.eventTriggered = false;
    return this.enableCbDelayedRing();
  }

  /** `virtqueue_kick`: tells the device if it wants to know. */
  kick(): void {
    if (this.kickPrepare()) this.notifyDevice(this.index);
  }

  /** `vring_interrupt` up to the callback: false when there is nothing to do (IRQ_NONE). */
  interruptHasWork(): boolean {
    if (!this.moreUsed() || this.broken) return false;
    if (this.event) this.eventTriggered = true;
    return true;
  }

  /** BAD_RING: the device used a buffer that it did not get. */
  protected badRing(): number {
    this.broken = true;
    return NO_BUFFER;
  }

  protected storeIndirect(head: number, table: number, count: number): void {
    this.indirectTables[head] = table;
    this.indirectCounts[head] = count;
  }

  protected freeIndirect(head: number): void {
    const table = this.indirectTables[head] as number;
    if (table === 0) return;
    this.services.memory.free(table, (this.indirectCounts[head] as number) * 16, 16);
    this.indirectTables[head] = 0;
  }

  protected useIndirect(pieces: number): boolean {
    return this.indirect && pieces > 1 && this.numFree > 0;
  }
}
