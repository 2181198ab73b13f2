import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { COMMANDS } from "./commands.ts";
import type { DriverMemory } from "./driver-memory.ts";
import { RX_MODE, SHARED } from "./shared-area.ts";

/** 01:00:5e:00:00:01, all hosts, which every IPv4 interface joins. */
const ALL_HOSTS = Uint8Array.of(0x01, 0x00, 0x5e, 0x00, 0x00, 0x01);

/**
 * The driver's side of the receive filter: laid down in the shared area, then announced.
 * drivers/net/vmxnet3/vmxnet3_drv.c, vmxnet3_set_mc.
 */
export class DriverFilter {
  readonly #machine: Machine;
  readonly #shared: SharedBlock;
  readonly #multicastAddress: number;
  readonly #command: (code: number) => void;
  /** Multicast addresses of the interface, one behind the other. */
  #multicast: Uint8Array = new Uint8Array(0);
  /** VLANs of the interface (`active_vlans`). */
  readonly #vlanIds: number[] = [];

  /** @param command Writes a command to the device. */
  constructor(machine: Machine, memory: DriverMemory, command: (code: number) => void) {
    this.#machine = machine;
    this.#shared = memory.shared;
    this.#multicastAddress = memory.multicastAddress;
    this.#command = command;
  }

  /** `vmxnet3_set_mc`: filters by the interface's flags and addresses. */
  setMc(): void {
    const shared = this.#shared;
    const { memory } = this.#machine;
    let mode: number = RX_MODE.UCAST | RX_MODE.BCAST;
    if (this.#promiscuous) {
      mode |= RX_MODE.PROMISC;
      memory.bytes.fill(0, shared.base + SHARED.vfTable, shared.base + SHARED.rssConf);
    } else this.restoreVlan();
    if (this.#multicast.length > 0) {
      mode |= RX_MODE.MCAST;
      memory.bytes.set(this.#multicast, this.#multicastAddress);
      shared.store16(SHARED.mfTableLen, this.#multicast.length);
      shared.store64(SHARED.mfTablePA, this.#multicastAddress);
    } else {
      shared.store16(SHARED.mfTableLen, 0);
      shared.store64(SHARED.mfTablePA, 0);
    }
    if (shared.load32(SHARED.rxMode) !== mode) {
      shared.store32(SHARED.rxMode, mode);
      this.#command(COMMANDS.UPDATE_RX_MODE);
      this.#command(COMMANDS.UPDATE_VLAN_FILTERS);
    }
    this.#command(COMMANDS.UPDATE_MAC_FILTERS);
  }

  /** The interface joins its groups: all hosts, then those of the guest's identity. */
  joinGroups(): void {
    const { multicastMacs } = this.#machine.identity;
    this.#multicast = new Uint8Array(ALL_HOSTS.length * (multicastMacs.length + 1));
    this.#multicast.set(ALL_HOSTS);
    multicastMacs.forEach((mac, i) => this.#multicast.set(mac, ALL_HOSTS.length * (i + 1)));
  }

  /** `vmxnet3_vlan_rx_add_vid`. */
  addVlan(id: number): void {
    if (!this.#promiscuous) {
      this.#setVlanBit(id);
      this.#command(COMMANDS.UPDATE_VLAN_FILTERS);
    }
    this.#vlanIds.push(id);
  }

  /** `vmxnet3_restore_vlan`: untagged frames are VLAN 0. */
  restoreVlan(): void {
    this.#setVlanBit(0);
    for (const id of this.#vlanIds) this.#setVlanBit(id);
  }

  /**
   * The device filters one unicast address; for further ones the kernel sets IFF_PROMISC
   * (net/core/dev.c, __dev_set_rx_mode).
   */
  get #promiscuous(): boolean {
    return this.#machine.identity.secondaryMacs.length > 0;
  }

  #setVlanBit(id: number): void {
    const at = SHARED.vfTable + (id >> 5) * 4;
    this.#shared.store32(at, this.#shared.load32(at) | (1 << (id & 31)));
  }
}
