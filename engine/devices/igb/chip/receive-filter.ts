import { word } from "../frame.ts";
import { CAST, castOf } from "./statistics.ts";
import { POOL_COUNT, WORD } from "./word.ts";

const VMDQ = 1;
const RCTL = { storeBad: 1 << 2, unicast: 1 << 3, multicast: 1 << 4, long: 1 << 5 } as const;
const RCTL_BROADCAST = 1 << 15;
const RCTL_VLAN_FILTER = 1 << 18;
const RAH_VALID = 0x8000_0000;
const VMOLR = { lengthMask: 0x3fff, long: 1 << 16, untagged: 1 << 24 } as const;
const VMOLR_HASH = 1 << 25;
const VMOLR_BROADCAST = 1 << 27;
const VMOLR_MULTICAST = 1 << 28;
const VLVF_VALID = 0x8000_0000;
const NO_DEFAULT_POOL = 1 << 29;
const DOUBLE_VLAN = 1 << 26;
const HASH_SHIFTS = [4, 3, 2, 0] as const;
/** Addresses whose pools are remembered, and how a 32-bit hash is cut to their index. */
const KNOWN_COUNT = 64;
const KNOWN_SHIFT = 26;
/** 2^32 divided by the golden ratio: spreads neighbouring addresses (Knuth, 6.4). */
const GOLDEN_RATIO = 0x9e37_79b1;
/** Payload bytes of a frame that is not long. */
const MTU = 1500;

/**
 * Who gets a frame: address, VLAN and size filters, and the switch between pools (Intel 82576EB
 * datasheet 2.63, 7.1.1 Packet Address Filtering, 7.10.3.3 Rx Packet Switching). The result of
 * `assign` is a bit per pool, or bit 0 when the chip is not virtualized.
 */
export class ReceiveFilter {
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  /** Whether a frame sent by a pool has to go out on the wire as well. */
  external = true;
  /** Hears that the address tables were written. */
  onChange: (() => void) | undefined;
  /** Whether the frame was too long for every pool that would have got it. */
  oversized = false;
  /** Number of VLAN tags of the frame. */
  vlanTags = 0;
  /** Whom the destination means; see CAST. */
  cast = 0;
  /** Results of the address tables by a hash of the address: the tables rarely change. */
  readonly #knownLow = new Uint32Array(KNOWN_COUNT);
  readonly #knownHigh = new Int32Array(KNOWN_COUNT).fill(-1);
  readonly #knownPools = new Uint8Array(KNOWN_COUNT);

  constructor(words: Uint32Array, bytes: Uint8Array) {
    this.#words = words;
    this.#bytes = bytes;
  }

