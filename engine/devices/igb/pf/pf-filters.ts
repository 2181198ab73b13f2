import { FILTER_REGISTERS } from "../registers/filter.ts";
import { CONTROL_REGISTERS } from "../registers/control.ts";
import type { PfHardware } from "./pf-hardware.ts";
import { ADDRESS_COUNT, type PfMac } from "./pf-mac.ts";

const F = FILTER_REGISTERS;
const RCTL = { unicast: 8, multicast: 0x10, vlanFilter: 1 << 18, vlanCanonical: 1 << 19 } as const;
const VLAN_STRIP = 1 << 30;
const VMOLR = {
  lengthMask: 0x3fff,
  long: 1 << 16,
  rss: 1 << 17,
  untagged: 1 << 24,
  multicastHash: 1 << 25,
  unicastHash: 1 << 26,
  broadcast: 1 << 27,
  multicastAll: 1 << 28,
} as const;
/** IGB_MAX_FRAME_BUILD_SKB, and MAX_JUMBO_FRAME_SIZE for a PF that has VFs. */
const LONGEST = { alone: 0x600, shared: 0x2600 } as const;
const VLVF_VALID = 0x8000_0000;
const POOL_SHIFT = 12;
const POOLS_MASK = 0xff << POOL_SHIFT;
const VLAN_FILTERS = 32;
const TABLE_WORDS = 128;

/** What the filters have to know of a virtual function. */
export interface VfFilterState {
  /** Multicast hashes that the VF asked for. */
  readonly multicastHashes: readonly number[];
}

/** Receive filters of the PF and, as far as they are shared, of its VFs: igb/igb_main.c. */
export class PfFilters {
  readonly #hw: PfHardware;
  readonly #mac: PfMac;
  readonly #vlanTable = new Uint32Array(TABLE_WORDS);
  /** VLANs that the PF itself wants; 0 stands for untagged frames. */
  readonly #activeVlans = new Set<number>();
  #multicast: readonly Uint8Array[] = [];
  #promiscuous = false;
  /** Virtual functions; their number is the PF's own pool. */
  vfs: readonly VfFilterState[] = [];

  constructor(hw: PfHardware, mac: PfMac) {
    this.#hw = hw;
    this.#mac = mac;
  }

  /** A device reset clears the VLAN table. */
  forgetVlans(): void {
    this.#vlanTable.fill(0);
  }

  /** Multicast addresses that the kernel wants from now on. */
  set multicast(addresses: readonly Uint8Array[]) {
    this.#multicast = addresses;
  }

  /** `__dev_uc_sync`, as part of `igb_set_rx_mode`. */
  setSecondary(addresses: readonly Uint8Array[]): void {
    const room = ADDRESS_COUNT - this.vfs.length - 1;
    this.#promiscuous = addresses.length > room;
    if (!this.#promiscuous) {
      for (const [i, address] of addresses.entries()) {
        this.#mac.setAddress(i + 1, address, true, 1 << this.vfs.length);
      }
    }
    this.setReceiveMode();
  }

