import {
  MAC_FILTER,
  MAILBOX_WORDS,
  MESSAGE,
  MESSAGE_INFO_SHIFT,
  REPLY,
} from "../mailbox-message.ts";
import { FILTER_REGISTERS } from "../registers/filter.ts";
import { VIRTUALIZATION_REGISTERS } from "../registers/virtualization.ts";
import type { PfFilters, VfFilterState } from "./pf-filters.ts";
import type { PfHardware } from "./pf-hardware.ts";
import { ADDRESS_COUNT, type PfMac } from "./pf-mac.ts";
import { PfMailbox } from "./pf-mailbox.ts";

const R = VIRTUALIZATION_REGISTERS;
const INFO_MASK = 0xff << MESSAGE_INFO_SHIFT;
const MESSAGE_MASK = 0xffff;
const VLAN_MASK = 0xfff;
const HASHES_MAX = 30;
/** DTXSWC: the VLAN spoof bits lie above those of addresses. */
const VLAN_SPOOF_SHIFT = 8;
/** Receive addresses that the PF keeps for itself: its own and three more. */
const PF_ADDRESSES = 4;

class VfState implements VfFilterState {
  readonly address = new Uint8Array(6);
  multicastHashes: number[] = [];
  clearToSend = false;
}

/** What igb does for its virtual functions: igb/igb_main.c, igb_msg_task and what it calls. */
export class PfVirtualFunctions {
  readonly #hw: PfHardware;
  readonly #mac: PfMac;
  readonly #filters: PfFilters;
  readonly #mailbox: PfMailbox;
  readonly #message = new Uint32Array(MAILBOX_WORDS);
  /** VF that uses each receive address besides its first one, -1 for nobody. */
  readonly #addressOwners = new Int8Array(ADDRESS_COUNT).fill(-1);
  readonly #addresses: (Uint8Array | undefined)[] = [];
  #states: VfState[] = [];

  constructor(hw: PfHardware, mac: PfMac, filters: PfFilters) {
    this.#hw = hw;
    this.#mac = mac;
    this.#filters = filters;
    this.#mailbox = new PfMailbox(hw);
  }

  /** `igb_enable_sriov`: from now on there are `count` VFs, without addresses. */
  setCount(count: number): void {
    this.#states = Array.from({ length: count }, () => new VfState());
    this.#filters.vfs = this.#states;
    this.#addressOwners.fill(-1);
    for (let vf = 0; vf < count; vf++) this.#setAddress(vf, new Uint8Array(6));
  }

  /** `igb_ndo_set_vf_spoofchk`: whether the chip compares what the VF sends with its addresses. */
  setSpoofCheck(vf: number, enabled: boolean): void {
    const bits = (1 << vf) | (1 << (vf + VLAN_SPOOF_SHIFT));
    const control = this.#hw.read(FILTER_REGISTERS.DTXSWC);
    this.#hw.write(FILTER_REGISTERS.DTXSWC, enabled ? control | bits : control & ~bits);
  }