  /** Whether queues are shared out to pools. */
  get virtualized(): boolean {
    return ((this.#words[WORD.MRQC] as number) & VMDQ) !== 0;
  }

  /**
   * Pools for the frame at `at`.
   * @param loopedBack Whether a pool sent it: then there is no default pool.
   */
  assign(at: number, byteCount: number, loopedBack: boolean): number {
    const w = this.#words;
    this.external = true;
    this.oversized = false;
    this.cast = castOf(this.#bytes, at);
    this.vlanTags = this.#countTags(at);
    const rctl = w[WORD.RCTL] as number;
    if ((rctl & RCTL.storeBad) === 0) {
      const long = (rctl & RCTL.long) !== 0;
      if (this.#isOversized(byteCount, long, w[WORD.RLPML] as number)) return 0;
    }
    const vlan = this.vlanTags > 0 ? word(this.#bytes, at + 10 + 4 * this.vlanTags) & 0xfff : -1;
    if (vlan >= 0 && !this.#vlanKnown(vlan)) return 0;
    if (!this.virtualized) return this.#accepts(at) ? 1 : 0;
    return this.#assignPools(at, byteCount, vlan, loopedBack);
  }

  #assignPools(at: number, byteCount: number, vlan: number, loopedBack: boolean): number {
    const w = this.#words;
    let pools = this.#poolsByAddress(at);
    if (pools !== 0 && ((w[WORD.RCTL] as number) & RCTL_VLAN_FILTER) !== 0) {
      pools &= this.#poolsByVlan(vlan);
    }
    const control = w[WORD.VT_CTL] as number;
    if (this.cast === CAST.unicast && pools === 0 && !loopedBack) {
      if ((control & NO_DEFAULT_POOL) === 0) pools = 1 << ((control >> 7) & 7);
    }
    pools &= w[WORD.VFRE] as number;
    let tooLong = 0;
    for (let left = pools; left !== 0; left &= left - 1) {
      const pool = 31 - Math.clz32(left & -left);
      const offload = w[WORD.VMOLR + pool] as number;
      const long = (offload & VMOLR.long) !== 0;
      if (this.#isOversized(byteCount, long, offload & VMOLR.lengthMask)) tooLong |= 1 << pool;
    }
    this.oversized = pools !== 0 && tooLong === pools;
    return pools & ~tooLong;
  }

  #poolsByAddress(at: number): number {
    if (this.cast === CAST.broadcast) return this.#poolsWith(VMOLR_BROADCAST);
    let pools = this.#addressPools(at);
    if (pools === 0) {
      const table = this.cast === CAST.multicast ? WORD.MTA : WORD.UTA;
      if (this.#hashed(table, at)) pools = this.#poolsWith(VMOLR_HASH);
    } else if (this.cast === CAST.unicast) this.external = false;
    if (this.cast === CAST.multicast) pools |= this.#poolsWith(VMOLR_MULTICAST);
    return pools;
  }

  /** The address tables were written: what was known of them no longer holds. */
  forgetAddresses(): void {
    this.#knownHigh.fill(-1);
    this.onChange?.();
  }

  /** Pools that any valid entry of the tables with the address at `at` names. */
  #addressPools(at: number): number {
    const low = this.#addressLow(at);
    const high = this.#addressHigh(at);
    const slot = Math.imul(low ^ high, GOLDEN_RATIO) >>> KNOWN_SHIFT;
    if (this.#knownHigh[slot] === high && this.#knownLow[slot] === low) {
      return this.#knownPools[slot] as number;
    }
    const pools =
      this.#matchTable(WORD.RA, 16, low, high) | this.#matchTable(WORD.RA2, 8, low, high);
    this.#knownLow[slot] = low;
    this.#knownHigh[slot] = high;
    this.#knownPools[slot] = pools;
    return pools;
  }

  #matchTable(table: number, count: number, low: number, high: number): number {
    const w = this.#words;
    let pools = 0;
    for (let i = 0; i < count; i++) {
      const entry = w[table + 2 * i + 1] as number;
      if (entry < RAH_VALID || (entry & 0xffff) !== high || w[table + 2 * i] !== low) continue;
      pools |= (entry >>> 18) & 0xff;
    }
    return pools;
  }

  /** Whether an entry of the address tables is the address at `at` and belongs to `pool`. */
  ownsAddress(at: number, pool: number): boolean {
    return (this.#addressPools(at) & (1 << pool)) !== 0;
  }

  /** Whether `pool` may use a VLAN, by VLVF. */
  ownsVlan(vlan: number, pool: number): boolean {
    return (this.#poolsByVlan(vlan) & (1 << pool)) !== 0;
  }

  #poolsByVlan(vlan: number): number {
    const w = this.#words;
    if (vlan < 0) return this.#poolsWith(VMOLR.untagged);
    let pools = 0;
    for (let i = 0; i < 32; i++) {
      const entry = w[WORD.VLVF + i] as number;
      if (entry >= VLVF_VALID && (entry & 0xfff) === vlan) pools |= (entry >>> 12) & 0xff;
    }
    return pools;
  }

  #poolsWith(offload: number): number {
    let pools = 0;
    for (let pool = 0; pool < POOL_COUNT; pool++) {
      if (((this.#words[WORD.VMOLR + pool] as number) & offload) !== 0) pools |= 1 << pool;
    }
    return pools;
  }

  /** The filter of the chip without pools. */
  #accepts(at: number): boolean {
    const w = this.#words;
    const rctl = w[WORD.RCTL] as number;
    if (this.cast === CAST.broadcast && (rctl & RCTL_BROADCAST) !== 0) return true;
    if (this.cast === CAST.multicast && (rctl & RCTL.multicast) !== 0) return true;
    if (this.cast === CAST.unicast && (rctl & RCTL.unicast) !== 0) return true;
    const low = this.#addressLow(at);
    const high = this.#addressHigh(at);
    for (let i = 0; i < 24; i++) {
      const entry = i < 16 ? WORD.RA + 2 * i : WORD.RA2 + 2 * (i - 16);
      const top = w[entry + 1] as number;
      if (top >= RAH_VALID && (top & 0xffff) === high && w[entry] === low) return true;
    }
    return this.#hashed(WORD.MTA, at);
  }

  #hashed(table: number, at: number): boolean {
    const w = this.#words;
    const shift = HASH_SHIFTS[((w[WORD.RCTL] as number) >> 12) & 3] as number;
    const tail = ((this.#bytes[at + 5] as number) << 8) | (this.#bytes[at + 4] as number);
    const hash = (tail >> shift) & 0xfff;
    return ((w[table + (hash >> 5)] as number) & (1 << (hash & 31))) !== 0;
  }

  #vlanKnown(vlan: number): boolean {
    const w = this.#words;
    if (((w[WORD.RCTL] as number) & RCTL_VLAN_FILTER) === 0) return true;
    return ((w[WORD.VFTA + (vlan >> 5)] as number) & (1 << (vlan & 31))) !== 0;
  }

  #countTags(at: number): number {
    const w = this.#words;
    const types = w[WORD.VET] as number;
    const outer = word(this.#bytes, at + 12);
    if (((w[WORD.CTRL_EXT] as number) & DOUBLE_VLAN) !== 0) {
      const inner = word(this.#bytes, at + 16);
      return outer === types >>> 16 && inner === (types & 0xffff) ? 2 : 0;
    }
    return outer === (types & 0xffff) ? 1 : 0;
  }

  #isOversized(byteCount: number, long: boolean, lengthMax: number): boolean {
    if (long) return byteCount + 4 > (lengthMax & 0xffff);
    return byteCount > 14 + 4 * this.vlanTags + MTU;
  }

  #addressLow(at: number): number {
    const b = this.#bytes;
    return (
      ((b[at] as number) |
        ((b[at + 1] as number) << 8) |
        ((b[at + 2] as number) << 16) |
        ((b[at + 3] as number) << 24)) >>>
      0
    );
  }

  #addressHigh(at: number): number {
    return (this.#bytes[at + 4] as number) | ((this.#bytes[at + 5] as number) << 8);
  }
}
