import type { PcieDevice } from "../pcie-device.ts";
import { CAPABILITY } from "../config.ts";
import { CONTROL_REGISTERS } from "../registers/control.ts";
import { FILTER_REGISTERS } from "../registers/filter.ts";
import { INTERRUPT_REGISTERS } from "../registers/interrupt.ts";
import { SYSTEM_REGISTERS } from "../registers/system.ts";
import { CLEARED_COUNTERS } from "./pf-counters.ts";
import type { PfHardware } from "./pf-hardware.ts";
import type { PfPhy } from "./pf-phy.ts";

const C = CONTROL_REGISTERS;
const F = FILTER_REGISTERS;
const MASTER_DISABLE = 4;
const MASTER_ENABLED = 1 << 19;
const RESET = 1 << 26;
const LINK_UP = 1 << 6;
const FORCE_SPEED_DUPLEX = (1 << 11) | (1 << 12);
const FLOW_CONTROL = (1 << 27) | (1 << 28);
const PAD_SHORT = 8;
const AUTO_READ_DONE = 0x200;
const AUTO_READ_POLLS = 10;
const MASTER_POLLS = 800;
const RESEND_COMPLETIONS = 1 << 16;
const DEVICE_CONTROL_2 = 0x28;
const TIMEOUT_16_MS = 5;
const NVM_WORD = { alternateMac: 0x37, checksum: 0x3f, ledDefault: 4, control2: 0xf } as const;
const COLLISION_DISTANCE_MASK = 0x3f_f000;
const COLLISION_DISTANCE = 63 << 12;
/** Receive addresses: 16 in one table, 8 in another. */
export const ADDRESS_COUNT = 24;
const HIGH_VALID = 0x8000_0000;
const TABLE_WORDS = 128;

/** The PF driver's MAC code: drivers/net/ethernet/intel/igb/e1000_82575.c, e1000_mac.c. */
export class PfMac {
  readonly #hw: PfHardware;
  readonly #phy: PfPhy;
  readonly #pci: PcieDevice;
  #flowControlKnown = false;
  /** The link has to be looked at again (`get_link_status`). */
  linkUnknown = true;

  constructor(hw: PfHardware, phy: PfPhy, pci: PcieDevice) {
    this.#hw = hw;
    this.#phy = phy;
    this.#pci = pci;
  }

  /** `igb_reset_hw_82575`. */
  reset(): void {
    const hw = this.#hw;
    hw.write(C.CTRL, hw.read(C.CTRL) | MASTER_DISABLE);
    for (let n = 0; n < MASTER_POLLS && (hw.read(C.STATUS) & MASTER_ENABLED) !== 0; n++);
    this.#setCompletionTimeout();
    hw.write(INTERRUPT_REGISTERS.IMC, 0xffff_ffff);
    hw.write(F.RCTL, 0);
    hw.write(F.TCTL, PAD_SHORT);
    hw.flush();
    hw.write(C.CTRL, hw.read(C.CTRL) | RESET);
    for (let n = 0; n < AUTO_READ_POLLS && (hw.read(C.EECD) & AUTO_READ_DONE) === 0; n++);
    // The EEPROM never says that it was read; is there one at all?
    hw.read(C.EECD);
    hw.write(INTERRUPT_REGISTERS.IMC, 0xffff_ffff);
    hw.read(INTERRUPT_REGISTERS.ICR);
    this.checkAlternateAddress();
  }

  /** `igb_check_alt_mac_addr`. */
  checkAlternateAddress(): void {
    this.#hw.readNvm(NVM_WORD.alternateMac);
  }

  /** `igb_validate_nvm_checksum`. */
  validateNvm(): void {
    for (let word = 0; word <= NVM_WORD.checksum; word++) this.#hw.readNvm(word);
  }

  /** `igb_read_mac_addr_82575`: the address that the chip loaded from its EEPROM. */
  readAddress(): Uint8Array {
    this.checkAlternateAddress();
    const high = this.#hw.read(F.RA, 1);
    const low = this.#hw.read(F.RA, 0);
    const address = new Uint8Array(6);
    const view = new DataView(address.buffer);
    view.setUint32(0, low, true);
    view.setUint16(4, high & 0xffff, true);
    return address;
  }

  /** `igb_init_hw_82575`: LEDs, tables, link, counters. */
  initialize(address: Uint8Array): void {
    const hw = this.#hw;
    hw.readNvm(NVM_WORD.ledDefault);
    hw.read(C.LEDCTL);
    this.clearVlanTable();
    this.setAddress(0, address, true, 0);
    for (let index = 1; index < ADDRESS_COUNT; index++) this.clearAddress(index);
    for (let i = 0; i < TABLE_WORDS; i++) hw.write(F.MTA, 0, i);
    for (let i = 0; i < TABLE_WORDS; i++) hw.write(F.UTA, 0, i);
    this.setUpLink();
    for (const counter of CLEARED_COUNTERS) hw.read(counter);
  }

