import type { GuestIdentity } from "../../../guest/identity.ts";
import type { NetDevice, NetDriver } from "../../../guest/net-device.ts";
import type { PciMsix } from "../../../guest/pci-msix.ts";
import type { Skb } from "../../../guest/skb.ts";
import type { Machine } from "../../../machine.ts";
import { BufferPool } from "../../../memory/buffer-pool.ts";
import type { SharedBlock } from "../../../memory/shared-block.ts";
import type { Bar } from "../../../pci/bar.ts";
import { ACTORS } from "../../../trace/actor.ts";
import { DESCRIPTOR_BYTES } from "../advanced-descriptor.ts";
import { CAPABILITY } from "../config.ts";
import { ALL_HOSTS } from "../multicast-address.ts";
import type { PcieDevice } from "../pcie-device.ts";
import { CONTROL_REGISTERS } from "../registers/control.ts";
import { FILTER_REGISTERS } from "../registers/filter.ts";
import { INTERRUPT_REGISTERS } from "../registers/interrupt.ts";
import { SYSTEM_REGISTERS } from "../registers/system.ts";
import { VIRTUALIZATION_REGISTERS } from "../registers/virtualization.ts";
import { disableSriov, enableSriov, enumerateVf } from "../vf-enumeration.ts";
import { resetClock } from "./pf-clock.ts";
import { PfConfiguration } from "./pf-configuration.ts";
import { PfFilters } from "./pf-filters.ts";
import { PfHardware } from "./pf-hardware.ts";
import { PF_VECTORS, PF_VECTORS_USED, PfInterrupts } from "./pf-interrupts.ts";
import { PfLink } from "./pf-link.ts";
import { PfMac } from "./pf-mac.ts";
import { PfPhy } from "./pf-phy.ts";
import { PfReceiveRing } from "./pf-receive.ts";
import { PfTransmitRing } from "./pf-transmit.ts";
import { PfVector } from "./pf-vector.ts";
import { PfVirtualFunctions } from "./pf-virtual-functions.ts";

const C = CONTROL_REGISTERS;
const F = FILTER_REGISTERS;
const I = INTERRUPT_REGISTERS;
const DRIVER = ACTORS.guestDriver.code;
const PAGE_BYTES = 4096;
const ENABLE = 2;
const VLAN_TYPE = 0x8100;
const DRIVER_LOADED = 1 << 28;
const RESET_DONE = 1 << 14;
const CAUSE = { link: 4, mailbox: 0x100 } as const;
/** EEPROM words that the probe reads after the address: wake-up, version. */
const NVM_WORDS = { early: [0x43, 0x05], late: [0x08, 0x09] } as const;

/** What the PF driver runs on. */
export interface PfBus {
  readonly pci: PcieDevice;
  readonly msix: PciMsix;
  readonly bar: Bar;
  /** Configuration space of a virtual function once it exists. */
  readonly vf: (index: number) => PcieDevice;
}

/** What can be chosen; the defaults are those of Linux 6.12. */
export interface PfDriverOptions {
  /** Descriptors per ring: a multiple of 8, 64 to 4,096. */
  readonly txRingSize: number;
  readonly rxRingSize: number;
  /** Ten words, random in Linux. */
  readonly rssKey: readonly number[];
  /** In front of vector names in the trace: "" or `pf.`. */
  readonly vectorPrefix: string;
  /** Least time between two interrupts of a vector, as ethtool sets it; 0: adapted to the traffic. */
  readonly throttleMicroseconds: number;
  /** Whether the watchdog runs every two seconds, or only when the link changed. */
  readonly periodicWatchdog: boolean;
  /** Addresses beyond the NIC's own that are let in when the interface comes up. */
  readonly identity?: GuestIdentity;
}

/**
 * Linux's driver for the 82576, access for access: drivers/net/ethernet/intel/igb/igb_main.c, as a
 * guest with one CPU runs it: one queue in each direction, three vectors.
 */