  /** `igb_set_rx_mode`. */
  setReceiveMode(): void {
    const hw = this.#hw;
    const pool = this.vfs.length;
    this.#mac.writeMulticast(this.#multicast);
    if (this.#multicast.length === 0) this.#restoreVfMulticast();
    const control = hw.read(F.RCTL) & ~(RCTL.unicast | RCTL.multicast | RCTL.vlanFilter);
    const unicast = this.#promiscuous ? RCTL.unicast : 0;
    hw.write(F.RCTL, control | RCTL.vlanFilter | unicast);
    hw.write(F.RLPML, pool > 0 ? LONGEST.shared : LONGEST.alone);
    if (pool > 0) for (let i = TABLE_WORDS - 1; i >= 0; i--) hw.write(F.UTA, 0, i);
    const cleared = VMOLR.unicastHash | VMOLR.multicastAll | VMOLR.multicastHash | VMOLR.lengthMask;
    let offload = (hw.read(F.VMOLR, pool) & ~cleared) | VMOLR.long | LONGEST.alone;
    if (this.#multicast.length > 0) offload |= VMOLR.multicastHash;
    if (this.#promiscuous) offload |= VMOLR.unicastHash;
    hw.write(F.VMOLR, offload, pool);
    this.#restoreVfMulticast();
  }

  /** `igb_restore_vlan`: stripping on, untagged frames let in. */
  restoreVlans(): void {
    const hw = this.#hw;
    hw.write(CONTROL_REGISTERS.CTRL, hw.read(CONTROL_REGISTERS.CTRL) | VLAN_STRIP);
    hw.write(F.RCTL, hw.read(F.RCTL) & ~RCTL.vlanCanonical);
    this.setVlanStripping(this.vfs.length, true);
    this.#activeVlans.add(0);
    for (const vlan of this.#activeVlans) this.setVlan(vlan, this.vfs.length, true, vlan !== 0);
  }

  /** `igb_vlan_rx_add_vid`. */
  addVlan(vlan: number): void {
    this.setVlan(vlan, this.vfs.length, true, vlan !== 0);
    this.#activeVlans.add(vlan);
  }

  /**
   * `igb_vfta_set`: lets a pool see a VLAN, or not.
   * @param bypass The PF may do without an entry in VLVF when none is free.
   */
  setVlan(vlan: number, pool: number, on: boolean, bypass: boolean): boolean {
    const hw = this.#hw;
    const index = vlan >> 5;
    const bit = 1 << (vlan & 31);
    const known = ((this.#vlanTable[index] as number) & bit) !== 0;
    let changes = known !== on;
    const toggled = (this.#vlanTable[index] as number) ^ bit;
    const slot = this.vfs.length > 0 ? this.#findSlot(vlan, bypass) : -1;
    if (slot < 0 && this.vfs.length > 0 && !bypass) return false;
    if (slot >= 0) {
      let bits = hw.read(F.VLVF, slot) | (1 << (POOL_SHIFT + pool));
      if (!on) {
        bits ^= 1 << (POOL_SHIFT + pool);
        if ((bits & POOLS_MASK) === 0) {
          if (changes) this.#writeVlanWord(index, toggled);
          hw.write(F.VLVF, 0, slot);
          return true;
        }
        // Other pools still want it: the table keeps its bit.
        changes = false;
      }
      hw.write(F.VLVF, (bits | vlan | VLVF_VALID) >>> 0, slot);
    }
    if (changes) this.#writeVlanWord(index, toggled);
    return true;
  }

  /** `igb_set_vf_vlan`: a VF joins or leaves a VLAN; the PF keeps its own view of it. */
  setVfVlan(vlan: number, on: boolean, vf: number): boolean {
    if (on && this.#activeVlans.has(vlan)) {
      if (!this.setVlan(vlan, this.vfs.length, true, false)) return false;
    }
    return this.setVlan(vlan, vf, on, false);
  }

  /** `igb_clear_vf_vfta`: takes a VF out of every VLAN. */
  clearVfVlans(vf: number): void {
    const hw = this.#hw;
    const vfBit = 1 << (POOL_SHIFT + vf);
    const others = POOLS_MASK & ~(1 << (POOL_SHIFT + this.vfs.length));
    for (let i = VLAN_FILTERS - 1; i >= 0; i--) {
      let entry = hw.read(F.VLVF, i);
      if ((entry & vfBit) === 0) continue;
      entry ^= vfBit;
      if ((entry & others) === 0) {
        const vlan = entry & 0xfff;
        const bit = 1 << (vlan & 31);
        const word = this.#vlanTable[vlan >> 5] as number;
        if ((entry & POOLS_MASK) === 0 && (word & bit) !== 0) {
          this.#writeVlanWord(vlan >> 5, word ^ bit);
        }
        entry = 0;
      }
      hw.write(F.VLVF, entry, i);
    }
  }

  /** `igb_set_vmolr`: broadcasts and, unless a VLAN is forced on the pool, untagged frames. */
  setOffload(pool: number, untagged: boolean): void {
    const before = this.#hw.read(F.VMOLR, pool) & ~(VMOLR.broadcast | VMOLR.rss);
    const accepted = untagged ? before | VMOLR.untagged : before & ~VMOLR.untagged;
    const broadcast = pool <= this.vfs.length ? VMOLR.broadcast : 0;
    this.#hw.write(F.VMOLR, accepted | broadcast, pool);
  }

  /** `igb_set_vf_vlan_strip`. */
  setVlanStripping(pool: number, on: boolean): void {
    const before = this.#hw.read(F.VMOLR, pool);
    this.#hw.write(F.VMOLR, on ? before | VLAN_STRIP : before & ~VLAN_STRIP, pool);
  }

  /** `igb_set_vf_rlpml`: longest frame of a VF. */
  setVfLongest(vf: number, byteCount: number): void {
    const before = this.#hw.read(F.VMOLR, vf) & ~VMOLR.lengthMask;
    this.#hw.write(F.VMOLR, before | byteCount | VMOLR.long, vf);
  }

  /** `igb_set_vf_promisc`: all multicasts, or those that the VF asked for. */
  setVfPromiscuous(vf: number, multicast: boolean): void {
    this.#restoreMulticastOf(vf, multicast);
  }

  /** `igb_restore_vf_multicasts`. */
  #restoreVfMulticast(): void {
    for (let vf = 0; vf < this.vfs.length; vf++) this.#restoreMulticastOf(vf, false);
  }

  #restoreMulticastOf(vf: number, all: boolean): void {
    const { multicastHashes } = this.vfs[vf] as VfFilterState;
    const cleared = VMOLR.multicastHash | VMOLR.multicastAll;
    let offload = this.#hw.read(F.VMOLR, vf) & ~cleared;
    if (all || multicastHashes.length > 30) offload |= VMOLR.multicastAll;
    else if (multicastHashes.length > 0) {
      offload |= VMOLR.multicastHash;
      for (const hash of multicastHashes) this.#mac.addMulticastHash(hash);
    }
    this.#hw.write(F.VMOLR, offload, vf);
  }

  /** `igb_find_vlvf_slot`: the entry of a VLAN, else a free one, else -1. */
  #findSlot(vlan: number, bypass: boolean): number {
    if (vlan === 0) return 0;
    let free = bypass ? -1 : 0;
    for (let i = VLAN_FILTERS - 1; i > 0; i--) {
      const entry = this.#hw.read(F.VLVF, i) & 0xfff;
      if (entry === vlan) return i;
      if (free === 0 && entry === 0) free = i;
    }
    return free > 0 ? free : -1;
  }

  #writeVlanWord(index: number, value: number): void {
    this.#mac.writeVlanWord(index, value);
    this.#vlanTable[index] = value;
  }
}