  /** `igb_setup_link`: flow control as the EEPROM says, PHY, thresholds. */
  setUpLink(): void {
    const hw = this.#hw;
    this.#phy.checkResetBlock();
    if (!this.#flowControlKnown) hw.readNvm(NVM_WORD.control2);
    this.#flowControlKnown = true;
    hw.write(C.CTRL, (hw.read(C.CTRL) | LINK_UP) & ~FORCE_SPEED_DUPLEX);
    this.#phy.setUpCopper();
    hw.write(C.FCT, 0x8808);
    hw.write(C.FCAH, 0x100);
    hw.write(C.FCAL, 0xc2_8001);
    hw.write(C.FCTTV, 0xffff);
    hw.write(C.FCRTL, 0x8000_0000 + WATERMARK.low);
    hw.write(C.FCRTH, WATERMARK.high);
  }

  /** `igb_rar_set_index`: entry `index` of the receive addresses, for one pool. */
  setAddress(index: number, address: Uint8Array, valid: boolean, pools: number): void {
    const view = new DataView(address.buffer, address.byteOffset, 6);
    const high = view.getUint16(4, true) + pools * 0x4_0000 + (valid ? HIGH_VALID : 0);
    this.#writeAddress(index, view.getUint32(0, true), high);
  }

  /** Clears an entry of the receive addresses. */
  clearAddress(index: number): void {
    this.#writeAddress(index, 0, 0);
  }

  /** `igb_flush_mac_table`. */
  clearAddresses(): void {
    for (let index = 0; index < ADDRESS_COUNT; index++) this.clearAddress(index);
  }

  /** `igb_clear_vfta`: from the end, each write flushed. */
  clearVlanTable(): void {
    for (let i = TABLE_WORDS - 1; i >= 0; i--) this.writeVlanWord(i, 0);
  }

  /** `igb_write_vfta`. */
  writeVlanWord(index: number, value: number): void {
    this.#hw.write(F.VFTA, value, index);
    this.#hw.flush();
  }

  /** `igb_update_mc_addr_list`: the whole multicast table from the end. */
  writeMulticast(addresses: readonly Uint8Array[]): void {
    const table = new Uint32Array(TABLE_WORDS);
    for (const address of addresses) {
      const hash = multicastHash(address);
      table[hash >> 5] = (table[hash >> 5] as number) | (1 << (hash & 31));
    }
    for (let i = TABLE_WORDS - 1; i >= 0; i--) this.#hw.write(F.MTA, table[i] as number, i);
    this.#hw.flush();
  }

  /** `igb_mta_set`: one bit more in the multicast table. */
  addMulticastHash(hash: number): void {
    const index = (hash >> 5) & (TABLE_WORDS - 1);
    this.#hw.write(F.MTA, this.#hw.read(F.MTA, index) | (1 << (hash & 31)), index);
    this.#hw.flush();
  }

  /** `igb_config_collision_dist`. */
  setCollisionDistance(): void {
    const control = this.#hw.read(F.TCTL);
    this.#hw.write(F.TCTL, (control & ~COLLISION_DISTANCE_MASK) | COLLISION_DISTANCE);
    this.#hw.flush();
  }

  /** `igb_has_link`: asks the PHY after a change, and sets the MAC up for a new link. */
  hasLink(): boolean {
    if (!this.linkUnknown) return true;
    if (!this.#phy.waitForLink(1)) return false;
    this.linkUnknown = false;
    this.#phy.checkDownshift();
    this.setCollisionDistance();
    this.#forceFlowControl();
    this.#phy.readNegotiation();
    this.readSpeed();
    this.#forceFlowControl();
    return true;
  }

  /** `igb_get_speed_and_duplex_copper`: STATUS, whose bits 6 and 7 are the speed. */
  readSpeed(): number {
    return this.#hw.read(C.STATUS);
  }

  /** `igb_force_mac_fc`: both directions. */
  #forceFlowControl(): void {
    this.#hw.write(C.CTRL, this.#hw.read(C.CTRL) | FLOW_CONTROL);
  }

  /** `igb_set_pcie_completion_timeout`. */
  #setCompletionTimeout(): void {
    const control = this.#hw.read(SYSTEM_REGISTERS.GCR);
    const at = CAPABILITY.express + DEVICE_CONTROL_2;
    const { config } = this.#pci;
    config.write(at, 2, config.read(at, 2) | TIMEOUT_16_MS);
    this.#hw.write(SYSTEM_REGISTERS.GCR, control & ~RESEND_COMPLETIONS);
  }

  #writeAddress(index: number, low: number, high: number): void {
    const table = index < 16 ? F.RA : F.RA2;
    const bank = 2 * (index % 16);
    this.#hw.write(table, low, bank);
    this.#hw.flush();
    this.#hw.write(table, high, bank + 1);
    this.#hw.flush();
  }
}

/** Flow control thresholds in bytes: 64 KiB of packet buffer less a frame and a jumbo frame. */
const WATERMARK = { high: 0xd400, low: 0xd3f0 } as const;

/** `igb_hash_mc_addr` with filter type 0. */
function multicastHash(address: Uint8Array): number {
  return (((address[4] as number) >> 4) | ((address[5] as number) << 4)) & 0xfff;
}
