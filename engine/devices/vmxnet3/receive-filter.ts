import type { GuestMemory } from "../../memory/guest-memory.ts";
import { vlanTag } from "./frame-headers.ts";
import { RX_MODE, VLAN_TABLE_BYTES } from "./shared-area.ts";
import { FRAME_KIND } from "./statistics.ts";

const VLAN_ID_MASK = 0xfff;
const ADDRESS_BYTES = 6;

/**
 * What the device lets in: modes, VLAN table and multicast list as they were when the driver last
 * told it to look. Source: QEMU 10.0, hw/net/vmxnet3.c, vmxnet3_rx_filter_may_indicate.
 */
export class ReceiveFilter {
  /** Bits of RX_MODE. */
  mode = 0;
  readonly vlanTable = new Uint8Array(VLAN_TABLE_BYTES);
  /** Multicast addresses one behind the other; only whole ones count. */
  readonly multicast = new Uint8Array(0xffff);
  multicastBytes = 0;

  /**
   * Whether a frame may enter.
   * @param kind One of FRAME_KIND.
   * @param station The device's own address, 6 bytes.
   */
  admits(memory: GuestMemory, at: number, kind: number, station: Uint8Array): boolean {
    if ((this.mode & RX_MODE.PROMISC) !== 0) return true;
    const { bytes } = memory;
    if (!this.#knowsVlan(vlanTag(bytes, at) & VLAN_ID_MASK)) return false;
    if (kind === FRAME_KIND.broadcast) return (this.mode & RX_MODE.BCAST) !== 0;
    if (kind === FRAME_KIND.unicast) {
      return (this.mode & RX_MODE.UCAST) !== 0 && sameAddress(bytes, at, station, 0);
    }
    if ((this.mode & RX_MODE.ALL_MULTI) !== 0) return true;
    return (this.mode & RX_MODE.MCAST) !== 0 && this.#listed(bytes, at);
  }

  /** No tag, priority tags and the reserved identifier always pass. */
  #knowsVlan(id: number): boolean {
    if (id === 0 || id === VLAN_ID_MASK) return true;
    return ((this.vlanTable[id >> 3] as number) & (1 << (id & 7))) !== 0;
  }

  #listed(bytes: Uint8Array, at: number): boolean {
    const end = this.multicastBytes - ADDRESS_BYTES;
    for (let i = 0; i <= end; i += ADDRESS_BYTES) {
      if (sameAddress(bytes, at, this.multicast, i)) return true;
    }
    return false;
  }
}

function sameAddress(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean {
  for (let i = 0; i < ADDRESS_BYTES; i++) if (a[atA + i] !== b[atB + i]) return false;
  return true;
}
