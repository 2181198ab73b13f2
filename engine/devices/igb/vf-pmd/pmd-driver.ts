import type { IrqAction } from "../../../guest/irq.ts";
import type { PollModeDriver, PollModePort } from "../../../guest/poll-mode-port.ts";
import type { Mbuf } from "../../../guest/mbuf.ts";
import type { Machine } from "../../../machine.ts";
import type { SharedBlock } from "../../../memory/shared-block.ts";
import type { Bar } from "../../../pci/bar.ts";
import { DESCRIPTOR_BYTES } from "../advanced-descriptor.ts";
import { VF_REGISTERS } from "../registers/vf.ts";
import type { VfBus } from "../vf/vf-driver.ts";
import { VfMac } from "../vf/vf-mac.ts";
import { VfMailbox } from "../vf/vf-mailbox.ts";
import type { VfPort } from "../vf-port.ts";
import { PmdReceiveQueue } from "./pmd-receive.ts";
import { PmdTransmitQueue } from "./pmd-transmit.ts";

const R = VF_REGISTERS;
/** E1000_VTIVAR_MISC_MAILBOX: the only vector, for the PF's messages. */
const MAILBOX_VECTOR = 0;
const IVAR_VALID = 0x80;
const QUEUE_ENABLE = 1 << 25;
const ALL_CAUSES = 0xffff;
const ONE_BUFFER = 0x0200_0000;
/** SRRCTL.BSIZEPACKET: 2 KiB, the room of an mbuf. */
const TWO_KIB = 2;
/** IGB_DEFAULT_TX_PTHRESH, _HTHRESH, _WTHRESH of a VF. */
const TRANSMIT_THRESHOLDS = 8 | (1 << 8) | (16 << 16);
/** IGB_DEFAULT_RX_PTHRESH and _HTHRESH; WTHRESH 1, as an erratum of the 82576's VFs wants. */
const RECEIVE_THRESHOLDS = 8 | (8 << 8) | 0x1_0000;
/** MTU 1500, header, CRC, one tag. */
const LONGEST_FRAME = 1522;

/** What can be chosen; the defaults are those of DPDK. */
export interface VfPmdOptions {
  /** Descriptors per ring: RTE_ETH_DEV_FALLBACK_TX_RINGSIZE and _RX_RINGSIZE, 512. */
  readonly txRingSize: number;
  readonly rxRingSize: number;
  /** Address drawn when the PF assigned none, 6 bytes. */
  readonly randomAddress: Uint8Array;
  /** Prefix of vector names in the trace: `vf`. */
  readonly name: string;
}

/**
 * DPDK's poll-mode driver for a virtual function of the 82576, in a process of the guest:
 * drivers/net/intel/e1000/igb_ethdev.c, eth_igbvf_dev_init, igbvf_dev_start. The rings' queues cause
 * no interrupts; one vector is there for messages of the PF.
 */
export class IgbvfPmd implements VfPort, PollModeDriver {
  readonly #machine: Machine;
  readonly #port: PollModePort;
  readonly #bus: VfBus;
  readonly #bar: Bar;
  readonly #options: VfPmdOptions;
  readonly #mailbox: VfMailbox;
  readonly #mac: VfMac;
  readonly #txBlock: SharedBlock;
  readonly #rxBlock: SharedBlock;
  readonly #tx: PmdTransmitQueue;
  readonly #rx: PmdReceiveQueue;
  readonly #message = new Uint32Array(1);
  #vlans: number[] = [];
  #action: IrqAction | undefined;
  /** The PF said that it was reset: the application has to reset the port (RTE_ETH_EVENT_INTR_RESET). */
  resetWanted = false;

  constructor(machine: Machine, port: PollModePort, bus: VfBus, options: VfPmdOptions) {
    this.#machine = machine;
    this.#port = port;
    this.#bus = bus;
    this.#bar = bus.bar;
    this.#options = options;
    this.#mailbox = new VfMailbox(bus.bar);
    this.#mac = new VfMac(bus.bar, this.#mailbox);
    this.#txBlock = this.#ring(`${options.name}_tx_ring`, options.txRingSize);
    this.#rxBlock = this.#ring(`${options.name}_rx_ring`, options.rxRingSize);
    this.#tx = new PmdTransmitQueue(machine, port, bus.bar, this.#txBlock);
    this.#rx = new PmdReceiveQueue(machine, port, bus.bar, this.#rxBlock);
  }

  get receiveReady(): boolean {
    return this.#rx.ready;
  }

  get transmitReady(): boolean {
    return this.#tx.ready;
  }

