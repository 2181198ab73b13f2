import { assert } from "../core/assert.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { TraceStore } from "../trace/store.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { PAGE_BYTES, takeHostPage } from "./host-page.ts";
import { hostPhysical, machineAddress } from "./host-physical.ts";
import type { FaultReason, FaultRecords } from "./iommu-fault.ts";
import type { AccessClock } from "./shared-block.ts";

const HARDWARE = ACTORS.hardware.code;
const ENTRY_BYTES = 16;
/** Entries of the table: VT-d allows 2 to 65,536, Linux takes 65,536; one page is enough here. */
const ENTRIES = PAGE_BYTES / ENTRY_BYTES;
const MESSAGE_BASE = 0xfee0_0000;
const REMAPPABLE = 0x10;
const SUBHANDLE_VALID = 0x8;
const HANDLE_15 = 0x4;

const ENTRY_PRESENT = 1;
const URGENT = 0x4000;
const POSTED = 0x8000;
const VECTOR_SHIFT = 16;
/** SVT 01b: all bits of the requester are compared (SQ 00b). */
const VERIFY_REQUESTER = 1 << 18;
/** Bits 6:2 choose mode and priority in a remapped entry; in a posted one they are reserved. */
const POSTED_RESERVED = 0x00fe | 0x3000;
const REMAPPED_RESERVED = 0x7000;

/** Where an interrupt goes after remapping; one object, overwritten by each request. */
export interface RemappedRequest {
  /** Whether it is posted into a descriptor rather than sent to a host CPU. */
  posted: boolean;
  /** Host vector, or the guest's vector when it is posted. */
  vector: number;
  /** APIC identifier of the host CPU, of a remapped one. */
  destination: number;
  /** Machine address of the posted-interrupt descriptor, of a posted one. */
  descriptor: number;
  /** URG: a notification is sent even when the descriptor suppresses them. */
  urgent: boolean;
}

/** What interrupt remapping needs of its machine. */
export interface InterruptRemappingParts {
  readonly memory: GuestMemory;
  readonly trace: TraceStore;
  readonly clock: Pick<AccessClock, "nowCycles">;
  readonly faults: FaultRecords;
}

/**
 * Interrupt remapping and posting: the table of entries in host memory, the cache of them, and the
 * decoding of messages. Intel VT-d 5.1 "Interrupt Remapping", 5.2 "Interrupt Posting", 9.10 and 9.11
 * "Interrupt Remapping Table Entry". Every device's message names an entry; what it may cause stands
 * there, written by the host, so a device cannot send a vector of its own choice.
 */
