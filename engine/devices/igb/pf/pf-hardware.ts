import type { Machine } from "../../../machine.ts";
import type { Bar } from "../../../pci/bar.ts";
import type { Register } from "../../../registers/define.ts";
import { CONTROL_REGISTERS } from "../registers/control.ts";
import { SYSTEM_REGISTERS } from "../registers/system.ts";

const { CTRL, STATUS, MDIC, EERD } = CONTROL_REGISTERS;
const { SWSM, SW_FW_SYNC } = SYSTEM_REGISTERS;
const SMBI = 1;
const SWESMBI = 2;
/** Resource bit of port 0's PHY in SW_FW_SYNC. */
const PHY0 = 2;
const MDIC_READ = 2 << 26;
const MDIC_WRITE = 1 << 26;
const MDIC_READY = 1 << 28;
const MDIC_ERROR = 1 << 30;
const PHY_ADDRESS = 1 << 21;
const PAGE_SELECT = 0x1f;
/** PHY registers above this one lie on pages. */
const SINGLE_PAGE_MAX = 0xf;
const EERD_START = 1;
const EERD_DONE = 2;
const RETRIES = 2000;
const ALL_ONES = 0xffff_ffff;

/**
 * How the PF's driver reaches its registers, PHY and EEPROM:
 * drivers/net/ethernet/intel/igb/e1000_82575.c, e1000_phy.c, e1000_nvm.c, e1000_mac.c.
 */
export class PfHardware {
  readonly bar: Bar;

  readonly #machine: Machine;

  constructor(machine: Machine, bar: Bar) {
    this.#machine = machine;
    this.bar = bar;
  }

  /** `usleep_range` and the like: the driver's process sleeps, others go on. */
  sleep(microseconds: number): void {
    const { scheduler } = this.#machine;
    scheduler.nowCycles += this.#machine.microseconds(microseconds);
    scheduler.attend();
  }

  /**
   * `rd32`: all ones may mean that the device is gone, so `igb_rd32` then reads CTRL, which never
   * is all ones while the device is there.
   */
  read(register: Register, bank = 0): number {
    const value = this.bar.load(register, bank);
    if (value === ALL_ONES) this.bar.load(CTRL);
    return value;
  }

  /** `wr32`; the value is taken as unsigned. */
  write(register: Register, value: number, bank = 0): void {
    this.bar.store(register, value >>> 0, bank);
  }

  /** `wrfl`: a read of STATUS pushes posted writes out. */
  flush(): void {
    this.bar.load(STATUS);
  }

  /** `igb_acquire_phy_82575`: takes the PHY from firmware. */
  acquirePhy(): void {
    this.#takeSemaphore();
    this.write(SW_FW_SYNC, this.read(SW_FW_SYNC) | PHY0);
    this.#giveSemaphore();
  }

  /** `igb_release_phy_82575`. */
  releasePhy(): void {
    this.#takeSemaphore();
    this.write(SW_FW_SYNC, this.read(SW_FW_SYNC) & ~PHY0);
    this.#giveSemaphore();
  }

  /** `igb_read_phy_reg_igp`: the register's value, or -1 when the PHY refuses. */
  readPhy(number: number): number {
    this.acquirePhy();
    if (number > SINGLE_PAGE_MAX) this.#mdic(MDIC_WRITE | (PAGE_SELECT << 16) | number);
    const result = this.#mdic(MDIC_READ | ((number & 0x1f) << 16));
    this.releasePhy();
    return (result & MDIC_ERROR) !== 0 ? -1 : result & 0xffff;
  }

  /** `igb_write_phy_reg_igp`. */
  writePhy(number: number, value: number): void {
    this.acquirePhy();
    if (number > SINGLE_PAGE_MAX) this.#mdic(MDIC_WRITE | (PAGE_SELECT << 16) | number);
    this.#mdic(MDIC_WRITE | ((number & 0x1f) << 16) | value);
    this.releasePhy();
  }

  /** `igb_read_nvm_eerd`: one word of the EEPROM. */
  readNvm(address: number): number {
    this.write(EERD, (address << 2) | EERD_START);
    for (let n = 0; n < RETRIES && (this.read(EERD) & EERD_DONE) === 0; n++);
    return this.read(EERD) >>> 16;
  }

  /** `igb_read_phy_reg_mdic` and its counterpart: the command, then polls until it is done. */
  #mdic(command: number): number {
    this.write(MDIC, command | PHY_ADDRESS);
    let result = 0;
    for (let n = 0; n < RETRIES; n++) {
      result = this.read(MDIC);
      if ((result & MDIC_READY) !== 0) break;
    }
    return result;
  }

  /** `igb_get_hw_semaphore`: first among the driver's functions, then against firmware. */
  #takeSemaphore(): void {
    for (let n = 0; n < RETRIES && (this.read(SWSM) & SMBI) !== 0; n++);
    for (let n = 0; n < RETRIES; n++) {
      this.write(SWSM, this.read(SWSM) | SWESMBI);
      if ((this.read(SWSM) & SWESMBI) !== 0) break;
    }
  }

  /** `igb_put_hw_semaphore`. */
  #giveSemaphore(): void {
    this.write(SWSM, this.read(SWSM) & ~(SMBI | SWESMBI));
  }
}
