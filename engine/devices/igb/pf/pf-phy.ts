import { CONTROL_REGISTERS } from "../registers/control.ts";
import { SYSTEM_REGISTERS } from "../registers/system.ts";
import type { PfHardware } from "./pf-hardware.ts";

const { CTRL, EECD, EEMNGCTL } = CONTROL_REGISTERS;
const PHY_RESET = 0x8000_0000;
/** Registers of the IGP PHY. */
const PHY = {
  control: 0,
  status: 1,
  id1: 2,
  id2: 3,
  advertise: 4,
  partner: 5,
  gigabitControl: 9,
  gigabitStatus: 10,
  portStatus: 0x11,
  portControl: 0x12,
  linkHealth: 0x13,
  power: 0x19,
  pcsInit: 0xb4,
} as const;
const POWER_DOWN = 0x0800;
const AUTONEG_RESTART = 0x1200;
const LINK = 4;
const D0_LOW_POWER = 2;
const AUTO_CROSSOVER = 0x1000;
const HALF_GIGABIT = 0x100;
const SPEED_MASK = 0xc000;
const REMOTE_OK = 0x1000;
const CONFIG_DONE = 1 << 18;
const CONFIG_POLLS = 100;
/** What `usleep_range(1000, 2000)` comes to without high-resolution timers, as recorded. */
const CONFIG_POLL_MICROSECONDS = 2600;
const LINK_POLLS = 10;

/** The PF driver's PHY code: drivers/net/ethernet/intel/igb/e1000_phy.c, e1000_82575.c. */
export class PfPhy {
  readonly #hw: PfHardware;

  constructor(hw: PfHardware) {
    this.#hw = hw;
  }

  /** `igb_get_phy_id`. */
  identify(): void {
    this.#hw.readPhy(PHY.id1);
    this.#hw.readPhy(PHY.id2);
  }

  /** `igb_check_reset_block`: whether firmware forbids resets; it never does. */
  checkResetBlock(): void {
    this.#hw.read(SYSTEM_REGISTERS.MANC);
  }

  /** `igb_phy_hw_reset`, then `igb_get_cfg_done_82575`, which waits in vain. */
  reset(): void {
    const hw = this.#hw;
    this.checkResetBlock();
    hw.acquirePhy();
    const control = hw.read(CTRL);
    hw.write(CTRL, control | PHY_RESET);
    hw.flush();
    hw.write(CTRL, control);
    hw.flush();
    hw.releasePhy();
    for (let n = 0; n < CONFIG_POLLS && (hw.read(EEMNGCTL) & CONFIG_DONE) === 0; n++) {
      hw.sleep(CONFIG_POLL_MICROSECONDS);
    }
    hw.read(EECD);
  }

  /** `igb_copper_link_setup_igp`: reset, no low power, automatic crossover, then negotiation. */
  setUpCopper(): void {
    const hw = this.#hw;
    this.reset();
    hw.writePhy(PHY.power, hw.readPhy(PHY.power) & ~D0_LOW_POWER);
    hw.writePhy(PHY.portControl, (hw.readPhy(PHY.portControl) & ~0x3000) | AUTO_CROSSOVER);
    hw.writePhy(PHY.gigabitControl, hw.readPhy(PHY.gigabitControl));
    this.#negotiate();
    this.waitForLink(LINK_POLLS);
  }

  /** `igb_phy_has_link`: STATUS is read twice, because its bits latch; true when link was seen. */
  waitForLink(polls: number): boolean {
    for (let n = 0; n < polls; n++) {
      this.#hw.readPhy(PHY.status);
      if ((this.#hw.readPhy(PHY.status) & LINK) !== 0) return true;
    }
    return false;
  }

  /** `igb_check_downshift`. */
  checkDownshift(): void {
    this.#hw.readPhy(PHY.linkHealth);
  }

  /** What flow control was negotiated: status twice, both sides' abilities. */
  readNegotiation(): void {
    for (const number of [PHY.status, PHY.status, PHY.advertise, PHY.partner]) {
      this.#hw.readPhy(number);
    }
  }

  /** Waits until the remote receiver is well: part of `igb_watchdog_task`. */
  waitForRemote(): void {
    for (let n = 0; n < 20 && (this.#hw.readPhy(PHY.gigabitStatus) & REMOTE_OK) === 0; n++);
  }

  /** `igb_power_down_phy_copper`, if management does not need the PHY. */
  powerDown(): void {
    this.#hw.read(SYSTEM_REGISTERS.MANC);
    this.checkResetBlock();
    this.#hw.writePhy(PHY.control, this.#hw.readPhy(PHY.control) | POWER_DOWN);
  }

  /** `igb_power_up_phy_copper`. */
  powerUp(): void {
    this.#hw.writePhy(PHY.control, this.#hw.readPhy(PHY.control) & ~POWER_DOWN);
  }

  /** `igb_get_phy_info_igp`: nothing more is asked without link or after an error. */
  readInfo(): void {
    if (!this.waitForLink(1)) return;
    const status = this.#hw.readPhy(PHY.portStatus);
    if ((status & SPEED_MASK) === SPEED_MASK) this.#hw.readPhy(PHY.pcsInit);
  }

  /** `igb_copper_link_autoneg`. */
  #negotiate(): void {
    const hw = this.#hw;
    const advertise = hw.readPhy(PHY.advertise);
    const gigabit = hw.readPhy(PHY.gigabitControl);
    hw.writePhy(PHY.advertise, advertise);
    hw.writePhy(PHY.gigabitControl, gigabit & ~HALF_GIGABIT);
    hw.writePhy(PHY.control, hw.readPhy(PHY.control) | AUTONEG_RESTART);
  }
}
