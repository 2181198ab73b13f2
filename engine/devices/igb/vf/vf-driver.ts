import type { IrqAction } from "../../../guest/irq.ts";
import { Napi } from "../../../guest/napi.ts";
import type { NetDevice } from "../../../guest/net-device.ts";
import type { PciMsix } from "../../../guest/pci-msix.ts";
import type { Skb } from "../../../guest/skb.ts";
import type { Machine } from "../../../machine.ts";
import { BufferPool } from "../../../memory/buffer-pool.ts";
import type { SharedBlock } from "../../../memory/shared-block.ts";
import type { Bar } from "../../../pci/bar.ts";
import { ACTORS } from "../../../trace/actor.ts";
import { DESCRIPTOR_BYTES } from "../advanced-descriptor.ts";
import type { PcieDevice } from "../pcie-device.ts";
import { VF_REGISTERS } from "../registers/vf.ts";
import { ALL_HOSTS } from "../multicast-address.ts";
import type { VfPort } from "../vf-port.ts";
import { DriverWatchdog } from "../watchdog.ts";
import { VfMac } from "./vf-mac.ts";
import { VfMailbox } from "./vf-mailbox.ts";
import { VfReceiveRing } from "./vf-receive.ts";
import { VfTransmitRing } from "./vf-transmit.ts";

const R = VF_REGISTERS;
const DRIVER = ACTORS.guestDriver.code;
const VECTORS = { transmit: 0, receive: 1, other: 2 } as const;
const VECTOR_COUNT = 3;
const ALL_VECTORS = 7;
const IVAR_VALID = 0x80;
const QUEUE_ENABLE = 1 << 25;
const WRITE_BACK_RELAXED = 1 << 11;
/** About 8,000 interrupts a second: 125 us in EITR's units of 1.024 us, shifted by 2. */
const START_THROTTLE = 488;
const SRRCTL_DROP = 0x8000_0000;
const SRRCTL_ONE_BUFFER = 0x0200_0000;
/** Receive thresholds: prefetch 16, host 8, write-back 1. */
const RECEIVE_THRESHOLDS = 0x1_0810;
/** Longest frame: MTU 1500, header, CRC, tag. */
const LONGEST_FRAME = 1522;
const BUFFER_BYTES = 2048;
/** IGBVF_MAX_MAC_FILTERS. */
const SECONDARY_MAX = 3;
const STATISTICS = [
  R.VFGPRC,
  R.VFGORC,
  R.VFGPTC,
  R.VFGOTC,
  R.VFMPRC,
  R.VFGOTLBC,
  R.VFGPTLBC,
  R.VFGORLBC,
  R.VFGPRLBC,
] as const;

/** What the VF driver runs on. */
export interface VfBus {
  readonly pci: PcieDevice;
  readonly msix: PciMsix;
  readonly bar: Bar;
}

/** What can be chosen; the defaults are those of Linux 6.12. */
export interface VfDriverOptions {
  /** Descriptors per ring: a multiple of 8, 64 to 4,096. */
  readonly txRingSize: number;
  readonly rxRingSize: number;
  /** Address the kernel draws when the PF assigned none, 6 bytes. */
  readonly randomAddress: Uint8Array;
  /** Prefix of vector names in the trace: `vf`. */
  readonly name: string;
  /** Least time between two interrupts of a vector, as ethtool sets it; 0: START_THROTTLE. */
  readonly throttleMicroseconds: number;
  /** Whether the watchdog runs every two seconds, or only when the link changed. */
  readonly periodicWatchdog: boolean;
}

class ReceivePoll extends Napi {
  readonly #driver: IgbvfDriver;

  constructor(driver: IgbvfDriver) {
    super();
    this.#driver = driver;
  }

  poll(budget: number): number {
    return this.#driver.poll(budget);
  }
}

/**
 * Linux's driver for a virtual function of the 82576, access for access:
 * drivers/net/ethernet/intel/igbvf/netdev.c.
 */
