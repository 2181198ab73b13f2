import type { GuestMemory } from "../../memory/guest-memory.ts";

const MAC_BYTES = 6;
/** Entries of the MAC table: hw/net/virtio-net.c, MAC_TABLE_ENTRIES. */
export const MAC_TABLE_ENTRIES = 64;
const VLAN_COUNT = 4096;

/** Which frames the device takes: hw/net/virtio-net.c, receive_filter. */
export class ReceiveFilter {
  promiscuous = true;
  allMulticast = false;
  allUnicast = false;
  noMulticast = false;
  noUnicast = false;
  noBroadcast = false;
  /** Entries of the MAC table in use, unicast first. */
  tableCount = 0;
  /** First multicast entry. */
  firstMulticast = 0;
  unicastOverflow = false;
  multicastOverflow = false;
  readonly table = new Uint8Array(MAC_TABLE_ENTRIES * MAC_BYTES);
  /** Bit per VLAN identifier. */
  readonly #vlans = new Uint32Array(VLAN_COUNT / 32).fill(0xffffffff);
  readonly #mac: Uint8Array;

  /** @param mac The device's address; the device changes it in place. */
  constructor(mac: Uint8Array) {
    this.#mac = mac;
  }

  /** The state after reset: everything is taken. */
  reset(): void {
    this.promiscuous = true;
    this.allMulticast = false;
    this.allUnicast = false;
    this.noMulticast = false;
    this.noUnicast = false;
    this.noBroadcast = false;
    this.tableCount = 0;
    this.firstMulticast = 0;
    this.unicastOverflow = false;
    this.multicastOverflow = false;
    this.table.fill(0);
  }

  /** Filtering by VLAN is agreed, or not: then all pass. */
  setVlanFiltering(on: boolean): void {
    this.#vlans.fill(on ? 0 : 0xffffffff);
  }

  /** Lets a VLAN pass, or not. */
  setVlan(identifier: number, passes: boolean): void {
    const word = identifier >> 5;
    const bit = 1 << (identifier & 31);
    const before = this.#vlans[word] as number;
    this.#vlans[word] = passes ? before | bit : before & ~bit;
  }

  /** Whether the frame at `address` is for this guest. */
  accepts(memory: GuestMemory, address: number, byteCount: number): boolean {
    if (this.promiscuous) return true;
    if (byteCount < 14) return false;
    const { bytes, view } = memory;
    if (view.getUint16(address + 12) === 0x8100) {
      if (byteCount < 16) return false;
      const identifier = view.getUint16(address + 14) & 0xfff;
      if ((((this.#vlans[identifier >> 5] as number) >>> (identifier & 31)) & 1) === 0)
        return false;
    }
    if (((bytes[address] as number) & 1) !== 0) return this.#acceptsGroup(bytes, address);
    if (this.noUnicast) return false;
    if (this.allUnicast || this.unicastOverflow) return true;
    if (equal(bytes, address, this.#mac, 0)) return true;
    return this.#inTable(bytes, address, 0, this.firstMulticast);
  }

  #acceptsGroup(bytes: Uint8Array, address: number): boolean {
    let broadcast = true;
    for (let i = 0; i < MAC_BYTES; i++) if (bytes[address + i] !== 0xff) broadcast = false;
    if (broadcast) return !this.noBroadcast;
    if (this.noMulticast) return false;
    if (this.allMulticast || this.multicastOverflow) return true;
    return this.#inTable(bytes, address, this.firstMulticast, this.tableCount);
  }

  #inTable(bytes: Uint8Array, address: number, from: number, to: number): boolean {
    for (let i = from; i < to; i++)
      if (equal(bytes, address, this.table, i * MAC_BYTES)) return true;
    return false;
  }
}

function equal(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): boolean {
  for (let i = 0; i < MAC_BYTES; i++) if (a[aAt + i] !== b[bAt + i]) return false;
  return true;
}
