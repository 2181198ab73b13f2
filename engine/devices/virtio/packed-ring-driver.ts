import type { SharedBlock } from "../../memory/shared-block.ts";
import {
  type DriverVirtqueueOptions,
  DriverVirtqueue,
  NO_BUFFER,
  type RingServices,
} from "./driver-virtqueue.ts";
import { needEvent } from "./notification.ts";
import { DESC_BYTES, DESC_F, EVENT, EVENT_FLAG, PACKED_DESC, WRAP_COUNTER } from "./ring-layout.ts";
import type { ScatterList } from "./scatter-list.ts";

const PAGE = 4096;

/**
 * The driver's side of a packed virtqueue: drivers/virtio/virtio_ring.c, functions *_packed, each
 * load and store in its order as the compiler of Debian's 6.12 kernel left it (of a descriptor:
 * address, id, length, and the flags of the first one last of all).
 */
export class PackedRingDriver extends DriverVirtqueue {
  readonly descAddress: number;
  readonly driverAddress: number;
  readonly deviceAddress: number;
  readonly #desc: SharedBlock;
  readonly #driver: SharedBlock;
  readonly #device: SharedBlock;
  readonly #byteCount: number;
  readonly #next: Uint16Array;
  readonly #counts: Uint16Array;
  readonly #lasts: Uint16Array;
  #availWrap = true;
  #availUsedFlags: number = DESC_F.AVAIL;
  #nextAvailIdx = 0;
  #eventFlagsShadow: number = EVENT_FLAG.ENABLE;
  /** Index in bits 0 to 14, wrap counter in bit 15. */
  #lastUsedIdx = WRAP_COUNTER;

