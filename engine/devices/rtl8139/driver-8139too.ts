import type { IoApicPin } from "../../cpu/io-apic.ts";
import type { IrqAction, IrqHandler } from "../../guest/irq.ts";
import type { NetDevice, NetDriver } from "../../guest/net-device.ts";
import type { PciDevice } from "../../guest/pci-device.ts";
import type { Skb } from "../../guest/skb.ts";
import type { Machine } from "../../machine.ts";
import type { Bar } from "../../pci/bar.ts";
import { CONFIG } from "../../pci/config-space.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { Rtl8139DriverParts } from "./driver-parts.ts";
import { TooReceive } from "./driver-8139too-receive.ts";
import { TooTransmit } from "./driver-8139too-transmit.ts";
import { readMacAddress } from "./driver-eeprom.ts";
import { ReceiveMode } from "./driver-receive-mode.ts";
import {
  checkMedia,
  LOCK,
  storeAndFlush,
  storeMacAddress,
  takeMissedPackets,
  UNLOCK,
} from "./driver-registers.ts";
import { COMMAND, INTERRUPT } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";

const DRIVER = ACTORS.guestDriver.code;
const CLOCK_RUN = 0x52;
const CLOCK_HALT = 0x48;
/** RxCfgRcv32K, RxNoWrap, no FIFO threshold, unlimited DMA bursts. */
const RECEIVE_CONFIG = 0xf780;
/** TxIFG96, TX_DMA_BURST 6, TX_RETRY 8. */
const TRANSMIT_CONFIG = 0x03000680;
const NORX_INTERRUPTS =
  INTERRUPT.SERR |
  INTERRUPT.timeOut |
  INTERRUPT.PUN |
  INTERRUPT.TER |
  INTERRUPT.TOK |
  INTERRUPT.RER;
const RX_ACK = INTERRUPT.FOVW | INTERRUPT.RXOVW | INTERRUPT.ROK;
const ALL_INTERRUPTS = NORX_INTERRUPTS | RX_ACK;
const RARE_INTERRUPTS = INTERRUPT.SERR | INTERRUPT.timeOut | INTERRUPT.PUN | INTERRUPT.RER;
/** SLEEP and PWRDN of CONFIG1 on old chips. */
const SLEEP_BITS = 0x03;
/** CSCR: link status changed. */
const LINK_CHANGED = 0x0800;

/**
 * Linux's driver for the classic chip, access for access: frames are copied into four transmit
 * slots and out of one receive buffer. drivers/net/ethernet/realtek/8139too.c (6.12). QEMU's
 * hardware version is none of the driver's list, so it takes the path of an original RTL8139.
 */
export class Driver8139too implements NetDriver, IrqHandler {
  readonly #machine: Machine;
  readonly #pci: PciDevice;
  readonly #bar: Bar;
  readonly #pin: IoApicPin;
  readonly #netDevice: NetDevice;
  readonly #transmit: TooTransmit;
  readonly #receive: TooReceive;
  readonly #receiveMode: ReceiveMode;
  readonly #interruptName: number;
  #mac: Uint8Array = new Uint8Array(6);
  #action: IrqAction | undefined;
  #running = false;
  #carrier = true;
  /** MPC summed up: `rx_missed_errors`. */
  missedCount = 0;

  constructor(parts: Rtl8139DriverParts) {
    this.#machine = parts.machine;
    this.#pci = parts.pci;
    this.#bar = parts.bar;
    this.#pin = parts.pin;
    this.#netDevice = parts.netDevice;
    this.#transmit = new TooTransmit(parts);
    this.#receive = new TooReceive(parts, ALL_INTERRUPTS);
    this.#receiveMode = new ReceiveMode(parts.machine.identity);
    this.#interruptName = parts.machine.trace.id("rtl8139_interrupt");
    parts.netDevice.attach(this);
  }

  /** Receive errors the driver counted: `rx_errors`. */
  get receiveErrorCount(): number {
    return this.#receive.errorCount;
  }

  /** `rtl8139_init_one`. */
  probe(): void {
    const bar = this.#bar;
    this.#pci.enable();
    this.#pci.setMaster();
    bar.store(REGISTERS.HltClk, CLOCK_RUN);
    bar.load(REGISTERS.TCR);
    bar.load(REGISTERS.TCR);
    bar.store(REGISTERS.CONFIG1, bar.load(REGISTERS.CONFIG1) & ~SLEEP_BITS);
    this.#resetChip();
    this.#mac = readMacAddress(bar, 5);
    bar.store(REGISTERS.HltClk, CLOCK_HALT);
  }

