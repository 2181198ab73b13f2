import type { SharedBlock } from "../../../memory/shared-block.ts";
import { DESCRIPTOR_BYTES } from "../advanced-descriptor.ts";
import { CONTROL_REGISTERS } from "../registers/control.ts";
import { FILTER_REGISTERS } from "../registers/filter.ts";
import { queueRegisters } from "../registers/queue-set.ts";
import type { PfFilters } from "./pf-filters.ts";
import type { PfHardware } from "./pf-hardware.ts";
import type { PfMac } from "./pf-mac.ts";

const F = FILTER_REGISTERS;
const TCTL = { enable: 2, pad: 8, retryLate: 1 << 24, threshold: 0xff0, retries: 0xf0 } as const;
const RCTL = {
  cleared: 0x3_30c4,
  set: 0x0400_8022,
} as const;
const CHECKSUM = { ip: 0x2000, sctp: 0x800 } as const;
const MRQC = { fields: 0x37_0000, rss: 2, poolsAndRss: 3 } as const;
const RETA_WORDS = 32;
const VT_CTL = { defaultPool: 0x2000_0380, poolShift: 7, replication: 1 << 30 } as const;
const LOOPBACK = 0x8000_0000;
const VLAN_ADDED = 8;
const STRIP_CRC = 1 << 30;
const TXDCTL = 0x0201_0108;
const RXDCTL = 0x0201_0808;
const SRRCTL_ONE_BUFFER = 0x0200_0402;
const SRRCTL_DROP = 0x8000_0000;
const NO_SHORT_FRAME_CHECK = 1 << 16;
const QUEUES = 0xffff;

/** Transmitter, receiver and switch as igb sets them up: igb/igb_main.c, igb_configure. */
export class PfConfiguration {
  readonly #hw: PfHardware;
  readonly #mac: PfMac;
  readonly #filters: PfFilters;
  readonly #rssKey: readonly number[];

  /** @param rssKey Ten words of the hash key, random in Linux. */
  constructor(hw: PfHardware, mac: PfMac, filters: PfFilters, rssKey: readonly number[]) {
    this.#hw = hw;
    this.#mac = mac;
    this.#filters = filters;
    this.#rssKey = rssKey;
  }

  get #vfCount(): number {
    return this.#filters.vfs.length;
  }

  /** `igb_setup_tctl`, `igb_setup_mrqc` and `igb_setup_rctl`. */
  setUp(): void {
    this.#setUpTransmitter();
    this.#setUpQueueing();
    this.#setUpReceiver();
  }

  /** `igb_configure_tx_ring`. */
  startTransmit(block: SharedBlock, queue: number): void {
    const hw = this.#hw;
    const Q = queueRegisters(queue);
    hw.write(Q.TXDCTL, 0, queue);
    hw.flush();
    hw.write(Q.TDLEN, block.byteCount, queue);
    hw.write(Q.TDBAL, block.base % 4294967296, queue);
    hw.write(Q.TDBAH, Math.floor(block.base / 4294967296), queue);
    hw.write(Q.TDH, 0, queue);
    hw.write(Q.TDT, 0, queue);
    hw.write(Q.TXDCTL, TXDCTL, queue);
  }

  /** `igb_configure_rx`, before its rings: the PF's address and the clock of the receiver. */
  restoreAddress(address: Uint8Array): void {
    this.#mac.setAddress(0, address, true, 1 << this.#vfCount);
    this.#hw.read(F.RCTL);
  }

  /** `igb_configure_rx_ring`. */
  startReceive(block: SharedBlock, queue: number): void {
    const hw = this.#hw;
    const Q = queueRegisters(queue);
    hw.write(Q.RXDCTL, 0, queue);
    hw.write(Q.RDBAL, block.base % 4294967296, queue);
    hw.write(Q.RDBAH, Math.floor(block.base / 4294967296), queue);
    hw.write(Q.RDLEN, (block.byteCount / DESCRIPTOR_BYTES) * DESCRIPTOR_BYTES, queue);
    hw.write(Q.RDH, 0, queue);
    hw.write(Q.RDT, 0, queue);
    const drop = this.#vfCount > 0 ? SRRCTL_DROP : 0;
    hw.write(Q.SRRCTL, drop + SRRCTL_ONE_BUFFER, queue);
    this.#filters.setOffload(queue, true);
    hw.write(Q.RXDCTL, RXDCTL, queue);
  }

  /** `igb_rx_fifo_flush_82575`: frames of any length may lie in the receive FIFO. */
  flushReceiveFifo(): void {
    this.#hw.write(F.RFCTL, this.#hw.read(F.RFCTL) | NO_SHORT_FRAME_CHECK);
  }

  #setUpTransmitter(): void {
    const hw = this.#hw;
    hw.write(queueRegisters(0).TXDCTL, 0);
    const control = (hw.read(F.TCTL) & ~TCTL.threshold) | TCTL.pad | TCTL.retryLate | TCTL.retries;
    this.#mac.setCollisionDistance();
    hw.write(F.TCTL, control | TCTL.enable);
  }

  #setUpQueueing(): void {
    const hw = this.#hw;
    const pools = this.#vfCount > 0;
    for (const [i, word] of this.#rssKey.entries()) hw.write(F.RSSRK, word, i);
    this.#writeRedirection();
    hw.write(F.RXCSUM, hw.read(F.RXCSUM) | CHECKSUM.ip | CHECKSUM.sctp);
    if (pools) {
      const control = hw.read(F.VT_CTL) & ~VT_CTL.defaultPool;
      hw.write(F.VT_CTL, control | (this.#vfCount << VT_CTL.poolShift));
    }
    this.#setUpSwitch();
    hw.write(F.MRQC, MRQC.fields | (pools ? MRQC.poolsAndRss : MRQC.rss));
  }

  /** `igb_write_rss_indir_tbl`: one queue, or two for pools, of which the PF here uses one. */
  #writeRedirection(): void {
    const queues = this.#vfCount > 0 ? 2 : 1;
    for (let i = 0; i < RETA_WORDS; i++) {
      const queue = Math.floor((i * queues) / RETA_WORDS);
      this.#hw.write(F.RETA, queue * 0x0808_0808, i);
    }
  }

  /** `igb_vmm_control`: loopback between pools, replication, spoof checks. */
  #setUpSwitch(): void {
    const hw = this.#hw;
    const pools = this.#vfCount > 0;
    hw.write(F.DTXCTL, hw.read(F.DTXCTL) | VLAN_ADDED);
    hw.write(F.RPLOLR, hw.read(F.RPLOLR) | STRIP_CRC);
    const loopback = hw.read(F.DTXSWC);
    hw.write(F.DTXSWC, pools ? loopback | LOOPBACK : loopback & ~LOOPBACK);
    const replication = hw.read(F.VT_CTL);
    hw.write(
      F.VT_CTL,
      pools ? replication | VT_CTL.replication : replication & ~VT_CTL.replication,
    );
    if (!pools) return;
    const own = (1 << this.#vfCount) | (1 << (this.#vfCount + 8));
    hw.write(F.DTXSWC, hw.read(F.DTXSWC) | (QUEUES ^ own));
  }

  #setUpReceiver(): void {
    const hw = this.#hw;
    const control = hw.read(F.RCTL);
    hw.write(queueRegisters(0).RXDCTL, 0);
    if (this.#vfCount > 0) hw.write(CONTROL_REGISTERS.QDE, QUEUES);
    hw.write(F.RCTL, (control & ~RCTL.cleared) | RCTL.set);
  }
}