export class IgbvfDriver implements VfPort {
  readonly mac: VfMac;
  readonly #machine: Machine;
  readonly #netDevice: NetDevice;
  readonly #bus: VfBus;
  readonly #bar: Bar;
  readonly #options: VfDriverOptions;
  readonly #mailbox: VfMailbox;
  readonly #napi = new ReceivePoll(this);
  readonly #watchdog: DriverWatchdog;
  readonly #buffers: BufferPool;
  readonly #txBlock: SharedBlock;
  readonly #rxBlock: SharedBlock;
  readonly #xmitName: number;
  readonly #pollName: number;
  readonly #cleanName: number;
  #tx: VfTransmitRing;
  #rx: VfReceiveRing;
  #actions: IrqAction[] = [];
  #multicast: readonly Uint8Array[] = [];
  #secondary: readonly Uint8Array[] = [];
  #carrier = false;
  #down = true;

  constructor(machine: Machine, netDevice: NetDevice, bus: VfBus, options: VfDriverOptions) {
    this.#machine = machine;
    this.#netDevice = netDevice;
    this.#bus = bus;
    this.#bar = bus.bar;
    this.#options = options;
    this.#mailbox = new VfMailbox(bus.bar);
    this.mac = new VfMac(bus.bar, this.#mailbox);
    this.#watchdog = new DriverWatchdog(machine, () => this.watchdog(), options.periodicWatchdog);
    this.#buffers = new BufferPool(machine.memory, BUFFER_BYTES, BUFFER_BYTES);
    this.#txBlock = this.#ring(`${options.name}_tx_ring`, options.txRingSize);
    this.#rxBlock = this.#ring(`${options.name}_rx_ring`, options.rxRingSize);
    this.#tx = new VfTransmitRing(netDevice, bus.bar, this.#txBlock);
    this.#rx = new VfReceiveRing(netDevice, bus.bar, this.#rxBlock, this.#buffers);
    this.#xmitName = machine.trace.id("igbvf_xmit_frame");
    this.#pollName = machine.trace.id("igbvf_poll");
    this.#cleanName = machine.trace.id("igbvf_clean_tx_irq");
  }

  /** `igbvf_probe`. */
  probe(): void {
    const { pci, msix } = this.#bus;
    pci.enable();
    pci.setMaster();
    msix.enable(VECTOR_COUNT);
    this.#disableInterrupts();
    this.#netDevice.checksumOffload = true;
    this.#netDevice.attach(this);
    this.#locked(() => {
      if (this.mac.reset()) this.mac.readAddress();
    });
    if (isZero(this.mac.address)) this.mac.address.set(this.#options.randomAddress);
    this.#reset();
    // igbvf_initialize_last_counter_stats reads each counter twice: last and base value.
    this.#readStatistics();
    this.#readStatistics();
  }

  /** `ip link set address`: `igbvf_set_mac`. */
  setAddress(address: Uint8Array): void {
    this.mac.address.set(address);
    this.#locked(() => this.mac.setAddress());
  }

  /** Interface up: `igbvf_open`, then the receive mode that `__dev_open` and IGMP set. */
  open(): void {
    this.#tx = new VfTransmitRing(this.#netDevice, this.#bar, this.#txBlock);
    this.#rx = new VfReceiveRing(this.#netDevice, this.#bar, this.#rxBlock, this.#buffers);
    this.#configure();
    this.#requestInterrupts();
    this.#down = false;
    this.#bar.load(R.VTEICR);
    this.#bar.store(R.VTEIAC, ALL_VECTORS);
    this.#bar.store(R.VTEIAM, ALL_VECTORS);
    this.#bar.store(R.VTEIMS, ALL_VECTORS);
    this.mac.linkUnknown = true;
    this.#watchdog.soon();
    this.#netDevice.startQueue();
    this.setReceiveMode([]);
    this.setReceiveMode([ALL_HOSTS]);
  }

  /** `dev_set_rx_mode` with these multicast addresses: the address lock keeps softirqs out. */
  setReceiveMode(multicast: readonly Uint8Array[]): void {
    this.#multicast = multicast;
    this.#locked(() => this.#setReceiveMode());
  }

  /** `dev_uc_add`: further unicast addresses, of which a VF can have three. */
  setSecondaryAddresses(addresses: readonly Uint8Array[]): void {
    this.#secondary = addresses;
    this.#locked(() => this.#setReceiveMode());
  }