  /** `rtl8139_open`, and what the kernel does behind it, as for 8139cp; the carrier was on before. */
  open(): void {
    this.#action = this.#machine.kernel.requestLevelIrq(this.#pin, this);
    this.#running = true;
    this.#transmit.reset();
    this.#startHardware();
    this.#netDevice.startQueue();
    this.#setRxMode();
    this.readStatistics();
    while (this.#receiveMode.joinNext()) this.#setRxMode();
  }

  /** `rtl8139_get_stats64`: for netlink messages, `ifconfig` and the like. */
  readStatistics(): void {
    this.missedCount += takeMissedPackets(this.#bar);
  }

  /** `rtl8139_close`; before it the kernel sets the receive mode (`__dev_change_flags`). */
  stop(): void {
    const bar = this.#bar;
    this.#setRxMode();
    this.#netDevice.stopQueue();
    this.#running = false;
    this.#machine.kernel.disableInterrupts();
    bar.store(REGISTERS.CR, 0);
    bar.store(REGISTERS.IMR, 0);
    this.missedCount += takeMissedPackets(bar);
    this.#machine.kernel.enableInterrupts();
    if (this.#action !== undefined) this.#machine.kernel.freeIrq(this.#action);
    this.#action = undefined;
    this.#receiveMode.leaveAll();
    this.#transmit.reset();
    bar.store(REGISTERS["9346CR"], UNLOCK);
    bar.store(REGISTERS.HltClk, CLOCK_HALT);
  }

  /** `rtl8139_remove_one`: `pci_disable_device`. */
  remove(): void {
    this.#pci.clearMaster();
  }

  startXmit(skb: Skb): boolean {
    return this.#transmit.startXmit(skb);
  }

  /** `rtl8139_interrupt`. */
  handleIrq(): void {
    const span = this.#machine.open(DRIVER, this.#interruptName);
    this.#interrupt();
    this.#machine.close(span);
  }

  #interrupt(): void {
    const bar = this.#bar;
    const status = bar.load(REGISTERS.ISR);
    if ((status & ALL_INTERRUPTS) === 0 || status === 0xffff) return;
    if (!this.#running) {
      bar.store(REGISTERS.IMR, 0);
      return;
    }
    const linkChanged =
      (status & INTERRUPT.PUN) !== 0 && (bar.load(REGISTERS.CSCR) & LINK_CHANGED) !== 0;
    const acknowledged = status & ~(RX_ACK | INTERRUPT.TER);
    if (acknowledged !== 0) bar.store(REGISTERS.ISR, acknowledged);
    if ((status & RX_ACK) !== 0 && this.#machine.kernel.scheduleNapi(this.#receive)) {
      storeAndFlush(bar, REGISTERS.IMR, NORX_INTERRUPTS);
    }
    if ((status & RARE_INTERRUPTS) !== 0) this.#weirdInterrupt(status, linkChanged);
    if ((status & (INTERRUPT.TOK | INTERRUPT.TER)) !== 0) {
      this.#transmit.complete();
      if ((status & INTERRUPT.TER) !== 0) bar.store(REGISTERS.ISR, INTERRUPT.TER);
    }
  }

  /** `rtl8139_weird_interrupt`. */
  #weirdInterrupt(status: number, linkChanged: boolean): void {
    this.missedCount += takeMissedPackets(this.#bar);
    if (linkChanged) this.#carrier = checkMedia(this.#bar, this.#carrier);
    if ((status & INTERRUPT.SERR) !== 0) {
      this.#pci.config.write(CONFIG.status, 2, this.#pci.config.read(CONFIG.status, 2));
    }
  }

  /** `rtl8139_chip_reset`. */
  #resetChip(): void {
    this.#bar.store(REGISTERS.CR, COMMAND.RST);
    for (let i = 1000; i > 0; i--) {
      if ((this.#bar.load(REGISTERS.CR) & COMMAND.RST) === 0) return;
    }
  }

  /** `rtl8139_hw_start`. */
  #startHardware(): void {
    const bar = this.#bar;
    const enabled = COMMAND.RE | COMMAND.TE;
    bar.store(REGISTERS.HltClk, CLOCK_RUN);
    this.#resetChip();
    storeAndFlush(bar, REGISTERS["9346CR"], UNLOCK);
    storeMacAddress(bar, this.#mac);
    storeAndFlush(bar, REGISTERS.RBSTART, this.#receive.bufferAddress);
    bar.store(REGISTERS.CR, enabled);
    this.#receive.restart(RECEIVE_CONFIG | this.#receiveMode.acceptBits);
    bar.store(REGISTERS.TCR, TRANSMIT_CONFIG);
    this.#carrier = checkMedia(bar, undefined);
    bar.store(REGISTERS["9346CR"], LOCK);
    this.#transmit.storeAddresses();
    bar.store(REGISTERS.MPC, 0);
    this.#setRxMode();
    bar.store(REGISTERS.MULINT, bar.load(REGISTERS.MULINT) & 0xf000);
    if ((bar.load(REGISTERS.CR) & enabled) !== enabled) bar.store(REGISTERS.CR, enabled);
    bar.store(REGISTERS.IMR, ALL_INTERRUPTS);
  }

  /** `__set_rx_mode`: RCR only when it changes. */
  #setRxMode(): void {
    const config = RECEIVE_CONFIG | this.#receiveMode.acceptBits;
    if (config !== this.#receive.config) {
      storeAndFlush(this.#bar, REGISTERS.RCR, config);
      this.#receive.config = config;
    }
    this.#receiveMode.storeFilter(this.#bar);
  }
}