  constructor(options: DriverVirtqueueOptions, services: RingServices) {
    super(options, services);
    const { num, name } = options;
    const { memory } = services;
    this.#byteCount = Math.ceil((DESC_BYTES * num) / PAGE) * PAGE;
    this.descAddress = memory.allocate(this.#byteCount, PAGE);
    this.driverAddress = memory.allocate(PAGE, PAGE);
    this.deviceAddress = memory.allocate(PAGE, PAGE);
    this.#desc = services.block(`${name}_desc_ring`, this.descAddress, DESC_BYTES * num);
    this.#driver = services.block(`${name}_driver_event`, this.driverAddress, EVENT.bytes);
    this.#device = services.block(`${name}_device_event`, this.deviceAddress, EVENT.bytes);
    const wrap = (): number => (this.#availWrap ? WRAP_COUNTER : 0);
    services.ringIndices.set(name, "driver", "next_avail_idx", () => this.#nextAvailIdx | wrap());
    services.ringIndices.set(name, "driver", "last_used_idx", () => this.#lastUsedIdx);
    this.#next = new Uint16Array(num);
    for (let i = 0; i < num - 1; i++) this.#next[i] = i + 1;
    this.#counts = new Uint16Array(num);
    this.#lasts = new Uint16Array(num);
    if (!options.hasCallback) {
      this.#eventFlagsShadow = EVENT_FLAG.DISABLE;
      this.#driver.store16(EVENT.flags, EVENT_FLAG.DISABLE);
    }
  }

  add(list: ScatterList, token: number, context: number): boolean {
    if (this.broken) return false;
    const pieces = list.count;
    const indirect = this.useIndirect(pieces);
    const needed = indirect ? 1 : pieces;
    if (this.numFree < needed) return false;
    const id = this.freeHead;
    if (indirect) this.#addIndirect(list, id);
    else this.#addDirect(list, id);
    this.numFree -= needed;
    this.#counts[id] = needed;
    this.tokens[id] = token;
    this.contexts[id] = context;
    this.numAdded += needed;
    return true;
  }

  kickPrepare(): boolean {
    const newIndex = this.#nextAvailIdx;
    const oldIndex = newIndex - this.numAdded;
    this.numAdded = 0;
    const event = this.#device.load32(0);
    const flags = event >>> 16;
    if (flags !== EVENT_FLAG.DESC) return flags !== EVENT_FLAG.DISABLE;
    const wrap = (event & WRAP_COUNTER) !== 0;
    let eventIndex = event & (WRAP_COUNTER - 1);
    if (wrap !== this.#availWrap) eventIndex -= this.num;
    return needEvent(eventIndex, newIndex, oldIndex);
  }

  moreUsed(): boolean {
    return this.#isUsed(this.#lastUsedIdx);
  }

  getBuf(): number {
    if (this.broken || !this.moreUsed()) return NO_BUFFER;
    const at = (this.#lastUsedIdx & (WRAP_COUNTER - 1)) * DESC_BYTES;
    const id = this.#desc.load16(at + PACKED_DESC.id);
    const token = id < this.num ? (this.tokens[id] as number) : NO_BUFFER;
    // Before the last load, behind which an interrupt may come: Linux counts on a few instructions
    // after it, long before its next access.
    if (token !== NO_BUFFER) this.#countUsed(this.#counts[id] as number);
    this.lastBytes = this.#desc.load32(at + PACKED_DESC.len);
    if (token === NO_BUFFER) return this.badRing();
    this.#detach(id);
    if (this.#eventFlagsShadow === EVENT_FLAG.DESC) {
      this.#driver.load16(EVENT.offWrap);
      this.#driver.store16(EVENT.offWrap, this.#lastUsedIdx);
    }
    return token;
  }

  disableCb(): void {
    if (this.#eventFlagsShadow === EVENT_FLAG.DISABLE) return;
    this.#eventFlagsShadow = EVENT_FLAG.DISABLE;
    // An event that was triggered is not triggered again: nothing to switch off.
    if (!this.eventTriggered) this.#driver.store16(EVENT.flags, EVENT_FLAG.DISABLE);
  }

  poll(opaque: number): boolean {
    return !this.broken && this.#isUsed(opaque);
  }

  detachUnused(): number {
    for (let id = 0; id < this.num; id++) {
      const token = this.tokens[id] as number;
      if (token === NO_BUFFER) continue;
      this.#detach(id);
      return token;
    }
    return NO_BUFFER;
  }

  free(): void {
    const { memory } = this.services;
    memory.free(this.deviceAddress, PAGE, PAGE);
    memory.free(this.driverAddress, PAGE, PAGE);
    memory.free(this.descAddress, this.#byteCount, PAGE);
  }

  protected enableCbPrepareRing(): number {
    if (this.event) this.#driver.store16(EVENT.offWrap, this.#lastUsedIdx);
    this.#allowInterrupts();
    return this.#lastUsedIdx;
  }

  protected enableCbDelayedRing(): boolean {
    if (this.event) {
      const wait = Math.floor(((this.num - this.numFree) * 3) / 4);
      let used = (this.#lastUsedIdx & (WRAP_COUNTER - 1)) + wait;
      let wrap = this.#lastUsedIdx & WRAP_COUNTER;
      if (used >= this.num) {
        used -= this.num;
        wrap ^= WRAP_COUNTER;
      }
      this.#driver.store16(EVENT.offWrap, used | wrap);
    }
    this.#allowInterrupts();
    return !this.#isUsed(this.#lastUsedIdx);
  }

  #allowInterrupts(): void {
    if (this.#eventFlagsShadow !== EVENT_FLAG.DISABLE) return;
    this.#eventFlagsShadow = this.event ? EVENT_FLAG.DESC : EVENT_FLAG.ENABLE;
    this.#driver.store16(EVENT.flags, this.#eventFlagsShadow);
  }

  #countUsed(descriptors: number): void {
    let used = (this.#lastUsedIdx & (WRAP_COUNTER - 1)) + descriptors;
    let wrap = this.#lastUsedIdx & WRAP_COUNTER;
    if (used >= this.num) {
      used -= this.num;
      wrap ^= WRAP_COUNTER;
    }
    this.#lastUsedIdx = used | wrap;
  }

  #isUsed(indexAndWrap: number): boolean {
    const at = (indexAndWrap & (WRAP_COUNTER - 1)) * DESC_BYTES;
    const flags = this.#desc.load16(at + PACKED_DESC.flags);
    const avail = (flags & DESC_F.AVAIL) !== 0;
    const used = (flags & DESC_F.USED) !== 0;
    return avail === used && used === ((indexAndWrap & WRAP_COUNTER) !== 0);
  }

  #addDirect(list: ScatterList, id: number): void {
    const desc = this.#desc;
    const head = this.#nextAvailIdx;
    const pieces = list.count;
    let at = head;
    let state = id;
    let last = id;
    let headFlags = 0;
    for (let i = 0; i < pieces; i++) {
      const base = at * DESC_BYTES;
      const flags =
        this.#availUsedFlags |
        (i + 1 === pieces ? 0 : DESC_F.NEXT) |
        (i < list.outCount ? 0 : DESC_F.WRITE);
      if (i === 0) headFlags = flags;
      else desc.store16(base + PACKED_DESC.flags, flags);
      desc.store64(base + PACKED_DESC.addr, list.addresses[i] as number);
      desc.store16(base + PACKED_DESC.id, id);
      desc.store32(base + PACKED_DESC.len, list.lengths[i] as number);
      last = state;
      state = this.#next[state] as number;
      at = this.#advance(at);
    }
    this.#nextAvailIdx = at;
    this.freeHead = state;
    this.#lasts[id] = last;
    desc.store16(head * DESC_BYTES + PACKED_DESC.flags, headFlags);
  }

  #addIndirect(list: ScatterList, id: number): void {
    const pieces = list.count;
    const table = this.services.memory.allocate(pieces * DESC_BYTES, DESC_BYTES);
    const view = this.services.memory.view;
    for (let i = 0; i < pieces; i++) {
      const base = table + i * DESC_BYTES;
      const address = list.addresses[i] as number;
      view.setUint32(base, address, true);
      view.setUint32(base + 4, address / 4294967296, true);
      view.setUint32(base + PACKED_DESC.len, list.lengths[i] as number, true);
      view.setUint16(base + PACKED_DESC.flags, i < list.outCount ? 0 : DESC_F.WRITE, true);
    }
    this.storeIndirect(id, table, pieces);
    const base = this.#nextAvailIdx * DESC_BYTES;
    const flags = DESC_F.INDIRECT | this.#availUsedFlags;
    this.#desc.store64(base + PACKED_DESC.addr, table);
    this.#desc.store32(base + PACKED_DESC.len, pieces * DESC_BYTES);
    this.#desc.store16(base + PACKED_DESC.id, id);
    this.#nextAvailIdx = this.#advance(this.#nextAvailIdx);
    this.freeHead = this.#next[id] as number;
    this.#lasts[id] = id;
    this.#desc.store16(base + PACKED_DESC.flags, flags);
  }

  #advance(index: number): number {
    if (index + 1 < this.num) return index + 1;
    this.#availWrap = !this.#availWrap;
    this.#availUsedFlags ^= DESC_F.AVAIL | DESC_F.USED;
    return 0;
  }

  #detach(id: number): void {
    this.tokens[id] = NO_BUFFER;
    this.#next[this.#lasts[id] as number] = this.freeHead;
    this.freeHead = id;
    this.numFree += this.#counts[id] as number;
    this.lastContext = this.contexts[id] as number;
    this.freeIndirect(id);
  }
}
