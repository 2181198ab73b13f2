import type { SharedBlock } from "../../memory/shared-block.ts";
import {
  type DriverVirtqueueOptions,
  DriverVirtqueue,
  NO_BUFFER,
  type RingServices,
} from "./driver-virtqueue.ts";
import { needEvent } from "./notification.ts";
import {
  AVAIL_F_NO_INTERRUPT,
  availBytes,
  availEventOffset,
  DESC_BYTES,
  DESC_F,
  SPLIT_DESC,
  splitRingBytes,
  USED_F_NO_NOTIFY,
  usedBytes,
  usedEventOffset,
  usedOffset,
} from "./ring-layout.ts";
import type { ScatterList } from "./scatter-list.ts";

const AVAIL_FLAGS = 0;
const AVAIL_IDX = 2;
const AVAIL_RING = 4;
const USED_FLAGS = 0;
const USED_IDX = 2;
const USED_RING = 4;
const PAGE = 4096;

/**
 * The driver's side of a split virtqueue: every load and store of the ring in the order of
 * drivers/virtio/virtio_ring.c, functions *_split, as the compiler of Debian's 6.12 kernel left
 * them (a store with `smp_store_mb` is an exchange: a load and a store; the flag test when a chain
 * is taken back reads one byte).
 */
export class SplitRingDriver extends DriverVirtqueue {
  readonly descAddress: number;
  readonly driverAddress: number;
  readonly deviceAddress: number;
  readonly #desc: SharedBlock;
  readonly #avail: SharedBlock;
  readonly #used: SharedBlock;
  readonly #mask: number;
  readonly #usedEvent: number;
  readonly #availEvent: number;
  readonly #byteCount: number;
  readonly #next: Uint16Array;
  #availFlagsShadow = 0;
  #availIdxShadow = 0;
  #lastUsedIdx = 0;

