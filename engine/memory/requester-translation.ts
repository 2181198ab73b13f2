import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { TraceStore } from "../trace/store.ts";
import type { DmaTranslation } from "./dma-port.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { PAGE_BYTES } from "./host-page.ts";
import { machineAddress } from "./host-physical.ts";
import {
  ADDRESS_END,
  ADDRESS_WIDTH_48,
  addressOf,
  DOMAIN_SHIFT,
  HOST_ADDRESS_END,
  LARGE,
  LEVEL_BYTES,
  LEVELS,
  PAGING_ENTRY_BYTES,
  PRESENT,
  READ,
  TABLE_ENTRY_BYTES,
  tableIndex,
  TRANSLATION_TYPE_MASK,
  WRITE,
} from "./iommu-entry.ts";
import type { FaultReason, FaultRecords } from "./iommu-fault.ts";
import type { Iotlb } from "./iotlb.ts";
import type { AccessClock } from "./shared-block.ts";

const HARDWARE = ACTORS.hardware.code;
const NO_DOMAIN = -1;
const LARGEST_LEVEL = 3;

/** What a device's translation needs of its remapping unit. */
export interface TranslationUnit {
  readonly memory: GuestMemory;
  readonly trace: TraceStore;
  readonly clock: Pick<AccessClock, "nowCycles">;
  readonly faults: FaultRecords;
  readonly iotlb: Iotlb;
  /** Machine address of the root table. */
  readonly rootTable: number;
  /** Hears that a context entry was cached. */
  readonly onChange: (() => void) | undefined;
}

/**
 * The requests of one device in the remapping hardware, with its entry of the context cache: Intel
 * VT-d 3.4.3 "Legacy Mode Address Translation", 6.2.3 "Context-Cache". A request whose translation
 * the IOTLB has allocates nothing and leaves no row; a miss leaves a row for each table it reads.
 */
export class RequesterTranslation implements DmaTranslation {
  readonly requester: number;
  readonly #iommu: TranslationUnit;
  /** DID of the cached context entry; -1 when none is cached. */
  domain = NO_DOMAIN;
  /** Machine address of the top-level table that the cached context entry names. */
  #table = 0;
  readonly #rootName: number;
  readonly #contextName: number;
  readonly #levelNames: readonly number[];

  constructor(iommu: TranslationUnit, requester: number) {
    this.#iommu = iommu;
    this.requester = requester;
    this.#rootName = iommu.trace.id("VT-d: root entry");
    this.#contextName = iommu.trace.id("VT-d: context entry");
    this.#levelNames = LEVEL_BYTES.map((_, level) =>
      iommu.trace.id(
        `VT-d: ${level === LEVELS ? "IOTLB miss, " : ""}second-level entry, level ${level}`,
      ),
    );
  }

  /** Forgets the cached context entry; whether there was one. */
  dropContext(): boolean {
    const cached = this.domain !== NO_DOMAIN;
    this.domain = NO_DOMAIN;
    return cached;
  }

  translate(iova: number, byteCount: number, write: boolean): number {
    if (this.domain === NO_DOMAIN && !this.#readContext(iova, write)) return -1;
    const { iotlb } = this.#iommu;
    let slot = iotlb.find(this.domain, iova);
    if (slot < 0) {
      if (!(iova >= 0 && iova + byteCount <= ADDRESS_END)) {
        return this.#fault("addressBeyondWidth", iova, write);
      }
      slot = this.#walk(iova, write);
      if (slot < 0) return -1;
    }
    if ((iotlb.rights(slot) & (write ? WRITE : READ)) === 0) return this.#forbid(iova, write);
    return iotlb.hostAddress(slot, iova);
  }

  /** Root entry of the bus, context entry of the function; false when the request is refused. */
  #readContext(iova: number, write: boolean): boolean {
    const { memory, rootTable } = this.#iommu;
    const { view } = memory;
    const root = rootTable + (this.requester >> 8) * TABLE_ENTRY_BYTES;
    const rootLow = view.getUint32(root, true);
    const contextTable = addressOf(rootLow, view.getUint32(root + 4, true));
    this.#note(this.#rootName, this.requester >> 8, contextTable);
    if ((rootLow & PRESENT) === 0) return this.#refused("rootNotPresent", iova, write);
    const table = machineAddress(contextTable);
    if (!this.#readable(table)) return this.#refused("contextTableInaccessible", iova, write);
    const entry = table + (this.requester & 0xff) * TABLE_ENTRY_BYTES;
    const low = view.getUint32(entry, true);
    const pages = addressOf(low, view.getUint32(entry + 4, true));
    this.#note(this.#contextName, this.requester, pages);
    if ((low & PRESENT) === 0) return this.#refused("contextNotPresent", iova, write);
    const third = view.getUint32(entry + 8, true);
    if ((low & TRANSLATION_TYPE_MASK) !== 0 || (third & 7) !== ADDRESS_WIDTH_48) {
      return this.#refused("contextInvalid", iova, write);
    }
    this.domain = (third >>> DOMAIN_SHIFT) & 0xffff;
    this.#table = machineAddress(pages);
    this.#iommu.onChange?.();
    return true;
  }

  /** Walks the second-level tables; the IOTLB's slot, or -1 when the request is refused. */
  #walk(iova: number, write: boolean): number {
    const { view } = this.#iommu.memory;
    let table = this.#table;
    let rights = READ | WRITE;
    for (let level = LEVELS; ; level--) {
      if (!this.#readable(table)) return this.#fault("tableInaccessible", iova, write);
      const entry = table + tableIndex(iova, level) * PAGING_ENTRY_BYTES;
      const low = view.getUint32(entry, true);
      const high = view.getUint32(entry + 4, true);
      const address = addressOf(low, high);
      this.#note(this.#levelNames[level] as number, iova, address);
      rights &= low;
      if ((low & (READ | WRITE)) === 0) return this.#forbid(iova, write);
      const large = (low & LARGE) !== 0;
      if (address >= HOST_ADDRESS_END || (large && level > LARGEST_LEVEL)) {
        return this.#fault("pagingEntryReserved", iova, write);
      }
      if (!large && level > 1) {
        table = machineAddress(address);
        continue;
      }
      const bytes = LEVEL_BYTES[level] as number;
      if (address % bytes !== 0) return this.#fault("pagingEntryReserved", iova, write);
      // What the tables forbid is not cached: the next request looks again.
      if ((rights & (write ? WRITE : READ)) === 0) return this.#forbid(iova, write);
      return this.#iommu.iotlb.insert(this.domain, iova, bytes, machineAddress(address), rights);
    }
  }

  #readable(table: number): boolean {
    return table >= 0 && table + PAGE_BYTES <= this.#iommu.memory.bytes.length;
  }

  #forbid(iova: number, write: boolean): -1 {
    return this.#fault(write ? "writeNotPermitted" : "readNotPermitted", iova, write);
  }

  #refused(reason: FaultReason, iova: number, write: boolean): false {
    this.#fault(reason, iova, write);
    return false;
  }

  #fault(reason: FaultReason, iova: number, write: boolean): -1 {
    this.#iommu.faults.report(reason, this.requester, iova, write);
    return -1;
  }

  #note(table: number, key: number, result: number): void {
    const { trace, clock } = this.#iommu;
    trace.row(clock.nowCycles, KIND.tableLookup, HARDWARE, table, 0, key, result);
  }
}
