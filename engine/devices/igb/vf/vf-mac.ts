import type { Bar } from "../../../pci/bar.ts";
import {
  MAC_FILTER,
  MAILBOX_WORDS,
  MESSAGE,
  MESSAGE_INFO_SHIFT,
  REPLY,
} from "../mailbox-message.ts";
import { VF_REGISTERS } from "../registers/vf.ts";
import type { VfMailbox } from "./vf-mailbox.ts";

const R = VF_REGISTERS;
const RESET = 1 << 26;
const LINK_UP = 2;
const RESET_RETRIES = 200;
const MULTICAST_MAX = 30;
/** The multicast table has 4,096 bits: 12 of the address's last bits, shifted by 4. */
const HASH_SHIFT = 4;

/**
 * What the VF driver asks of its physical function: reset, addresses, multicast, frame size, link.
 * drivers/net/ethernet/intel/igbvf/vf.c.
 */
export class VfMac {
  readonly #bar: Bar;
  readonly #mailbox: VfMailbox;
  readonly #message = new Uint32Array(MAILBOX_WORDS);
  /** Address that the VF uses, 6 bytes. */
  readonly address = new Uint8Array(6);
  /** Address that the PF's administrator assigned, or zero. */
  readonly permanentAddress = new Uint8Array(6);
  /** The link has to be asked for again. */
  linkUnknown = true;

  constructor(bar: Bar, mailbox: VfMailbox) {
    this.#bar = bar;
    this.#mailbox = mailbox;
  }

  /** `e1000_reset_hw_vf`: false while the PF is in reset itself. */
  reset(): boolean {
    const bar = this.#bar;
    bar.store(R.VTCTRL, (bar.load(R.VTCTRL) | RESET) >>> 0);
    let left = RESET_RETRIES;
    while (left > 0 && this.#mailbox.resetSeen()) left--;
    if (left === 0) return false;
    this.#mailbox.activate();
    const message = this.#message;
    message[0] = MESSAGE.reset;
    this.#mailbox.writePosted(message, 1);
    if (!this.#mailbox.readPosted(message, 3)) return false;
    if (message[0] === MESSAGE.reset + REPLY.acknowledged) {
      this.#unpack(this.permanentAddress);
      return true;
    }
    if (message[0] !== MESSAGE.reset + REPLY.refused) return false;
    this.permanentAddress.fill(0);
    return true;
  }

  /** `e1000_read_mac_addr_vf`. */
  readAddress(): void {
    this.address.set(this.permanentAddress);
  }

  /** `e1000_rar_set_vf`: asks for `address`; when refused, the permanent one stays. */
  setAddress(): void {
    const message = this.#message;
    message.fill(0);
    message[0] = MESSAGE.setMacAddress;
    this.#pack(this.address);
    if (!this.#mailbox.writePosted(message, 3) || !this.#mailbox.readPosted(message, 3)) return;
    const reply = ((message[0] as number) & ~REPLY.clearToSend) >>> 0;
    if (reply === MESSAGE.setMacAddress + REPLY.refused) this.readAddress();
  }

  /** `e1000_set_uc_addr_vf` with E1000_VF_MAC_FILTER_CLR: forgets secondary addresses. */
  clearSecondaryAddresses(): void {
    const message = this.#message;
    message.fill(0);
    message[0] = MESSAGE.setMacAddress | MAC_FILTER.clear;
    if (this.#mailbox.writePosted(message, 3)) this.#mailbox.readPosted(message, 3);
  }

  /** `e1000_set_uc_addr_vf` with E1000_VF_MAC_FILTER_ADD: one secondary address more. */
  addSecondaryAddress(address: Uint8Array): void {
    const message = this.#message;
    message.fill(0);
    message[0] = MESSAGE.setMacAddress | MAC_FILTER.add;
    this.#pack(address);
    if (this.#mailbox.writePosted(message, 3)) this.#mailbox.readPosted(message, 3);
  }

  /** `e1000_update_mc_addr_list_vf`: at most 30 multicast addresses, as hashes. */
  setMulticast(addresses: readonly Uint8Array[]): void {
    const message = this.#message;
    message.fill(0);
    const count = Math.min(addresses.length, MULTICAST_MAX);
    message[0] = MESSAGE.setMulticast | (count << MESSAGE_INFO_SHIFT);
    for (let i = 0; i < count; i++) {
      const hash = multicastHash(addresses[i] as Uint8Array);
      const at = 1 + (i >> 1);
      message[at] = (message[at] as number) | (hash << (16 * (i & 1)));
    }
    if (this.#mailbox.writePosted(message, MAILBOX_WORDS)) this.#mailbox.readPosted(message, 1);
  }

  /** `e1000_rlpml_set_vf`: longest frame in bytes, tag and CRC included. */
  setLongestFrame(byteCount: number): void {
    const message = this.#message;
    message[0] = MESSAGE.setLongPacket;
    message[1] = byteCount;
    if (this.#mailbox.writePosted(message, 2)) this.#mailbox.readPosted(message, 1);
  }

  /** `e1000_set_vfta_vf`: adds or removes a VLAN; false when the PF refuses. */
  setVlan(vlan: number, add: boolean): boolean {
    const message = this.#message;
    message[0] = MESSAGE.setVlan | (add ? 1 << MESSAGE_INFO_SHIFT : 0);
    message[1] = vlan;
    this.#mailbox.writePosted(message, 2);
    if (!this.#mailbox.readPosted(message, 2)) return false;
    const reply = ((message[0] as number) & ~REPLY.clearToSend) >>> 0;
    return reply !== MESSAGE.setVlan + REPLY.refused;
  }

  /** `e1000_check_for_link_vf`: asks again only after a reset of the PF; updates `linkUnknown`. */
  checkLink(): void {
    if (this.#mailbox.resetSeen() || this.#mailbox.timeout === 0) this.linkUnknown = true;
    if (!this.linkUnknown) return;
    if ((this.#bar.load(R.STATUS) & LINK_UP) === 0) return;
    if (!this.#mailbox.read(this.#message, 1)) return;
    if (((this.#message[0] as number) & REPLY.clearToSend) === 0) return;
    if (this.#mailbox.timeout !== 0) this.linkUnknown = false;
  }

  /** `e1000_get_link_up_info_vf`: one read of STATUS. */
  readLinkInfo(): number {
    return this.#bar.load(R.STATUS);
  }

  #pack(address: Uint8Array): void {
    const view = new DataView(address.buffer, address.byteOffset, 6);
    this.#message[1] = view.getUint32(0, true);
    this.#message[2] = view.getUint16(4, true);
  }

  #unpack(address: Uint8Array): void {
    const view = new DataView(address.buffer, address.byteOffset, 6);
    view.setUint32(0, this.#message[1] as number, true);
    view.setUint16(4, this.#message[2] as number, true);
  }
}

/** `e1000_hash_mc_addr_vf`: bit of the multicast table that an address sets. */
function multicastHash(address: Uint8Array): number {
  return (
    (((address[4] as number) >> (8 - HASH_SHIFT)) | ((address[5] as number) << HASH_SHIFT)) & 0xfff
  );
}
