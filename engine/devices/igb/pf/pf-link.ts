import type { NetDevice } from "../../../guest/net-device.ts";
import type { Machine } from "../../../machine.ts";
import { CONTROL_REGISTERS } from "../registers/control.ts";
import { INTERRUPT_REGISTERS } from "../registers/interrupt.ts";
import { QUEUE_REGISTERS } from "../registers/queue.ts";
import { DriverWatchdog } from "../watchdog.ts";
import { checkReceiveStamp } from "./pf-clock.ts";
import { WATCHED_COUNTERS } from "./pf-counters.ts";
import type { PfHardware } from "./pf-hardware.ts";
import { PF_VECTORS } from "./pf-interrupts.ts";
import type { PfMac } from "./pf-mac.ts";
import type { PfPhy } from "./pf-phy.ts";
import type { PfVirtualFunctions } from "./pf-virtual-functions.ts";

const SPEED = { bit1000: 0x80, bit100: 0x40 } as const;

/** What the link's watch needs of the driver. */
export interface PfLinkParts {
  readonly machine: Machine;
  readonly hw: PfHardware;
  readonly phy: PfPhy;
  readonly mac: PfMac;
  readonly vfs: PfVirtualFunctions;
  readonly netDevice: NetDevice;
  /** Whether the watchdog runs every two seconds, or only when the link changed. */
  readonly periodicWatchdog: boolean;
}

/** igb's watch over link and counters: igb/igb_main.c, igb_watchdog_task. */
export class PfLink {
  readonly #parts: PfLinkParts;
  readonly #hw: PfHardware;
  readonly #watchdog: DriverWatchdog;
  readonly #infoTimer: DriverWatchdog;
  /** Mbit/s as the driver last read it, 0 without a link. */
  #speed = 0;
  #carrier = false;
  #down = true;
  /** How often the link came up. */
  upCount = 0;

  constructor(parts: PfLinkParts) {
    const { machine, phy, periodicWatchdog } = parts;
    this.#parts = parts;
    this.#hw = parts.hw;
    this.#watchdog = new DriverWatchdog(machine, () => this.watch(), periodicWatchdog);
    this.#infoTimer = new DriverWatchdog(machine, () => phy.readInfo(), periodicWatchdog);
  }

  /** Link at 1 Gbit/s. */
  get gigabit(): boolean {
    return this.#speed === 1000;
  }

  /** The interface is up: the link is looked at from now on. */
  start(): void {
    this.#down = false;
    this.#parts.mac.linkUnknown = true;
  }

  /** The interface goes down: nobody looks any more. */
  stop(): void {
    this.#down = true;
    this.#carrier = false;
  }

  /** Takes the timers back, reads the counters a last time. */
  end(): void {
    this.#watchdog.cancel();
    this.#infoTimer.cancel();
    this.readStatistics();
    this.#speed = 0;
  }

  /** An interrupt said that the link changed. */
  changed(): void {
    this.#parts.mac.linkUnknown = true;
    if (!this.#down) this.#watchdog.soon();
  }

  /** `igb_watchdog_task`. */
  watch(): void {
    if (this.#down) return;
    const before = this.#carrier;
    const link = this.#parts.mac.hasLink();
    if (link && !before) this.#up();
    else if (!link && before) this.#lost();
    this.readStatistics();
    const vectors = (1 << PF_VECTORS.receive) | (1 << PF_VECTORS.transmit);
    this.#hw.write(INTERRUPT_REGISTERS.EICS, vectors);
    checkReceiveStamp(this.#hw);
    this.#watchdog.later();
    // linkwatch_do_dev tells user space of the new carrier, counters included.
    if (this.#carrier !== before) this.readStatistics();
  }

  /** `igb_update_stats`: nothing is read without link. */
  readStatistics(): void {
    if (this.#speed === 0) return;
    this.#hw.read(QUEUE_REGISTERS.RQDPC);
    for (const counter of WATCHED_COUNTERS) this.#hw.read(counter);
  }

  /** Two seconds have passed since the link came up; for watchdogs that are not periodic. */
  elapseInfo(): void {
    this.#infoTimer.elapse();
  }

  /** Two seconds have passed since the last run; for watchdogs that are not periodic. */
  elapse(): void {
    this.#watchdog.elapse();
  }

  #up(): void {
    const { mac, phy, netDevice, vfs } = this.#parts;
    this.upCount++;
    this.#speed = speedOf(mac.readSpeed());
    this.#hw.read(CONTROL_REGISTERS.CTRL);
    phy.checkDownshift();
    if (this.gigabit) phy.waitForRemote();
    this.#carrier = true;
    netDevice.wakeQueue();
    vfs.ping();
    this.#infoTimer.later();
  }

  #lost(): void {
    this.#speed = 0;
    this.#carrier = false;
    this.#parts.netDevice.stopQueue();
    this.#parts.vfs.ping();
    this.#infoTimer.later();
  }
}

function speedOf(status: number): number {
  if ((status & SPEED.bit1000) !== 0) return 1000;
  return (status & SPEED.bit100) !== 0 ? 100 : 10;
}
