import type { NetDevice } from "../../../guest/net-device.ts";
import type { Skb } from "../../../guest/skb.ts";
import type { SharedBlock } from "../../../memory/shared-block.ts";
import type { Bar } from "../../../pci/bar.ts";
import {
  DESCRIPTOR_BYTES,
  MAC_LENGTH_SHIFT,
  NETWORK_OFFSET,
  TCP_CHECKSUM_OFFSET,
  TX_COMMAND,
  TX_CONTEXT,
  TX_DATA,
  TX_STATUS,
} from "../advanced-descriptor.ts";
import { VF_REGISTERS } from "../registers/vf.ts";

const TDT = VF_REGISTERS.TDT;
const MAX_SKB_FRAGMENTS = 17;
const WAKE_UNUSED = 32;
const DATA_COMMAND = (TX_COMMAND.data | TX_COMMAND.insertCrc | TX_COMMAND.extended) >>> 0;
const LAST_COMMAND = TX_COMMAND.endOfPacket | TX_COMMAND.insertCrc | TX_COMMAND.reportStatus;
const CONTEXT_COMMAND = TX_COMMAND.extended | TX_COMMAND.context;

/** igbvf's transmit ring: drivers/net/ethernet/intel/igbvf/netdev.c, struct igbvf_ring. */
export class VfTransmitRing {
  readonly block: SharedBlock;
  readonly count: number;
  readonly #netDevice: NetDevice;
  readonly #bar: Bar;
  readonly #skbs: (Skb | undefined)[];
  /** By first descriptor of a frame: its last one, or -1. */
  readonly #watch: Int32Array;
  #nextToUse = 0;
  #nextToClean = 0;

  constructor(netDevice: NetDevice, bar: Bar, block: SharedBlock) {
    this.#netDevice = netDevice;
    this.#bar = bar;
    this.block = block;
    this.count = block.byteCount / DESCRIPTOR_BYTES;
    this.#skbs = new Array<Skb | undefined>(this.count).fill(undefined);
    this.#watch = new Int32Array(this.count).fill(-1);
    netDevice.ringIndices.set(block.name, "driver", "next_to_use", () => this.#nextToUse);
    netDevice.ringIndices.set(block.name, "driver", "next_to_clean", () => this.#nextToClean);
  }

  /** `igbvf_desc_unused`. */
  get unused(): number {
    const free = this.#nextToClean - this.#nextToUse - 1;
    return this.#nextToClean > this.#nextToUse ? free : free + this.count;
  }

  /** `igbvf_xmit_frame_ring_adv`: false when the ring is full. */
  xmit(skb: Skb): boolean {
    if (!this.#maybeStop(4)) return false;
    const first = this.#nextToUse;
    let status = skb.byteCount << TX_STATUS.payloadShift;
    if (skb.checksumStart > 0) {
      this.#context(skb);
      status |= TX_STATUS.insertTransportChecksum;
    }
    const last = this.#nextToUse;
    const at = last * DESCRIPTOR_BYTES;
    const command = DATA_COMMAND + skb.byteCount;
    this.#skbs[last] = skb;
    this.block.store64(at + TX_DATA.address, skb.dataAddress);
    this.block.store32(at + TX_DATA.status, status);
    this.block.store32(at + TX_DATA.command, command);
    this.block.store32(at + TX_DATA.command, command | LAST_COMMAND);
    this.#watch[first] = last;
    this.#nextToUse = last + 1 === this.count ? 0 : last + 1;
    this.#bar.store(TDT, this.#nextToUse);
    this.#maybeStop(MAX_SKB_FRAGMENTS + 4);
    return true;
  }

  /** `igbvf_clean_tx_irq`: true when the ring is completely cleaned. */
  clean(): boolean {
    let i = this.#nextToClean;
    let cleaned = 0;
    while (cleaned < this.count) {
      const last = this.#watch[i] as number;
      if (last < 0) break;
      const status = this.block.load8(last * DESCRIPTOR_BYTES + TX_DATA.status);
      if ((status & TX_STATUS.done) === 0) break;
      this.#watch[i] = -1;
      for (let more = true; more; cleaned++) {
        more = i !== last;
        const skb = this.#skbs[i];
        if (skb !== undefined) {
          this.#skbs[i] = undefined;
          this.#netDevice.skbs.give(skb);
        }
        this.block.store32(i * DESCRIPTOR_BYTES + TX_DATA.status, 0);
        i = i + 1 === this.count ? 0 : i + 1;
      }
    }
    this.#nextToClean = i;
    if (cleaned > 0 && this.unused >= WAKE_UNUSED && this.#netDevice.stopped) {
      this.#netDevice.wakeQueue();
    }
    return cleaned < this.count;
  }

  /** `igbvf_clean_tx_ring`: gives back what was never sent. */
  reset(): void {
    for (let i = 0; i < this.count; i++) {
      const skb = this.#skbs[i];
      this.#skbs[i] = undefined;
      if (skb !== undefined) this.#netDevice.skbs.give(skb);
    }
    this.#watch.fill(-1);
    this.#nextToUse = 0;
    this.#nextToClean = 0;
    this.#bar.store(VF_REGISTERS.TDH, 0);
    this.#bar.store(TDT, 0);
  }

  /** `igbvf_tx_csum` and `igbvf_tx_ctxtdesc`. */
  #context(skb: Skb): void {
    const at = this.#nextToUse * DESCRIPTOR_BYTES;
    const networkBytes = skb.checksumStart - NETWORK_OFFSET;
    const tcp = skb.checksumOffset === TCP_CHECKSUM_OFFSET ? TX_COMMAND.tcp : 0;
    this.#nextToUse = this.#nextToUse + 1 === this.count ? 0 : this.#nextToUse + 1;
    const lengths = networkBytes | (NETWORK_OFFSET << MAC_LENGTH_SHIFT);
    this.block.store32(at + TX_CONTEXT.lengths, lengths);
    this.block.store32(at + TX_CONTEXT.seed, 0);
    this.block.store32(at + TX_CONTEXT.type, CONTEXT_COMMAND | tcp);
    this.block.store32(at + TX_CONTEXT.segment, 0);
  }

  /** `igbvf_maybe_stop_tx`: false when fewer than `wanted` descriptors are free. */
  #maybeStop(wanted: number): boolean {
    if (this.unused >= wanted) return true;
    this.#netDevice.stopQueue();
    return false;
  }
}