export class InterruptRemapping {
  /** Machine address of the table (IRTA_REG). */
  readonly table: number;
  /** Hears of changes: of entries, and of which are cached. */
  onChange: (() => void) | undefined;
  readonly #parts: InterruptRemappingParts;
  readonly #invalidate: () => void;
  readonly #cached = new Uint8Array(ENTRIES);
  readonly #words = new Uint32Array(ENTRIES * 4);
  readonly #request: RemappedRequest = {
    posted: false,
    vector: 0,
    destination: 0,
    descriptor: -1,
    urgent: false,
  };
  readonly #entryName: number;
  readonly #cacheName: number;
  #next = 0;

  /** @param invalidate Invalidates the interrupt-entry cache by the queue. */
  constructor(parts: InterruptRemappingParts, invalidate: () => void) {
    this.#parts = parts;
    this.#invalidate = invalidate;
    this.table = takeHostPage(parts.memory, "interrupt-remapping table");
    this.#entryName = parts.trace.id("VT-d: interrupt-remapping entry");
    this.#cacheName = parts.trace.id("VT-d: interrupt entry cache");
  }

  /** Entries taken so far. */
  get allocatedCount(): number {
    return this.#next;
  }

  /** Whether the hardware has an entry in its cache. */
  isCached(index: number): boolean {
    return this.#cached[index] === 1;
  }

  /** Takes a free entry. */
  allocate(): number {
    assert(this.#next < ENTRIES, `${ENTRIES} interrupt-remapping entries are enough`);
    return this.#next++;
  }

  /** Address word of the message that names an entry: VT-d 5.1.2.2 "Remappable Format". */
  messageAddress(index: number): number {
    const handle = ((index & 0x7fff) << 5) | ((index >> 15) & 1 ? HANDLE_15 : 0);
    return (MESSAGE_BASE | REMAPPABLE | handle) >>> 0;
  }

  /** Host software: the entry sends `vector` to the host CPU `destination`. */
  writeRemapped(index: number, requester: number, vector: number, destination: number): void {
    this.#write(index, ENTRY_PRESENT | (vector << VECTOR_SHIFT), destination << 8, requester, 0);
  }

  /** Host software: the entry posts the guest's `vector` into a descriptor (machine address). */
  writePosted(
    index: number,
    requester: number,
    vector: number,
    descriptor: number,
    urgent = false,
  ): void {
    const address = hostPhysical(descriptor);
    const low = ENTRY_PRESENT | POSTED | (urgent ? URGENT : 0) | (vector << VECTOR_SHIFT);
    this.#write(index, low, (address >>> 0) & 0xffff_ffc0, requester, address / 4294967296);
  }

  /** Host software: the entry is free; its messages fault. */
  clear(index: number): void {
    const at = this.table + index * ENTRY_BYTES;
    this.#parts.memory.bytes.fill(0, at, at + ENTRY_BYTES);
    this.onChange?.();
    this.#invalidate();
  }

  /** Hardware: forgets all cached entries. */
  dropCache(): void {
    let count = 0;
    for (const cached of this.#cached) count += cached;
    this.#cached.fill(0);
    this.#note(KIND.invalidation, this.#cacheName, 0, count);
    this.onChange?.();
  }

  /**
   * Hardware: a device writes a message. Undefined when it is blocked (a fault says why); the result
   * is overwritten by the next request.
   */
  remap(requester: number, address: number, data: number): Readonly<RemappedRequest> | undefined {
    if ((address & REMAPPABLE) === 0) {
      return this.#block("compatibilityFormatBlocked", requester, 0);
    }
    const handle = ((address >>> 5) & 0x7fff) | ((address & HANDLE_15) === 0 ? 0 : 0x8000);
    const subhandle = (address & SUBHANDLE_VALID) !== 0;
    if (subhandle && data > 0xffff) return this.#block("interruptReserved", requester, handle);
    const index = handle + (subhandle ? data & 0xffff : 0);
    if (index >= ENTRIES) return this.#block("interruptIndexBeyondTable", requester, index);
    if (this.#cached[index] === 0) this.#read(index);
    const at = index * 4;
    const low = this.#words[at] as number;
    if ((low & ENTRY_PRESENT) === 0) {
      return this.#block("interruptEntryNotPresent", requester, index);
    }
    const reserved = (low & POSTED) !== 0 ? POSTED_RESERVED : REMAPPED_RESERVED;
    if ((low & reserved) !== 0) return this.#block("interruptEntryReserved", requester, index);
    // Only present entries without faults are cached: VT-d 6.2.7 "Interrupt Entry Cache".
    if (this.#cached[index] === 0) {
      this.#cached[index] = 1;
      this.onChange?.();
    }
    const source = this.#words[at + 2] as number;
    if ((source & VERIFY_REQUESTER) !== 0 && (source & 0xffff) !== requester) {
      return this.#block("sourceNotVerified", requester, index);
    }
    return this.#decode(index, requester);
  }

  #decode(index: number, requester: number): Readonly<RemappedRequest> | undefined {
    const words = this.#words;
    const low = words[index * 4] as number;
    const second = words[index * 4 + 1] as number;
    const request = this.#request;
    request.posted = (low & POSTED) !== 0;
    request.vector = (low >>> VECTOR_SHIFT) & 0xff;
    request.urgent = (low & URGENT) !== 0;
    request.destination = request.posted ? 0 : (second >>> 8) & 0xff;
    request.descriptor = -1;
    if (!request.posted) return request;
    const high = words[index * 4 + 3] as number;
    const descriptor = machineAddress(high * 4294967296 + ((second & 0xffff_ffc0) >>> 0));
    if (descriptor < 0 || descriptor + 64 > this.#parts.memory.bytes.length) {
      return this.#block("postedDescriptorInaccessible", requester, index);
    }
    request.descriptor = descriptor;
    return request;
  }

  #read(index: number): void {
    const { view } = this.#parts.memory;
    const at = this.table + index * ENTRY_BYTES;
    for (let i = 0; i < 4; i++) this.#words[index * 4 + i] = view.getUint32(at + 4 * i, true);
    this.#note(KIND.tableLookup, this.#entryName, index, this.#words[index * 4] as number);
  }

  #write(index: number, low: number, second: number, requester: number, high: number): void {
    const { view } = this.#parts.memory;
    const at = this.table + index * ENTRY_BYTES;
    const changed = (view.getUint32(at, true) & ENTRY_PRESENT) !== 0;
    view.setUint32(at + 12, high, true);
    view.setUint32(at + 8, VERIFY_REQUESTER | requester, true);
    view.setUint32(at + 4, second, true);
    view.setUint32(at, low, true);
    this.onChange?.();
    if (changed) this.#invalidate();
  }

  #block(reason: FaultReason, requester: number, index: number): undefined {
    this.#parts.faults.report(reason, requester, index, true);
    return undefined;
  }

  #note(kind: number, name: number, a: number, b: number): void {
    const { trace, clock } = this.#parts;
    trace.row(clock.nowCycles, kind, HARDWARE, name, 0, a, b);
  }
}