  /** Part of `igb_reset`: no VF may go on until it has been reset itself. */
  beforeReset(): void {
    if (this.#states.length === 0) return;
    for (const state of this.#states) state.clearToSend = false;
    this.ping();
    this.#hw.write(R.VFRE, 0);
    this.#hw.write(R.VFTE, 0);
  }

  /** `igb_ping_all_vfs`. */
  ping(): void {
    for (const [vf, state] of this.#states.entries()) {
      this.#message[0] = MESSAGE.control | (state.clearToSend ? REPLY.clearToSend : 0);
      this.#mailbox.write(vf, this.#message, 1);
    }
  }

  /** `igb_msg_task`: a mailbox interrupt. */
  serve(): void {
    for (let vf = 0; vf < this.#states.length; vf++) {
      if (this.#mailbox.resetSeen(vf)) {
        (this.#states[vf] as VfState).address.fill(0);
        this.#reset(vf);
      }
      if (this.#mailbox.messageSeen(vf)) this.#receive(vf);
      this.#mailbox.acknowledgeSeen(vf);
    }
  }

  /** `igb_rcv_msg_from_vf`. */
  #receive(vf: number): void {
    const message = this.#message;
    const state = this.#states[vf] as VfState;
    if (!this.#mailbox.read(vf, message)) {
      state.clearToSend = false;
      return;
    }
    const head = message[0] as number;
    if ((head & (REPLY.acknowledged | REPLY.refused)) !== 0) {
      this.#mailbox.unlock(vf);
      return;
    }
    if (head === MESSAGE.reset) {
      this.#answerReset(vf);
      return;
    }
    const accepted = state.clearToSend && this.#obey(vf, head);
    const flags = REPLY.clearToSend | (accepted ? REPLY.acknowledged : REPLY.refused);
    message[0] = ((message[0] as number) | flags) >>> 0;
    this.#mailbox.write(vf, message, 1);
  }

  /** What the message asks; false when it is refused. */
  #obey(vf: number, head: number): boolean {
    const message = this.#message;
    const state = this.#states[vf] as VfState;
    const info = (head & INFO_MASK) >> MESSAGE_INFO_SHIFT;
    switch (head & MESSAGE_MASK) {
      case MESSAGE.setMacAddress:
        return this.#manageAddress(vf, info << MESSAGE_INFO_SHIFT);
      case MESSAGE.setPromiscuous:
        return this.#setPromiscuous(vf, info);
      case MESSAGE.setMulticast:
        state.multicastHashes = Array.from({ length: info }, (_, i) => this.#hashAt(i));
        this.#filters.setReceiveMode();
        return true;
      case MESSAGE.setLongPacket:
        this.#filters.setVfLongest(vf, message[1] as number);
        return true;
      case MESSAGE.setVlan: {
        const vlan = (message[1] as number) & VLAN_MASK;
        if (!this.#filters.setVfVlan(vlan, info !== 0, vf)) return false;
        this.#filters.setVlanStripping(vf, vlan !== 0);
        return true;
      }
      default:
        return false;
    }
  }

  /** `igb_vf_reset_msg`. */
  #answerReset(vf: number): void {
    const state = this.#states[vf] as VfState;
    this.#reset(vf);
    this.#setAddress(vf, state.address);
    this.#hw.write(R.VFTE, this.#hw.read(R.VFTE) | (1 << vf));
    this.#hw.write(R.VFRE, this.#hw.read(R.VFRE) | (1 << vf));
    state.clearToSend = true;
    const message = this.#message;
    const assigned = state.address.some((byte) => byte !== 0);
    message[0] = MESSAGE.reset + (assigned ? REPLY.acknowledged : REPLY.refused);
    if (assigned) {
      const view = new DataView(state.address.buffer);
      message[1] = view.getUint32(0, true);
      const kept = (message[2] as number) & 0xffff_0000;
      message[2] = (kept | view.getUint16(4, true)) >>> 0;
    }
    this.#mailbox.write(vf, message, 3);
  }

  /** `igb_vf_reset`. */
  #reset(vf: number): void {
    const state = this.#states[vf] as VfState;
    state.clearToSend = false;
    this.#filters.clearVfVlans(vf);
    this.#filters.setVfVlan(0, true, vf);
    this.#hw.write(FILTER_REGISTERS.VMVIR, 0, vf);
    this.#filters.setOffload(vf, true);
    this.#filters.setVlanStripping(vf, false);
    state.multicastHashes = [];
    this.#filters.setReceiveMode();
  }

  /** `igb_set_vf_mac_addr` and `igb_set_vf_mac_filter`. */
  #manageAddress(vf: number, info: number): boolean {
    const address = this.#addressInMessage();
    // igbvf clears with a zero address, which is refused: secondary addresses stay.
    if (!isValid(address)) return false;
    if (info === MAC_FILTER.clear) {
      for (const [index, owner] of this.#addressOwners.entries()) {
        if (owner !== vf) continue;
        this.#addressOwners[index] = -1;
        this.#mac.clearAddress(index);
      }
      return true;
    }
    if (info === 0) {
      this.#setAddress(vf, address);
      return true;
    }
    if (info !== MAC_FILTER.add) return false;
    const last = ADDRESS_COUNT - this.#states.length;
    for (let index = PF_ADDRESSES; index < last; index++) {
      const owner = this.#addressOwners[index] as number;
      if (owner >= 0 && (owner !== vf || !sameBytes(this.#addresses[index], address))) continue;
      this.#addressOwners[index] = vf;
      this.#addresses[index] = address;
      this.#mac.setAddress(index, address, true, 1 << vf);
      return true;
    }
    return false;
  }

  /** `igb_set_vf_promisc`: only promiscuous multicast can be had. */
  #setPromiscuous(vf: number, info: number): boolean {
    const multicast = (info & 2) !== 0;
    this.#filters.setVfPromiscuous(vf, multicast);
    const head = this.#message[0] as number;
    if (multicast) this.#message[0] = (head & ~(2 << MESSAGE_INFO_SHIFT)) >>> 0;
    return (info & ~2) === 0;
  }

  /** `igb_set_vf_mac`: the VFs' first addresses are the table's last entries. */
  #setAddress(vf: number, address: Uint8Array): void {
    (this.#states[vf] as VfState).address.set(address);
    this.#mac.setAddress(ADDRESS_COUNT - 1 - vf, address, isValid(address), 1 << vf);
  }

  #addressInMessage(): Uint8Array {
    const address = new Uint8Array(6);
    const view = new DataView(address.buffer);
    view.setUint32(0, this.#message[1] as number, true);
    view.setUint16(4, (this.#message[2] as number) & 0xffff, true);
    return address;
  }

  /** Hashes are 16 bits wide, two in a word, at most 30 of them. */
  #hashAt(index: number): number {
    if (index >= HASHES_MAX) return 0;
    const word = this.#message[1 + (index >> 1)] as number;
    return (index & 1) === 0 ? word & 0xffff : word >>> 16;
  }
}

/** `is_valid_ether_addr`. */
function isValid(address: Uint8Array): boolean {
  return ((address[0] as number) & 1) === 0 && address.some((byte) => byte !== 0);
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.every((byte, i) => byte === b[i]);
}