  constructor(options: DriverVirtqueueOptions, services: RingServices) {
    super(options, services);
    const { num, name, alignment } = options;
    this.#mask = num - 1;
    this.#usedEvent = usedEventOffset(num);
    this.#availEvent = availEventOffset(num);
    this.#byteCount = Math.ceil(splitRingBytes(num, alignment) / PAGE) * PAGE;
    this.descAddress = services.memory.allocate(this.#byteCount, PAGE);
    this.driverAddress = this.descAddress + DESC_BYTES * num;
    this.deviceAddress = this.descAddress + usedOffset(num, alignment);
    this.#desc = services.block(`${name}_desc`, this.descAddress, DESC_BYTES * num);
    this.#avail = services.block(`${name}_avail`, this.driverAddress, availBytes(num));
    this.#used = services.block(`${name}_used`, this.deviceAddress, usedBytes(num));
    services.ringIndices.set(name, "driver", "last_used_idx", () => this.#lastUsedIdx);
    this.#next = new Uint16Array(num);
    for (let i = 0; i < num - 1; i++) this.#next[i] = i + 1;
    if (!options.hasCallback) {
      this.#availFlagsShadow = AVAIL_F_NO_INTERRUPT;
      if (!this.event) this.#avail.store16(AVAIL_FLAGS, this.#availFlagsShadow);
    }
  }

  add(list: ScatterList, token: number, context: number): boolean {
    if (this.broken) return false;
    const pieces = list.count;
    const indirect = this.useIndirect(pieces);
    const needed = indirect ? 1 : pieces;
    if (this.numFree < needed) {
      // Linux tells the device in any case when a buffer to be read does not fit.
      if (list.outCount > 0) this.notifyDevice(this.index);
      return false;
    }
    const head = this.freeHead;
    if (indirect) this.#addIndirect(list, head);
    else this.freeHead = this.#addDirect(list, head);
    this.numFree -= needed;
    this.tokens[head] = token;
    this.contexts[head] = context;
    this.#avail.store16(AVAIL_RING + 2 * (this.#availIdxShadow & this.#mask), head);
    this.#availIdxShadow = (this.#availIdxShadow + 1) & 0xffff;
    this.#avail.store16(AVAIL_IDX, this.#availIdxShadow);
    if (++this.numAdded === 0xffff) this.kick();
    return true;
  }

  kickPrepare(): boolean {
    const newIndex = this.#availIdxShadow;
    const oldIndex = newIndex - this.numAdded;
    this.numAdded = 0;
    if (this.event) return needEvent(this.#used.load16(this.#availEvent), newIndex, oldIndex);
    return (this.#used.load16(USED_FLAGS) & USED_F_NO_NOTIFY) === 0;
  }

  moreUsed(): boolean {
    return this.#lastUsedIdx !== this.#used.load16(USED_IDX);
  }

  getBuf(): number {
    if (this.broken || !this.moreUsed()) return NO_BUFFER;
    const at = USED_RING + 8 * (this.#lastUsedIdx & this.#mask);
    const head = this.#used.load32(at);
    this.lastBytes = this.#used.load32(at + 4);
    if (head >= this.num) return this.badRing();
    const token = this.tokens[head] as number;
    if (token === NO_BUFFER) return this.badRing();
    // Before the chain's loads, behind which an interrupt may come: Linux counts on a few
    // instructions after the last of them, long before its next access.
    this.#lastUsedIdx = (this.#lastUsedIdx + 1) & 0xffff;
    this.#detach(head);
    if ((this.#availFlagsShadow & AVAIL_F_NO_INTERRUPT) === 0) {
      this.#exchangeUsedEvent(this.#lastUsedIdx);
    }
    return token;
  }

  disableCb(): void {
    if ((this.#availFlagsShadow & AVAIL_F_NO_INTERRUPT) !== 0) return;
    this.#availFlagsShadow |= AVAIL_F_NO_INTERRUPT;
    // An event that was triggered is not triggered again: nothing to switch off.
    if (this.eventTriggered) return;
    if (this.event) this.#avail.store16(this.#usedEvent, 0);
    else this.#avail.store16(AVAIL_FLAGS, this.#availFlagsShadow);
  }

  poll(opaque: number): boolean {
    return !this.broken && opaque !== this.#used.load16(USED_IDX);
  }

  detachUnused(): number {
    for (let head = 0; head < this.num; head++) {
      const token = this.tokens[head] as number;
      if (token === NO_BUFFER) continue;
      this.#detach(head);
      this.#availIdxShadow = (this.#availIdxShadow - 1) & 0xffff;
      this.#avail.store16(AVAIL_IDX, this.#availIdxShadow);
      return token;
    }
    return NO_BUFFER;
  }

  free(): void {
    this.services.memory.free(this.descAddress, this.#byteCount, PAGE);
  }

  protected enableCbPrepareRing(): number {
    this.#allowInterrupts();
    this.#avail.store16(this.#usedEvent, this.#lastUsedIdx);
    return this.#lastUsedIdx;
  }

  protected enableCbDelayedRing(): boolean {
    this.#allowInterrupts();
    const outstanding = (this.#availIdxShadow - this.#lastUsedIdx) & 0xffff;
    const wait = Math.floor((outstanding * 3) / 4);
    this.#exchangeUsedEvent((this.#lastUsedIdx + wait) & 0xffff);
    return ((this.#used.load16(USED_IDX) - this.#lastUsedIdx) & 0xffff) <= wait;
  }

  #allowInterrupts(): void {
    if ((this.#availFlagsShadow & AVAIL_F_NO_INTERRUPT) === 0) return;
    this.#availFlagsShadow &= ~AVAIL_F_NO_INTERRUPT;
    if (!this.event) this.#avail.store16(AVAIL_FLAGS, this.#availFlagsShadow);
  }

  #exchangeUsedEvent(value: number): void {
    this.#avail.load16(this.#usedEvent);
    this.#avail.store16(this.#usedEvent, value);
  }

  #addDirect(list: ScatterList, head: number): number {
    const desc = this.#desc;
    let at = head;
    let last = head;
    for (let i = 0; i < list.count; i++) {
      const flags = i < list.outCount ? DESC_F.NEXT : DESC_F.NEXT | DESC_F.WRITE;
      const base = at * DESC_BYTES;
      last = at;
      at = this.#next[at] as number;
      desc.store16(base + SPLIT_DESC.flags, flags);
      desc.store64(base + SPLIT_DESC.addr, list.addresses[i] as number);
      desc.store32(base + SPLIT_DESC.len, list.lengths[i] as number);
      desc.store16(base + SPLIT_DESC.next, at);
    }
    const flagsAt = last * DESC_BYTES + SPLIT_DESC.flags;
    desc.store16(flagsAt, desc.load16(flagsAt) & ~DESC_F.NEXT);
    return at;
  }

  #addIndirect(list: ScatterList, head: number): void {
    const pieces = list.count;
    const table = this.services.memory.allocate(pieces * DESC_BYTES, DESC_BYTES);
    const view = this.services.memory.view;
    for (let i = 0; i < pieces; i++) {
      const base = table + i * DESC_BYTES;
      const address = list.addresses[i] as number;
      const more = i < pieces - 1 ? DESC_F.NEXT : 0;
      view.setUint32(base, address, true);
      view.setUint32(base + 4, address / 4294967296, true);
      view.setUint32(base + SPLIT_DESC.len, list.lengths[i] as number, true);
      view.setUint16(base + SPLIT_DESC.flags, more | (i < list.outCount ? 0 : DESC_F.WRITE), true);
      view.setUint16(base + SPLIT_DESC.next, i + 1, true);
    }
    this.storeIndirect(head, table, pieces);
    const base = head * DESC_BYTES;
    const next = this.#next[head] as number;
    this.#desc.store16(base + SPLIT_DESC.flags, DESC_F.INDIRECT);
    this.#desc.store64(base + SPLIT_DESC.addr, table);
    this.#desc.store32(base + SPLIT_DESC.len, pieces * DESC_BYTES);
    this.#desc.store16(base + SPLIT_DESC.next, next);
    this.freeHead = next;
  }

  #detach(head: number): void {
    this.tokens[head] = NO_BUFFER;
    let at = head;
    // Bounded by the table: the device cannot write it, and Linux follows its own `next`.
    for (let i = 1; i < this.num; i++) {
      const flags = this.#desc.load8(at * DESC_BYTES + SPLIT_DESC.flags);
      if ((flags & DESC_F.NEXT) === 0) break;
      at = this.#next[at] as number;
      this.numFree++;
    }
    this.#next[at] = this.freeHead;
    this.freeHead = head;
    this.numFree++;
    this.lastContext = this.contexts[head] as number;
    this.freeIndirect(head);
  }
}