  /** `igbvf_vlan_rx_add_vid`. */
  addVlan(vlan: number): void {
    this.#locked(() => {
      this.mac.setVlan(vlan, true);
    });
  }

  /** Interface down: `igbvf_close`, after IGMP has left its group. */
  stop(): void {
    this.setReceiveMode(this.#multicast);
    this.#down = true;
    const bar = this.#bar;
    bar.store(R.RXDCTL, (bar.load(R.RXDCTL) & ~QUEUE_ENABLE) >>> 0);
    this.#netDevice.stopQueue();
    bar.store(R.TXDCTL, (bar.load(R.TXDCTL) & ~QUEUE_ENABLE) >>> 0);
    bar.load(R.STATUS);
    this.#disableInterrupts();
    this.#watchdog.cancel();
    if (this.#carrier) this.#readStatistics();
    this.#carrier = false;
    this.#reset();
    this.#tx.reset();
    this.#rx.reset();
    for (let v = 0; v < VECTOR_COUNT; v++) this.#bus.msix.free(v, this.#actions[v] as IrqAction);
    this.#actions = [];
    // Freeing the rings cleans them once more.
    this.#tx.reset();
    this.#rx.reset();
  }

  /** `igbvf_remove`. */
  remove(): void {
    this.#bus.msix.disable();
    this.#bus.pci.disable();
  }

  startXmit(skb: Skb): boolean {
    const span = this.#machine.open(DRIVER, this.#xmitName, skb.byteCount);
    const sent = this.#tx.xmit(skb);
    this.#machine.close(span);
    return sent;
  }

  /** `igbvf_poll`. */
  poll(budget: number): number {
    const span = this.#machine.open(DRIVER, this.#pollName, budget);
    const done = this.#rx.clean(budget);
    if (done < budget && this.#machine.kernel.completeNapi(this.#napi) && !this.#down) {
      this.#bar.store(R.VTEIMS, 1 << VECTORS.receive);
    }
    this.#machine.close(span);
    return done;
  }

  /** `igbvf_watchdog_task`. */
  watchdog(): void {
    if (this.#down) return;
    this.mac.checkLink();
    const link = !this.mac.linkUnknown;
    if (link && !this.#carrier) {
      this.mac.readLinkInfo();
      this.#carrier = true;
      this.#netDevice.wakeQueue();
    } else if (!link && this.#carrier) {
      this.#carrier = false;
      this.#netDevice.stopQueue();
    }
    if (this.#carrier) this.#readStatistics();
    this.#bar.store(R.VTEICS, 1 << VECTORS.receive);
    this.#watchdog.later();
  }

  #interruptTransmit(): void {
    const span = this.#machine.open(DRIVER, this.#cleanName);
    const bit = 1 << VECTORS.transmit;
    if (this.#tx.clean()) this.#bar.store(R.VTEIMS, bit);
    else this.#bar.store(R.VTEICS, bit);
    this.#machine.close(span);
  }

  #interruptReceive(): void {
    this.#machine.kernel.scheduleNapi(this.#napi);
  }

  /** `igbvf_msix_other`: the PF wrote; the link is looked at again. */
  #interruptOther(): void {
    this.mac.linkUnknown = true;
    if (!this.#down) this.#watchdog.soon();
    this.#bar.store(R.VTEIMS, 1 << VECTORS.other);
  }

  #requestInterrupts(): void {
    const { msix } = this.#bus;
    const { name } = this.#options;
    const handlers = [
      { handleIrq: () => this.#interruptTransmit() },
      { handleIrq: () => this.#interruptReceive() },
      { handleIrq: () => this.#interruptOther() },
    ];
    this.#actions = handlers.map((handler, v) => msix.request(v, `${name}.vec${v}`, handler));
    this.#configureVectors();
  }

  /** `igbvf_configure_msix`. */
  #configureVectors(): void {
    const bar = this.#bar;
    const transmit = (VECTORS.transmit | IVAR_VALID) << 8;
    bar.store(R.VTIVAR, ((bar.load(R.VTIVAR) & 0xffff_00ff) | transmit) >>> 0);
    const throttle = this.#options.throttleMicroseconds << 2 || START_THROTTLE;
    bar.store(R.VTEITR, throttle, VECTORS.transmit);
    const receive = VECTORS.receive | IVAR_VALID;
    bar.store(R.VTIVAR, ((bar.load(R.VTIVAR) & 0xffff_ff00) | receive) >>> 0);
    bar.store(R.VTEITR, throttle, VECTORS.receive);
    bar.store(R.VTIVAR_MISC, VECTORS.other | IVAR_VALID);
    bar.load(R.STATUS);
  }

  /** `igbvf_configure`. */
  #configure(): void {
    this.#setReceiveMode();
    this.#configureTransmit();
    this.#bar.store(R.SRRCTL, (SRRCTL_DROP | SRRCTL_ONE_BUFFER | 2) >>> 0);
    this.#configureReceive();
    this.#rx.refill(this.#rx.unused);
  }

  #configureTransmit(): void {
    const bar = this.#bar;
    const control = bar.load(R.TXDCTL);
    bar.store(R.TXDCTL, (control & ~QUEUE_ENABLE) >>> 0);
    bar.load(R.STATUS);
    bar.store(R.TDLEN, this.#tx.count * DESCRIPTOR_BYTES);
    bar.store(R.TDBAL, this.#txBlock.base % 4294967296);
    bar.store(R.TDBAH, Math.floor(this.#txBlock.base / 4294967296));
    bar.store(R.TDH, 0);
    bar.store(R.TDT, 0);
    bar.store(R.TXCTL, (bar.load(R.TXCTL) & ~WRITE_BACK_RELAXED) >>> 0);
    bar.store(R.TXDCTL, (control | QUEUE_ENABLE) >>> 0);
  }

  #configureReceive(): void {
    const bar = this.#bar;
    const control = bar.load(R.RXDCTL);
    bar.store(R.RXDCTL, (control & ~QUEUE_ENABLE) >>> 0);
    bar.load(R.STATUS);
    bar.store(R.RDBAL, this.#rxBlock.base % 4294967296);
    bar.store(R.RDBAH, Math.floor(this.#rxBlock.base / 4294967296));
    bar.store(R.RDLEN, this.#rx.count * DESCRIPTOR_BYTES);
    bar.store(R.RDH, 0);
    bar.store(R.RDT, 0);
    this.#locked(() => this.mac.setLongestFrame(LONGEST_FRAME));
    const wanted = ((control | QUEUE_ENABLE) & 0xfff0_0000) | RECEIVE_THRESHOLDS;
    bar.store(R.RXDCTL, wanted >>> 0);
  }

  /** `igbvf_set_rx_mode`: multicast hashes, then secondary addresses unless there are too many. */
  #setReceiveMode(): void {
    this.#locked(() => this.mac.setMulticast(this.#multicast));
    if (this.#secondary.length > SECONDARY_MAX) return;
    this.#locked(() => this.mac.clearSecondaryAddresses());
    for (const address of this.#secondary) {
      this.#locked(() => this.mac.addSecondaryAddress(address));
    }
  }

  /** `igbvf_reset`. */
  #reset(): void {
    this.#locked(() => {
      this.mac.reset();
      this.mac.setAddress();
    });
  }

  #disableInterrupts(): void {
    this.#bar.store(R.VTEIMC, 0xffff_ffff);
    this.#bar.store(R.VTEIAC, 0);
  }

  #readStatistics(): void {
    for (const counter of STATISTICS) this.#bar.load(counter);
  }

  /** Runs `body` with `mbx_lock` held: bottom halves wait. */
  #locked(body: () => void): void {
    const { kernel } = this.#machine;
    kernel.disableBottomHalves();
    body();
    kernel.enableBottomHalves();
  }

  #ring(name: string, count: number): SharedBlock {
    const { memory } = this.#machine;
    const byteCount = count * DESCRIPTOR_BYTES;
    return this.#machine.block(name, memory.allocate(byteCount, 4096), byteCount);
  }
}

function isZero(address: Uint8Array): boolean {
  return address.every((byte) => byte === 0);
}