export class IgbDriver implements NetDriver {
  /** Watch over link and counters. */
  readonly link: PfLink;
  readonly #machine: Machine;
  readonly #netDevice: NetDevice;
  readonly #bus: PfBus;
  readonly #hw: PfHardware;
  readonly #phy: PfPhy;
  readonly #mac: PfMac;
  readonly #filters: PfFilters;
  readonly #vfs: PfVirtualFunctions;
  readonly #configuration: PfConfiguration;
  readonly #interrupts: PfInterrupts;
  readonly #pages: BufferPool;
  readonly #options: PfDriverOptions;
  /** Rings by name: each queue that the PF ever had has its own. */
  readonly #blocks = new Map<string, SharedBlock>();
  readonly #xmitName: number;
  #address: Uint8Array = new Uint8Array(6);
  #tx: PfTransmitRing | undefined;
  #rx: PfReceiveRing | undefined;
  #running = false;
  #clockReady = false;
  /** Interface down, as `__IGB_DOWN` says. */
  down = true;

  constructor(machine: Machine, netDevice: NetDevice, bus: PfBus, options: PfDriverOptions) {
    this.#machine = machine;
    this.#netDevice = netDevice;
    this.#bus = bus;
    this.#hw = new PfHardware(machine, bus.bar);
    this.#phy = new PfPhy(this.#hw);
    this.#mac = new PfMac(this.#hw, this.#phy, bus.pci);
    this.#filters = new PfFilters(this.#hw, this.#mac);
    this.#vfs = new PfVirtualFunctions(this.#hw, this.#mac, this.#filters);
    this.#configuration = new PfConfiguration(this.#hw, this.#mac, this.#filters, options.rssKey);
    this.#interrupts = new PfInterrupts(this.#hw, bus.msix, options.vectorPrefix);
    this.link = new PfLink({
      machine,
      hw: this.#hw,
      phy: this.#phy,
      mac: this.#mac,
      vfs: this.#vfs,
      netDevice,
      periodicWatchdog: options.periodicWatchdog,
    });
    this.#pages = new BufferPool(machine.memory, PAGE_BYTES, PAGE_BYTES);
    this.#options = options;
    this.#xmitName = machine.trace.id("igb_xmit_frame");
  }

  /** Link at 1 Gbit/s, as the driver last read it. */
  get gigabit(): boolean {
    return this.link.gigabit;
  }

  /** Number of virtual functions. */
  get vfCount(): number {
    return this.#filters.vfs.length;
  }

  /** `igb_probe`. */
  probe(): void {
    const { pci, msix } = this.#bus;
    const hw = this.#hw;
    pci.readPowerState(CAPABILITY.power);
    pci.enable();
    pci.setMaster();
    pci.saveState();
    this.#identify();
    pci.config.read(4, 2);
    // The kernel tries a single vector first, to see whether MSI-X works at all.
    msix.enable(1);
    msix.disable();
    msix.enable(PF_VECTORS_USED);
    this.#interrupts.disable();
    pci.config.read(CAPABILITY.express + 0x12, 2);
    hw.read(C.STATUS);
    hw.read(SYSTEM_REGISTERS.MANC);
    hw.read(SYSTEM_REGISTERS.MANC);
    this.#mac.reset();
    this.#mac.validateNvm();
    this.#address = this.#mac.readAddress();
    this.#setDefaultFilter();
    for (const word of NVM_WORDS.early) hw.readNvm(word);
    this.#reset();
    this.#takeControl();
    this.#netDevice.checksumOffload = true;
    this.#netDevice.bulkBytes = this.#netDevice.byteLimitAvailable;
    this.#netDevice.attach(this);
    resetClock(hw);
    this.#clockReady = true;
    hw.read(C.EECD);
    for (const word of NVM_WORDS.late) hw.readNvm(word);
  }

  /** Interface up: `igb_open`, `dev_set_rx_mode`, the first watchdog run, IGMP's group. */
  open(): void {
    this.#open();
    this.#filters.setReceiveMode();
    this.link.watch();
    this.setMulticast([ALL_HOSTS]);
    const identity = this.#options.identity;
    if (identity === undefined) return;
    const { secondaryMacs, multicastMacs, vlanIds } = identity;
    if (multicastMacs.length > 0) this.setMulticast([ALL_HOSTS, ...multicastMacs]);
    if (secondaryMacs.length > 0) this.setSecondaryAddresses(secondaryMacs);
    for (const vlan of vlanIds) this.addVlan(vlan);
  }

