import type { IrqAction, IrqHandler } from "../../guest/irq.ts";
import type { NetDevice, NetDriver } from "../../guest/net-device.ts";
import type { PciDevice } from "../../guest/pci-device.ts";
import type { Skb } from "../../guest/skb.ts";
import type { IoApicPin } from "../../cpu/io-apic.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import type { Bar } from "../../pci/bar.ts";
import { CONFIG } from "../../pci/config-space.ts";
import { ACTORS } from "../../trace/actor.ts";
import { DESCRIPTOR_BYTES } from "./descriptors.ts";
import type { Rtl8139DriverParts } from "./driver-parts.ts";
import { CpReceive } from "./driver-8139cp-receive.ts";
import { CpTransmit } from "./driver-8139cp-transmit.ts";
import { readMacAddress } from "./driver-eeprom.ts";
import {
  checkMedia,
  LOCK,
  storeAndFlush,
  storeMacAddress,
  takeMissedPackets,
  UNLOCK,
} from "./driver-registers.ts";
import { ReceiveMode } from "./driver-receive-mode.ts";
import { COMMAND, INTERRUPT } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";

const DRIVER = ACTORS.guestDriver.code;
/** CP_RX_RING_SIZE and CP_TX_RING_SIZE. */
const RING_ENTRIES = 64;
const RING_BYTES = RING_ENTRIES * DESCRIPTOR_BYTES;
/** CP_RING_BYTES: both rings and the statistics block, from the page allocator. */
const DMA_BYTES = 2 * RING_BYTES + 64;
const PAGE_BYTES = 4096;
/** PCIDAC | PCIMulRW | RxChkSum | CpRxOn | CpTxOn. */
const CP_COMMAND = 0x3b;
/** RX_FIFO_THRESH 5 and RX_DMA_BURST 4 in their places. */
const RECEIVE_CONFIG = 0xa400;
/** IFG | TX_DMA_BURST << TxDMAShift. */
const TRANSMIT_CONFIG = 0x03000600;
const RX_INTERRUPTS = INTERRUPT.ROK | INTERRUPT.RER | INTERRUPT.RXOVW | INTERRUPT.FOVW;
const NORX_INTERRUPTS =
  INTERRUPT.SERR | INTERRUPT.PUN | INTERRUPT.TOK | INTERRUPT.TER | INTERRUPT.TDU;
const TX_INTERRUPTS = INTERRUPT.TOK | INTERRUPT.TER | INTERRUPT.TDU | 0x0100;
const COMMAND_INVALIDATE = 0x10;

/**
 * Linux's driver for the C+ chip, access for access: descriptor rings, one doorbell per frame, NAPI
 * for receive. drivers/net/ethernet/realtek/8139cp.c (6.12).
 */
export class Driver8139cp implements NetDriver, IrqHandler {
  readonly #machine: Machine;
  readonly #pci: PciDevice;
  readonly #bar: Bar;
  readonly #pin: IoApicPin;
  readonly #netDevice: NetDevice;
  readonly #rxRing: SharedBlock;
  readonly #txRing: SharedBlock;
  readonly #receive: CpReceive;
  readonly #transmit: CpTransmit;
  readonly #receiveMode: ReceiveMode;
  readonly #interruptName: number;
  #mac: Uint8Array = new Uint8Array(6);
  #action: IrqAction | undefined;
  #running = false;
  #carrier = false;
  /** MPC summed up: `rx_missed_errors`. */
  missedCount = 0;

  constructor(parts: Rtl8139DriverParts) {
    const { machine } = parts;
    this.#machine = machine;
    this.#pci = parts.pci;
    this.#bar = parts.bar;
    this.#pin = parts.pin;
    this.#netDevice = parts.netDevice;
    const base = machine.memory.allocate(DMA_BYTES, PAGE_BYTES);
    this.#rxRing = machine.block("rx_ring", base, RING_BYTES);
    this.#txRing = machine.block("tx_ring", base + RING_BYTES, RING_BYTES);
    this.#receive = new CpReceive(parts, this.#rxRing);
    this.#transmit = new CpTransmit(parts, this.#txRing);
    this.#receiveMode = new ReceiveMode(machine.identity);
    this.#interruptName = machine.trace.id("cp_interrupt");
    parts.netDevice.attach(this);
    parts.netDevice.checksumOffload = true;
  }

  /** Receive errors the driver counted: `rx_errors`. */
  get receiveErrorCount(): number {
    return this.#receive.errorCount;
  }

  /** `cp_init_one`. */
  probe(): void {
    this.#pci.enable();
    this.#pci.setMwi();
    this.#stopHardware();
    this.#mac = readMacAddress(this.#bar, 3);
    this.#pci.setMaster();
  }