  /** vfio-pci has taken the function: `eth_igbvf_dev_init`. */
  probe(): void {
    this.#bus.pci.enable();
    this.#bus.pci.setMaster();
    this.#disableInterrupts();
    if (this.#mac.reset()) this.#mac.readAddress();
    if (this.#mac.address.every((byte) => byte === 0)) {
      this.#mac.address.set(this.#options.randomAddress);
    }
    this.#mac.setAddress();
  }

  /** `rte_eth_dev_default_mac_addr_set`. */
  setAddress(address: Uint8Array): void {
    this.#mac.address.set(address);
    this.#mac.setAddress();
  }

  /** `rte_eth_dev_start`: `igbvf_dev_start`, the address again, the link; then the loop begins. */
  open(): void {
    this.#tx.reset();
    this.#rx.reset();
    this.#mac.reset();
    for (const vlan of this.#vlans) this.#mac.setVlan(vlan, true);
    this.#startTransmit();
    this.#startReceive();
    this.#bar.store(R.VTIVAR_MISC, MAILBOX_VECTOR | IVAR_VALID);
    this.#bus.msix.enable(1);
    this.#action = this.#bus.msix.request(MAILBOX_VECTOR, `${this.#options.name}.vec0`, {
      handleIrq: () => this.#mailboxInterrupt(),
    });
    this.#enableInterrupts();
    this.#mac.setAddress();
    this.#mac.linkUnknown = true;
    this.#mac.checkLink();
    if (!this.#mac.linkUnknown) this.#mac.readLinkInfo();
    this.#port.startPolling(this);
  }

  /** `rte_eth_dev_set_mc_addr_list`. */
  setReceiveMode(multicast: readonly Uint8Array[]): void {
    this.#mac.setMulticast(multicast);
  }

  /**
   * DPDK's driver has no call for further unicast addresses of a VF; an application that wants them
   * asks the PF itself, by the message that Linux's igbvf sends.
   */
  setSecondaryAddresses(addresses: readonly Uint8Array[]): void {
    for (const address of addresses) this.#mac.addSecondaryAddress(address);
  }

  /** `rte_eth_dev_vlan_filter`. */
  addVlan(vlan: number): void {
    this.#vlans.push(vlan);
    this.#mac.setVlan(vlan, true);
  }

  /** `rte_eth_dev_stop`: `igbvf_dev_stop`. */
  stop(): void {
    this.#port.stopPolling();
    this.#disableInterrupts();
    this.#mac.reset();
    for (const vlan of this.#vlans) this.#mac.setVlan(vlan, false);
    this.#tx.reset();
    this.#rx.reset();
    if (this.#action !== undefined) this.#bus.msix.free(MAILBOX_VECTOR, this.#action);
    this.#action = undefined;
    this.#bus.msix.disable();
  }

  /** `rte_eth_dev_close`: `igbvf_dev_close`. */
  remove(): void {
    this.#mac.reset();
    this.#vlans = [];
    this.setAddress(new Uint8Array(6));
    this.#bus.pci.disable();
  }

  /** The kernel never sends by a port that it does not know. */
  startXmit(): boolean {
    return false;
  }

  receiveBurst(count: number): number {
    return this.#rx.burst(count);
  }

  transmitBurst(mbufs: readonly Mbuf[], count: number): number {
    return this.#tx.burst(mbufs, count);
  }

  /** `eth_igbvf_tx_init`. */
  #startTransmit(): void {
    const bar = this.#bar;
    bar.store(R.TDLEN, this.#txBlock.byteCount);
    bar.store(R.TDBAH, Math.floor(this.#txBlock.base / 4294967296));
    bar.store(R.TDBAL, this.#txBlock.base % 4294967296);
    bar.store(R.TDT, 0);
    bar.store(R.TDH, 0);
    const control = bar.load(R.TXDCTL) | TRANSMIT_THRESHOLDS | QUEUE_ENABLE;
    bar.store(R.TXDCTL, control >>> 0);
  }

  /** `eth_igbvf_rx_init`: head and tail come after the queue is enabled. */
  #startReceive(): void {
    const bar = this.#bar;
    this.#mac.setLongestFrame(LONGEST_FRAME);
    this.#rx.fill();
    bar.store(R.RDLEN, this.#rxBlock.byteCount);
    bar.store(R.RDBAH, Math.floor(this.#rxBlock.base / 4294967296));
    bar.store(R.RDBAL, this.#rxBlock.base % 4294967296);
    bar.store(R.SRRCTL, ONE_BUFFER | TWO_KIB);
    const control = ((bar.load(R.RXDCTL) | QUEUE_ENABLE) & 0xfff0_0000) | RECEIVE_THRESHOLDS;
    bar.store(R.RXDCTL, control >>> 0);
    bar.store(R.RDH, 0);
    bar.store(R.RDT, this.#rx.count - 1);
  }

  /** `igbvf_intr_disable`; the flush is a read of STATUS. */
  #disableInterrupts(): void {
    this.#bar.store(R.VTEIMC, ALL_CAUSES);
    this.#bar.load(R.STATUS);
  }

  /** `igbvf_intr_enable`: only for the mailbox. */
  #enableInterrupts(): void {
    const bit = 1 << MAILBOX_VECTOR;
    this.#bar.store(R.VTEIAM, bit);
    this.#bar.store(R.VTEIAC, bit);
    this.#bar.store(R.VTEIMS, bit);
    this.#bar.load(R.STATUS);
  }

  /** `eth_igbvf_interrupt_get_status`, `igbvf_mbx_process`: the PF says that it was reset. */
  #mailboxInterrupt(): void {
    this.#disableInterrupts();
    this.#bar.load(R.VTEICR);
    if (this.#mailbox.read(this.#message, 1)) this.resetWanted = true;
    this.#enableInterrupts();
  }

  #ring(name: string, count: number): SharedBlock {
    const byteCount = count * DESCRIPTOR_BYTES;
    const base = this.#machine.memory.allocate(byteCount, 4096);
    return this.#machine.block(name, base, byteCount);
  }
}