  /** `dev_mc_add` and the like: which multicasts are wanted. */
  setMulticast(addresses: readonly Uint8Array[]): void {
    this.#filters.multicast = addresses;
    this.#filters.setReceiveMode();
  }

  /** `dev_uc_add`: further unicast addresses; without room for them, every address is let in. */
  setSecondaryAddresses(addresses: readonly Uint8Array[]): void {
    this.#filters.setSecondary(addresses);
  }

  /** `ip link set … vf N spoofchk on|off`. */
  setVfSpoofCheck(vf: number, enabled: boolean): void {
    this.#vfs.setSpoofCheck(vf, enabled);
  }

  /** `vlan_vid_add`. */
  addVlan(vlan: number): void {
    this.#filters.addVlan(vlan);
  }

  /** Interface down: `dev_set_rx_mode`, then `igb_close`. */
  stop(): void {
    this.#filters.setReceiveMode();
    this.#running = false;
    this.#close();
  }

  /** `igb_remove`. */
  remove(): void {
    const { pci, msix } = this.#bus;
    // igb_ptp_stop: a reset from now on leaves the clock alone.
    this.#clockReady = false;
    const control = this.#hw.read(C.CTRL_EXT);
    this.#hw.write(C.CTRL_EXT, control & ~DRIVER_LOADED);
    if (this.vfCount > 0) this.#withdrawVfs();
    if (this.#running) {
      this.#running = false;
      this.#close();
    }
    msix.disable();
    pci.disable();
  }

