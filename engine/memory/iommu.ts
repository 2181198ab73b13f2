import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { TraceStore } from "../trace/store.ts";
import type { DmaTranslation } from "./dma-port.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { takeHostPage } from "./host-page.ts";
import { hostPhysical } from "./host-physical.ts";
import { InterruptRemapping } from "./interrupt-remapping.ts";
import {
  GRANULARITY,
  INVALIDATE,
  InvalidationQueue,
  type InvalidationRequest,
} from "./invalidation-queue.ts";
import { IommuDomain } from "./iommu-domain.ts";
import { ADDRESS_WIDTH_48, DOMAIN_SHIFT, PRESENT, TABLE_ENTRY_BYTES } from "./iommu-entry.ts";
import { FaultRecords } from "./iommu-fault.ts";
import { Iotlb } from "./iotlb.ts";
import { RequesterTranslation, type TranslationUnit } from "./requester-translation.ts";
import type { AccessClock } from "./shared-block.ts";

const HARDWARE = ACTORS.hardware.code;
/** Address mask of a page-selective invalidation: 2^AM pages; the most that is asked for at once. */
const ADDRESS_MASK_MAX = 36;

/**
 * One DMA-remapping unit, and what the host's driver does with it: root and context tables, domains,
 * IOTLB, invalidation, fault records, interrupt remapping. Intel VT-d, legacy mode; the host side
 * after drivers/iommu/intel/iommu.c.
 */
export class Iommu implements TranslationUnit {
  readonly faults: FaultRecords;
  readonly iotlb = new Iotlb();
  readonly interrupts: InterruptRemapping;
  readonly memory: GuestMemory;
  readonly trace: TraceStore;
  readonly clock: Pick<AccessClock, "nowCycles">;
  /** Machine address of the root table (RTADDR_REG). */
  readonly rootTable: number;
  readonly queue: InvalidationQueue;
  readonly #contextTables = new Map<number, number>();
  readonly #requesters = new Map<number, RequesterTranslation>();
  readonly #domains = new Map<number, IommuDomain>();
  readonly #contextName: number;
  readonly #iotlbName: number;
  #nextDomain = 1;
  /** Hears of changes of context entries and their cache. */
  onChange: (() => void) | undefined;

