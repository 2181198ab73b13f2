import type { ConfigSpace } from "./config-space.ts";

/** Offsets in the capability: PCI-SIG SR-IOV 1.1, 3.3 "SR-IOV Extended Capability". */
export const SRIOV = {
  capabilities: 0x04,
  control: 0x08,
  status: 0x0a,
  initialVfs: 0x0c,
  totalVfs: 0x0e,
  vfCount: 0x10,
  dependencyLink: 0x12,
  firstVfOffset: 0x14,
  vfStride: 0x16,
  vfDeviceId: 0x1a,
  supportedPageSizes: 0x1c,
  systemPageSize: 0x20,
  bar0: 0x24,
} as const;

/** Bits of SR-IOV Control. */
export const SRIOV_CONTROL = { vfEnable: 0x1, vfMemorySpace: 0x8, ariHierarchy: 0x10 } as const;

/** Bytes of the capability. */
export const SRIOV_BYTES = 0x40;
const EXTENDED_ID = 0x10;
/** Page sizes that every function supports: 4 KiB, 8, 64, 256 KiB, 1 and 4 MiB. */
const PAGE_SIZES_MIN = 0x553;

/** One BAR that every virtual function has. */
export interface VfBar {
  /** 0 to 5. */
  readonly index: number;
  /** Type bits as in a BAR: 4 for 64 bits, 8 for prefetchable. */
  readonly type: number;
  /** Size of one function's part, a power of two. */
  readonly byteCount: number;
}

/** What a physical function's SR-IOV capability is built with. */
export interface SriovOptions {
  /** Offset in extended configuration space. */
  readonly offset: number;
  /** Next extended capability, 0 for none. */
  readonly next?: number;
  readonly vfDeviceId: number;
  /** Largest number of virtual functions, at least 1. */
  readonly totalVfs: number;
  /** Routing ID of the first VF relative to the PF's, and from one VF to the next. */
  readonly firstVfOffset: number;
  readonly vfStride: number;
  readonly bars: readonly VfBar[];
  /** Called with the new number of enabled virtual functions whenever it changes. */
  readonly changed: (vfCount: number) => void;
}

/**
 * The SR-IOV capability of a physical function: NumVFs and VF Enable decide how many virtual
 * functions exist; NumVFs is locked while they do. PCI-SIG SR-IOV 1.1, 3.3.
 */
export class SriovCapability {
  readonly offset: number;
  readonly totalVfs: number;
  readonly #config: ConfigSpace;
  readonly #changed: (vfCount: number) => void;
  readonly #barIndexes: readonly VfBar[];
  #enabledCount = 0;

  constructor(config: ConfigSpace, options: SriovOptions) {
    const { offset } = options;
    this.offset = offset;
    this.totalVfs = options.totalVfs;
    this.#config = config;
    this.#changed = options.changed;
    this.#barIndexes = options.bars;
    config
      .set(offset, 4, EXTENDED_ID | (1 << 16) | ((options.next ?? 0) << 20))
      .set(offset + SRIOV.initialVfs, 2, options.totalVfs)
      .set(offset + SRIOV.totalVfs, 2, options.totalVfs)
      .set(offset + SRIOV.firstVfOffset, 2, options.firstVfOffset)
      .set(offset + SRIOV.vfStride, 2, options.vfStride)
      .set(offset + SRIOV.vfDeviceId, 2, options.vfDeviceId)
      .set(offset + SRIOV.supportedPageSizes, 4, PAGE_SIZES_MIN)
      .set(offset + SRIOV.systemPageSize, 4, 1)
      .allowWrites(offset + SRIOV.systemPageSize, 2, PAGE_SIZES_MIN);
    for (const bar of options.bars) {
      const at = offset + SRIOV.bar0 + 4 * bar.index;
      config.set(at, 4, bar.type).allowWrites(at, 4, 2 ** 32 - bar.byteCount);
      if ((bar.type & 4) !== 0) config.allowWrites(at + 4, 4, 0xffff_ffff);
    }
    this.#lock(false);
  }

  /** Number of virtual functions that exist now. */
  get vfCount(): number {
    return this.#enabledCount;
  }

  /** Address of a VF's BAR as the guest set it up: the base plus the VF's part. */
  barAddress(index: number, vf: number): number {
    const bar = this.#barIndexes.find((candidate) => candidate.index === index);
    if (bar === undefined) return 0;
    const at = this.offset + SRIOV.bar0 + 4 * index;
    const low = this.#config.get(at, 4) - (this.#config.get(at, 4) % 16);
    const high = (bar.type & 4) !== 0 ? this.#config.get(at + 4, 4) : 0;
    return high * 4294967296 + low + vf * bar.byteCount;
  }

  /** Tells that configuration space was written at `offset`. */
  configWritten(offset: number): void {
    if (offset < this.offset || offset >= this.offset + SRIOV_BYTES) return;
    const control = this.#config.get(this.offset + SRIOV.control, 2);
    const enabled = (control & SRIOV_CONTROL.vfEnable) !== 0;
    const wanted = this.#config.get(this.offset + SRIOV.vfCount, 2);
    const count = enabled ? Math.min(wanted, this.totalVfs) : 0;
    this.#lock(enabled);
    if (count === this.#enabledCount) return;
    this.#enabledCount = count;
    this.#changed(count);
  }

  /** NumVFs is writable only while VF Enable is clear; a NumVFs beyond TotalVFs cannot be enabled. */
  #lock(enabled: boolean): void {
    const at = this.offset;
    const wanted = this.#config.get(at + SRIOV.vfCount, 2);
    const mayEnable = enabled || wanted <= this.totalVfs;
    this.#config
      .allowWrites(at + SRIOV.vfCount, 2, enabled ? 0 : 0xffff)
      .allowWrites(
        at + SRIOV.control,
        2,
        SRIOV_CONTROL.vfMemorySpace |
          SRIOV_CONTROL.ariHierarchy |
          (mayEnable ? SRIOV_CONTROL.vfEnable : 0),
      );
  }
}