  startXmit(skb: Skb, more: boolean): boolean {
    const span = this.#machine.open(DRIVER, this.#xmitName, skb.byteCount);
    const sent = (this.#tx as PfTransmitRing).xmit(skb, more);
    this.#machine.close(span);
    return sent;
  }

  /**
   * `echo n > sriov_numvfs`: queues move up by `count`, VFs appear on the bus.
   * @param watchdogFirst Whether the queued watchdog wins the race against the VFs' enabling;
   * otherwise it runs while sriov_enable sleeps.
   */
  enableVfs(count: number, watchdogFirst = false): void {
    this.#vfs.setCount(count);
    this.#reinitialize();
    if (watchdogFirst) this.link.watch();
    enableSriov(this.#bus.pci, count);
    if (!watchdogFirst) this.link.watch();
    for (let vf = 0; vf < count; vf++) enumerateVf(this.#bus.vf(vf), vf === 0);
  }

  /** `echo 0 > sriov_numvfs`. */
  disableVfs(): void {
    this.#withdrawVfs();
    this.#reinitialize();
    this.link.watch();
  }

  /** `igb_disable_sriov`. */
  #withdrawVfs(): void {
    disableSriov(this.#bus.pci);
    this.#vfs.setCount(0);
    this.#hw.write(VIRTUALIZATION_REGISTERS.IOVCTL, 1);
    this.#hw.flush();
  }

  /** `igb_sw_init` and what precedes it: who are we on, which PHY. */
  #identify(): void {
    const hw = this.#hw;
    hw.read(C.CTRL_EXT);
    hw.read(SYSTEM_REGISTERS.FWSM);
    hw.read(C.EECD);
    hw.write(C.CTRL_EXT, hw.read(C.CTRL_EXT));
    hw.read(C.STATUS);
    this.#phy.identify();
  }

  /** `igb_reset`. */
  #reset(): void {
    const hw = this.#hw;
    hw.read(C.RXPBS);
    this.#vfs.beforeReset();
    this.#mac.reset();
    hw.write(SYSTEM_REGISTERS.WUC, 0);
    this.#filters.forgetVlans();
    this.#mac.initialize(this.#address);
    this.#mac.clearAddresses();
    this.#setDefaultFilter();
    if (!this.#running) this.#phy.powerDown();
    hw.write(C.VET, VLAN_TYPE);
    if (this.#clockReady) resetClock(hw);
    this.#phy.readInfo();
  }

  /** `igb_open`. */
  #open(): void {
    this.#phy.reset();
    this.#phy.powerUp();
    this.#mac.setUpLink();
    this.#running = true;
    const queue = this.vfCount;
    const { txRingSize, rxRingSize, throttleMicroseconds: throttle } = this.#options;
    const bar = this.#bus.bar;
    const txBlock = this.#ring("pf_tx_ring", queue, txRingSize);
    const rxBlock = this.#ring("pf_rx_ring", queue, rxRingSize);
    const tx = new PfTransmitRing(this.#netDevice, bar, txBlock, queue);
    const rx = new PfReceiveRing(this.#netDevice, bar, rxBlock, queue, this.#pages);
    this.#tx = tx;
    this.#rx = rx;
    this.#configure(tx, rx, queue);
    this.#interrupts.request(
      [
        { handleIrq: () => this.#interruptOther() },
        new PfVector(this.#machine, this.#hw, PF_VECTORS.receive, { rx }, this, throttle),
        new PfVector(this.#machine, this.#hw, PF_VECTORS.transmit, { tx }, this, throttle),
      ],
      queue,
    );
    this.down = false;
    this.#interrupts.enable(queue > 0);
    if (queue > 0) this.#setControl(RESET_DONE);
    this.#netDevice.startQueue();
    this.link.start();
  }

  /** `igb_configure`. */
  #configure(tx: PfTransmitRing, rx: PfReceiveRing, queue: number): void {
    this.#takeControl();
    this.#filters.setReceiveMode();
    this.#filters.restoreVlans();
    this.#configuration.setUp();
    this.#configuration.startTransmit(tx.block, queue);
    this.#configuration.restoreAddress(this.#address);
    this.#configuration.startReceive(rx.block, queue);
    this.#configuration.flushReceiveFifo();
    rx.refill(rx.unused);
  }

  /** `igb_close`: `igb_down`, then vectors and rings go. */
  #close(): void {
    const hw = this.#hw;
    this.down = true;
    hw.write(F.RCTL, hw.read(F.RCTL) & ~ENABLE);
    this.link.stop();
    this.#netDevice.stopQueue();
    hw.write(F.TCTL, hw.read(F.TCTL) & ~ENABLE);
    hw.flush();
    this.#interrupts.disable();
    this.link.end();
    this.#reset();
    this.#tx?.reset();
    this.#rx?.reset();
    this.#netDevice.resetQueue();
    this.#interrupts.free();
  }

  /** `igb_sriov_reinit`: all rings and vectors anew, because the PF's queue has moved. */
  #reinitialize(): void {
    const wasRunning = this.#running;
    if (wasRunning) this.#close();
    else this.#reset();
    this.#bus.msix.disable();
    this.#bus.msix.enable(PF_VECTORS_USED);
    if (wasRunning) this.#open();
  }

  /** `igb_msix_other`. */
  #interruptOther(): void {
    const cause = this.#hw.read(I.ICR);
    if ((cause & CAUSE.mailbox) !== 0) this.#vfs.serve();
    if ((cause & CAUSE.link) !== 0) this.link.changed();
    this.#hw.write(I.EIMS, 1 << PF_VECTORS.other);
  }

  /** `igb_set_default_mac_filter`. */
  #setDefaultFilter(): void {
    this.#mac.setAddress(0, this.#address, true, 1 << this.vfCount);
  }

  /** `igb_get_hw_control`. */
  #takeControl(): void {
    this.#setControl(DRIVER_LOADED);
  }

  #setControl(bits: number): void {
    this.#hw.write(C.CTRL_EXT, this.#hw.read(C.CTRL_EXT) | bits);
  }

  #ring(kind: string, queue: number, count: number): SharedBlock {
    const name = queue === 0 ? kind : `${kind}(${queue})`;
    const known = this.#blocks.get(name);
    if (known !== undefined) return known;
    const { memory } = this.#machine;
    const byteCount = count * DESCRIPTOR_BYTES;
    const base = memory.allocate(byteCount, PAGE_BYTES);
    const block = this.#machine.block(name, base, byteCount);
    this.#blocks.set(name, block);
    return block;
  }
}