  /**
   * `cp_open`, and what the kernel does around it: the receive mode once more (`dev_set_rx_mode`),
   * statistics for the netlink message, the groups and addresses that join (`ip_mc_up` first), and
   * statistics again when linkwatch tells of the carrier.
   */
  open(): void {
    this.#transmit.initRing();
    this.#receive.initRing();
    this.#initHardware();
    this.#action = this.#machine.kernel.requestLevelIrq(this.#pin, this);
    this.#running = true;
    storeAndFlush(this.#bar, REGISTERS.IMR, RX_INTERRUPTS | NORX_INTERRUPTS);
    this.#carrier = checkMedia(this.#bar, undefined);
    this.#netDevice.startQueue();
    this.#setRxMode();
    this.readStatistics();
    while (this.#receiveMode.joinNext()) this.#setRxMode();
    if (this.#carrier) this.readStatistics();
  }

  refreshReceiveMode(): void {
    this.#setRxMode();
  }

  /** `cp_get_stats`: for netlink messages, `ifconfig` and the like. */
  readStatistics(): void {
    this.missedCount += takeMissedPackets(this.#bar);
  }

  /** `cp_close`; before it the kernel sets the receive mode (`__dev_change_flags`). */
  stop(): void {
    this.#setRxMode();
    this.#running = false;
    this.#machine.kernel.disableInterrupts();
    this.#netDevice.stopQueue();
    this.#carrier = false;
    this.#stopHardware();
    this.#machine.kernel.enableInterrupts();
    if (this.#action !== undefined) this.#machine.kernel.freeIrq(this.#action);
    this.#action = undefined;
    this.#receiveMode.leaveAll();
    this.#receive.clean();
    this.#transmit.clean();
  }

  /** `cp_remove_one`: `pci_clear_mwi`, `pci_disable_device`. */
  remove(): void {
    const command = this.#pci.config.read(CONFIG.command, 2);
    if ((command & COMMAND_INVALIDATE) !== 0) {
      this.#pci.config.write(CONFIG.command, 2, command & ~COMMAND_INVALIDATE);
    }
    this.#pci.clearMaster();
  }

  startXmit(skb: Skb): boolean {
    return this.#transmit.startXmit(skb);
  }

  /** `cp_interrupt`. */
  handleIrq(): void {
    const span = this.#machine.open(DRIVER, this.#interruptName);
    this.#interrupt();
    this.#machine.close(span);
  }

  #interrupt(): void {
    const bar = this.#bar;
    if (bar.load(REGISTERS.IMR) === 0) return;
    const status = bar.load(REGISTERS.ISR);
    if (status === 0 || status === 0xffff) return;
    bar.store(REGISTERS.ISR, status & ~RX_INTERRUPTS);
    if (!this.#running) {
      bar.store(REGISTERS.IMR, 0);
      return;
    }
    if ((status & RX_INTERRUPTS) !== 0 && this.#machine.kernel.scheduleNapi(this.#receive)) {
      storeAndFlush(bar, REGISTERS.IMR, NORX_INTERRUPTS);
    }
    if ((status & TX_INTERRUPTS) !== 0) this.#transmit.complete();
    if ((status & INTERRUPT.PUN) !== 0) this.#carrier = checkMedia(bar, this.#carrier);
    if ((status & INTERRUPT.SERR) !== 0) {
      this.#pci.config.write(CONFIG.status, 2, this.#pci.config.read(CONFIG.status, 2));
    }
  }

  /** `cp_stop_hw`. */
  #stopHardware(): void {
    const bar = this.#bar;
    bar.store(REGISTERS.ISR, ~bar.load(REGISTERS.ISR) & 0xffff);
    storeAndFlush(bar, REGISTERS.IMR, 0);
    bar.store(REGISTERS.CR, 0);
    storeAndFlush(bar, REGISTERS.CPCR, 0);
    storeAndFlush(bar, REGISTERS.ISR, ~bar.load(REGISTERS.ISR) & 0xffff);
    this.#receive.resetIndex();
    this.#transmit.resetIndex();
  }

  /** `cp_init_hw`. */
  #initHardware(): void {
    const bar = this.#bar;
    this.#resetHardware();
    storeAndFlush(bar, REGISTERS["9346CR"], UNLOCK);
    storeMacAddress(bar, this.#mac);
    this.#startHardware();
    bar.store(REGISTERS.ETThR, 0x06);
    this.#setRxMode();
    storeAndFlush(bar, REGISTERS.TCR, TRANSMIT_CONFIG);
    bar.store(REGISTERS.CONFIG1, bar.load(REGISTERS.CONFIG1) | 0x21);
    bar.store(REGISTERS.CONFIG3, 0x40);
    bar.store(REGISTERS.CONFIG5, bar.load(REGISTERS.CONFIG5) & 0x01);
    bar.store(REGISTERS.MULINT, 0);
    storeAndFlush(bar, REGISTERS["9346CR"], LOCK);
  }

  /** `cp_reset_hw`. */
  #resetHardware(): void {
    this.#bar.store(REGISTERS.CR, COMMAND.RST);
    for (let work = 1000; work > 0; work--) {
      if ((this.#bar.load(REGISTERS.CR) & COMMAND.RST) === 0) return;
    }
  }

  /** `cp_start_hw`. */
  #startHardware(): void {
    const bar = this.#bar;
    bar.store(REGISTERS.CPCR, CP_COMMAND);
    storeAndFlush(bar, REGISTERS.TSAD0, 0, 2);
    storeAndFlush(bar, REGISTERS.TSAD0, 0, 3);
    storeAndFlush(bar, REGISTERS.RDSAR, this.#rxRing.base, 0);
    storeAndFlush(bar, REGISTERS.RDSAR, 0, 1);
    storeAndFlush(bar, REGISTERS.TSAD0, this.#txRing.base, 0);
    storeAndFlush(bar, REGISTERS.TSAD0, 0, 1);
    bar.store(REGISTERS.CR, COMMAND.RE | COMMAND.TE);
  }

  /** `__cp_set_rx_mode`. */
  #setRxMode(): void {
    storeAndFlush(this.#bar, REGISTERS.RCR, RECEIVE_CONFIG | this.#receiveMode.acceptBits);
    this.#receiveMode.storeFilter(this.#bar);
  }
}