  constructor(memory: GuestMemory, trace: TraceStore, clock: Pick<AccessClock, "nowCycles">) {
    this.memory = memory;
    this.trace = trace;
    this.clock = clock;
    this.faults = new FaultRecords(trace, clock);
    this.rootTable = takeHostPage(memory, "IOMMU root table");
    this.queue = new InvalidationQueue(memory, (request) => this.#execute(request));
    this.interrupts = new InterruptRemapping({ memory, trace, clock, faults: this.faults }, () =>
      this.queue.submit(INVALIDATE.interruptEntry, 0, 0, 0),
    );
    this.#contextName = trace.id("VT-d: context cache");
    this.#iotlbName = trace.id("VT-d: IOTLB");
  }

  /** The domains by their identifiers. */
  get domains(): ReadonlyMap<number, IommuDomain> {
    return this.#domains;
  }

  /** The requesters that have a context entry, ascending. */
  get contexts(): number[] {
    const requesters: number[] = [];
    for (const [bus, table] of this.#contextTables) {
      for (let device = 0; device < 256; device++) {
        const low = this.memory.view.getUint32(table + device * TABLE_ENTRY_BYTES, true);
        if ((low & PRESENT) !== 0) requesters.push(bus * 256 + device);
      }
    }
    return requesters;
  }

  /** Machine address of a requester's context entry, or -1 where its bus has no table. */
  contextAddress(requester: number): number {
    const table = this.#contextTables.get(requester >> 8);
    return table === undefined ? -1 : table + (requester & 0xff) * TABLE_ENTRY_BYTES;
  }

  /** Whether the hardware has a requester's context entry in its cache. */
  hasContext(requester: number): boolean {
    return (this.#requesters.get(requester)?.domain ?? -1) >= 0;
  }

  /** A new domain without mappings: one for each guest. */
  createDomain(): IommuDomain {
    const domain = new IommuDomain(this.memory, this.#nextDomain++);
    this.#domains.set(domain.id, domain);
    return domain;
  }

  /**
   * Gives a device to a domain: writes its context entry and invalidates what was cached of it.
   * @param requester Bus in bits 15:8, device and function in bits 7:0.
   */
  attach(requester: number, domain: IommuDomain): void {
    const entry = this.#contextEntry(requester);
    const { view } = this.memory;
    const table = hostPhysical(domain.root);
    view.setUint32(entry + 8, ADDRESS_WIDTH_48 | (domain.id << DOMAIN_SHIFT), true);
    view.setUint32(entry + 12, 0, true);
    view.setUint32(entry + 4, table / 4294967296, true);
    view.setUint32(entry, ((table >>> 0) & 0xffff_f000) | PRESENT, true);
    this.onChange?.();
    this.invalidateContext(requester);
  }

  /** Takes a device out of its domain: its requests fault once caches are invalidated, which this does. */
  detach(requester: number): void {
    const entry = this.#contextEntry(requester);
    this.memory.bytes.fill(0, entry, entry + TABLE_ENTRY_BYTES);
    this.onChange?.();
    this.invalidateContext(requester);
  }

  /** A device's way through this unit, for its DmaPort. */
  translation(requester: number): DmaTranslation {
    let translation = this.#requesters.get(requester);
    if (translation === undefined) {
      translation = new RequesterTranslation(this, requester);
      this.#requesters.set(requester, translation);
    }
    return translation;
  }

  /** Device-selective context-cache invalidation, by the queue. */
  invalidateContext(requester: number): void {
    this.queue.submit(INVALIDATE.context | (GRANULARITY.selective << 4), 0, requester, 0);
  }

  /** Domain-selective IOTLB invalidation, by the queue. */
  invalidateDomain(domain: IommuDomain): void {
    const word = INVALIDATE.iotlb | (GRANULARITY.domain << 4);
    this.queue.submit(word | (domain.id << 16), 0, 0, 0);
  }

  /** Page-selective IOTLB invalidation: the smallest aligned power of two around the range. */
  invalidatePages(domain: IommuDomain, iova: number, byteCount: number): void {
    let mask = 0;
    while (mask < ADDRESS_MASK_MAX && !withinBlock(iova, byteCount, 4096 * 2 ** mask)) mask++;
    const first = iova - (iova % (4096 * 2 ** mask));
    const word = INVALIDATE.iotlb | (GRANULARITY.selective << 4);
    this.queue.submit(
      (word | (domain.id << 16)) >>> 0,
      0,
      ((first >>> 0) & 0xffff_f000) | mask,
      first / 4294967296,
    );
  }

  /** Global invalidation of context cache and IOTLB, as at start-up. */
  invalidateAll(): void {
    this.queue.submit(INVALIDATE.context | (GRANULARITY.global << 4), 0, 0, 0);
    this.queue.submit(INVALIDATE.iotlb | (GRANULARITY.global << 4), 0, 0, 0);
  }

  /** Machine address of a device's context entry; its bus's context table is made when it is missing. */
  #contextEntry(requester: number): number {
    const bus = requester >> 8;
    let table = this.#contextTables.get(bus);
    if (table === undefined) {
      table = takeHostPage(this.memory, "IOMMU context table");
      this.#contextTables.set(bus, table);
      const root = this.rootTable + bus * TABLE_ENTRY_BYTES;
      const address = hostPhysical(table);
      this.memory.view.setUint32(root, ((address >>> 0) & 0xffff_f000) | PRESENT, true);
      this.memory.view.setUint32(root + 4, address / 4294967296, true);
    }
    return table + (requester & 0xff) * TABLE_ENTRY_BYTES;
  }

  /** Hardware: does what a descriptor of the queue says; false when it makes no sense. */
  #execute(request: InvalidationRequest): boolean {
    if (request.type === INVALIDATE.context) return this.#dropContext(request);
    if (request.type === INVALIDATE.iotlb) return this.#dropTranslations(request);
    if (request.type !== INVALIDATE.interruptEntry) return false;
    this.interrupts.dropCache();
    return true;
  }

  #dropContext({ granularity, words }: InvalidationRequest): boolean {
    if (granularity === 0) return false;
    const requester = (words[2] as number) & 0xffff;
    const domain = ((words[0] as number) >>> 16) & 0xffff;
    let count = 0;
    for (const translation of this.#requesters.values()) {
      const meant =
        granularity === GRANULARITY.global ||
        (granularity === GRANULARITY.domain && translation.domain === domain) ||
        (granularity === GRANULARITY.selective && translation.requester === requester);
      if (meant && translation.dropContext()) count++;
    }
    this.#note(this.#contextName, granularity === GRANULARITY.selective ? requester : 0, count);
    this.onChange?.();
    return true;
  }

  #dropTranslations({ granularity, words }: InvalidationRequest): boolean {
    const domain = ((words[0] as number) >>> 16) & 0xffff;
    if (granularity === GRANULARITY.global) {
      this.#note(this.#iotlbName, 0, this.iotlb.invalidateAll());
    } else if (granularity === GRANULARITY.domain) {
      this.#note(this.#iotlbName, 0, this.iotlb.invalidateDomain(domain));
    } else if (granularity === GRANULARITY.selective) {
      const low = words[2] as number;
      const first = (words[3] as number) * 4294967296 + ((low & 0xffff_f000) >>> 0);
      const end = first + 4096 * 2 ** (low & 0x3f);
      this.#note(this.#iotlbName, first, this.iotlb.invalidateRange(domain, first, end));
    } else return false;
    return true;
  }

  #note(cache: number, address: number, count: number): void {
    this.trace.row(this.clock.nowCycles, KIND.invalidation, HARDWARE, cache, 0, address, count);
  }
}

/** Whether a range lies in one aligned block. */
function withinBlock(first: number, byteCount: number, blockBytes: number): boolean {
  const start = first - (first % blockBytes);
  return first + byteCount <= start + blockBytes;
}
