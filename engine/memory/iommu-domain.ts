import { assert } from "../core/assert.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { PAGE_BYTES, takeHostPage } from "./host-page.ts";
import { hostPhysical, machineAddress } from "./host-physical.ts";
import {
  ADDRESS_END,
  type IommuPageBytes,
  LARGE,
  LEVEL_BYTES,
  LEVELS,
  PAGING_ENTRY_BYTES,
  READ,
  WRITE,
  addressOf,
  tableIndex,
} from "./iommu-entry.ts";

const ENTRIES = PAGE_BYTES / PAGING_ENTRY_BYTES;

/** What a device may do with a mapped page. */
export interface DmaRights {
  readonly read: boolean;
  readonly write: boolean;
}

/** Both: how VFIO maps a guest's RAM. */
export const READ_WRITE: DmaRights = { read: true, write: true };

/**
 * A domain of the IOMMU, as the host's driver keeps it: second-level page tables in host memory,
 * which all devices of one guest share. drivers/iommu/intel/iommu.c, __domain_mapping and
 * domain_unmap. Changing the tables changes nothing in caches: whoever unmaps has to invalidate.
 */
export class IommuDomain {
  /** DID in context entries and IOTLB: 1 to 65,535. */
  readonly id: number;
  /** Machine address of the top-level table. */
  readonly root: number;
  readonly #memory: GuestMemory;
  /** Tables in use, the top-level one among them. */
  tableCount = 1;

  constructor(memory: GuestMemory, id: number) {
    this.#memory = memory;
    this.id = id;
    this.root = takeHostPage(memory, "IOMMU page tables");
  }

  /**
   * Maps machine memory for devices; what was mapped there before is replaced.
   * @param iova First device address, a multiple of `pageBytes`.
   * @param address First machine address; its host-physical address is a multiple of `pageBytes`.
   * @param byteCount Multiple of `pageBytes`.
   */
  map(
    iova: number,
    address: number,
    byteCount: number,
    pageBytes: IommuPageBytes,
    rights: DmaRights = READ_WRITE,
  ): void {
    assert(byteCount % pageBytes === 0, `${byteCount} bytes are whole pages of ${pageBytes}`);
    assert(iova % pageBytes === 0 && iova + byteCount <= ADDRESS_END, `${iova} begins a page`);
    assert(hostPhysical(address) % pageBytes === 0, `${address} begins a page of ${pageBytes}`);
    const bits = (rights.read ? READ : 0) | (rights.write ? WRITE : 0);
    const level = LEVEL_BYTES.indexOf(pageBytes);
    const size = level > 1 ? LARGE : 0;
    for (let done = 0; done < byteCount; done += pageBytes) {
      this.#store(
        this.#entry(iova + done, level),
        hostPhysical(address + done),
        bits === 0 ? 0 : bits | size,
      );
    }
  }

  /**
   * Takes mappings away; a large page that is only touched is split first, as Linux does.
   * @param iova Multiple of 4,096, as `byteCount`.
   */
  unmap(iova: number, byteCount: number): void {
    const end = iova + byteCount;
    for (let at = iova; at < end; ) {
      const { address, level } = this.#leaf(at);
      const bytes = LEVEL_BYTES[level] as number;
      const whole = at % bytes === 0 && at + bytes <= end;
      if (address >= 0 && !whole && level > 1) {
        this.#split(address, level);
        continue;
      }
      if (address >= 0) this.#store(address, 0, 0);
      at += bytes - (at % bytes);
    }
  }

  /** Machine address of the entry that maps `iova` at `level`; tables on the way are made. */
  #entry(iova: number, level: number): number {
    const { view } = this.#memory;
    let table = this.root;
    for (let at = LEVELS; at > level; at--) {
      const entry = table + tableIndex(iova, at) * PAGING_ENTRY_BYTES;
      const low = view.getUint32(entry, true);
      if ((low & LARGE) !== 0) this.#split(entry, at);
      else if ((low & (READ | WRITE)) === 0) this.#addTable(entry);
      const next = addressOf(view.getUint32(entry, true), view.getUint32(entry + 4, true));
      table = machineAddress(next);
    }
    return table + tableIndex(iova, level) * PAGING_ENTRY_BYTES;
  }

  /** The entry that maps `iova`, or -1 with the level at which tables end. */
  #leaf(iova: number): { address: number; level: number } {
    const { view } = this.#memory;
    let table = this.root;
    for (let level = LEVELS; ; level--) {
      const entry = table + tableIndex(iova, level) * PAGING_ENTRY_BYTES;
      const low = view.getUint32(entry, true);
      if ((low & (READ | WRITE)) === 0) return { address: -1, level };
      if (level === 1 || (low & LARGE) !== 0) return { address: entry, level };
      table = machineAddress(addressOf(low, view.getUint32(entry + 4, true)));
    }
  }

  /** Makes a table of smaller pages out of a large one. */
  #split(entry: number, level: number): void {
    const { view } = this.#memory;
    const low = view.getUint32(entry, true);
    const first = addressOf(low, view.getUint32(entry + 4, true));
    const table = this.#addTable(entry);
    const bytes = LEVEL_BYTES[level - 1] as number;
    const bits = (low & (READ | WRITE)) | (level > 2 ? LARGE : 0);
    for (let i = 0; i < ENTRIES; i++) {
      this.#store(table + i * PAGING_ENTRY_BYTES, first + i * bytes, bits);
    }
  }

  #addTable(entry: number): number {
    const table = takeHostPage(this.#memory, "IOMMU page tables");
    this.tableCount++;
    this.#store(entry, hostPhysical(table), READ | WRITE);
    return table;
  }

  #store(entry: number, address: number, bits: number): void {
    const { view } = this.#memory;
    const low = bits === 0 ? 0 : ((address >>> 0) & 0xffff_f000) | bits;
    view.setUint32(entry, low, true);
    view.setUint32(entry + 4, bits === 0 ? 0 : address / 4294967296, true);
  }
}
