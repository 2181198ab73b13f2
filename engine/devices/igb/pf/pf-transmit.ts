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
import type { Register } from "../../../registers/define.ts";
import { queueRegisters } from "../registers/queue-set.ts";

/** DESC_NEEDED: a frame of 17 fragments, its context, a gap. */
const DESCRIPTORS_NEEDED = 21;
const WAKE_THRESHOLD = DESCRIPTORS_NEEDED * 2;
/** Packets that one poll may clean (tx_work_limit). */
const WORK_LIMIT = 128;
const DATA_COMMAND = (TX_COMMAND.data | TX_COMMAND.insertCrc | TX_COMMAND.extended) >>> 0;
const LAST_COMMAND = TX_COMMAND.endOfPacket | TX_COMMAND.reportStatus;
const CONTEXT_COMMAND = TX_COMMAND.extended | TX_COMMAND.context;

/** igb's transmit ring: drivers/net/ethernet/intel/igb/igb_main.c, struct igb_ring. */
export class PfTransmitRing {
  readonly block: SharedBlock;
  readonly count: number;
  readonly #netDevice: NetDevice;
  readonly #bar: Bar;
  readonly #queue: number;
  readonly #tail: Register;
  readonly #skbs: (Skb | undefined)[];
  readonly #watch: Int32Array;
  #nextToUse = 0;
  #nextToClean = 0;
  /** Packets and bytes cleaned since the throttle was last judged. */
  totalPackets = 0;
  totalBytes = 0;

  /** @param queue Register index of the ring. */
  constructor(netDevice: NetDevice, bar: Bar, block: SharedBlock, queue: number) {
    this.#netDevice = netDevice;
    this.#bar = bar;
    this.block = block;
    this.#queue = queue;
    this.#tail = queueRegisters(queue).TDT;
    this.count = block.byteCount / DESCRIPTOR_BYTES;
    this.#skbs = new Array<Skb | undefined>(this.count).fill(undefined);
    this.#watch = new Int32Array(this.count).fill(-1);
    netDevice.ringIndices.set(block.name, "driver", "next_to_use", () => this.#nextToUse);
    netDevice.ringIndices.set(block.name, "driver", "next_to_clean", () => this.#nextToClean);
  }

  /** `igb_desc_unused`. */
  get unused(): number {
    const free = this.#nextToClean - this.#nextToUse - 1;
    return this.#nextToClean > this.#nextToUse ? free : free + this.count;
  }

  /** `igb_xmit_frame_ring`: false when the ring is full. */
  xmit(skb: Skb, more: boolean): boolean {
    if (!this.#maybeStop(4)) return false;
    const first = this.#nextToUse;
    let status = skb.byteCount << TX_STATUS.payloadShift;
    if (skb.checksumStart > 0) {
      this.#context(skb);
      status |= TX_STATUS.insertTransportChecksum;
    }
    const last = this.#nextToUse;
    const at = last * DESCRIPTOR_BYTES;
    this.#skbs[first] = skb;
    this.block.store32(at + TX_DATA.status, status);
    this.block.store64(at + TX_DATA.address, skb.dataAddress);
    this.block.store32(at + TX_DATA.command, (DATA_COMMAND | LAST_COMMAND) + skb.byteCount);
    const ring = this.#netDevice.sentQueue(skb.byteCount, more);
    this.#watch[first] = last;
    this.#nextToUse = last + 1 === this.count ? 0 : last + 1;
    this.#maybeStop(DESCRIPTORS_NEEDED);
    if (ring || this.#netDevice.stopped) this.#bar.store(this.#tail, this.#nextToUse, this.#queue);
    return true;
  }

  /** `igb_clean_tx_irq`: true when everything that was done is cleaned. */
  clean(): boolean {
    let i = this.#nextToClean;
    let budget = WORK_LIMIT;
    let packets = 0;
    let bytes = 0;
    while (budget > 0) {
      const last = this.#watch[i] as number;
      if (last < 0) break;
      const status = this.block.load8(last * DESCRIPTOR_BYTES + TX_DATA.status);
      if ((status & TX_STATUS.done) === 0) break;
      this.#watch[i] = -1;
      const skb = this.#skbs[i] as Skb;
      this.#skbs[i] = undefined;
      packets++;
      bytes += skb.byteCount;
      this.#netDevice.skbs.give(skb);
      i = last + 1 === this.count ? 0 : last + 1;
      budget--;
    }
    this.#nextToClean = i;
    this.totalPackets += packets;
    this.totalBytes += bytes;
    this.#netDevice.completedQueue(bytes);
    if (packets > 0 && this.unused >= WAKE_THRESHOLD && this.#netDevice.stopped) {
      this.#netDevice.wakeQueue();
    }
    return budget > 0;
  }

  /** `igb_clean_tx_ring`: gives back what was never sent. */
  reset(): void {
    for (let i = 0; i < this.count; i++) {
      const skb = this.#skbs[i];
      this.#skbs[i] = undefined;
      if (skb !== undefined) this.#netDevice.skbs.give(skb);
    }
    this.#watch.fill(-1);
    this.#nextToUse = 0;
    this.#nextToClean = 0;
  }

  /** `igb_tx_csum` and `igb_tx_ctxtdesc`. */
  #context(skb: Skb): void {
    const at = this.#nextToUse * DESCRIPTOR_BYTES;
    const networkBytes = skb.checksumStart - NETWORK_OFFSET;
    const tcp = skb.checksumOffset === TCP_CHECKSUM_OFFSET ? TX_COMMAND.tcp : 0;
    this.#nextToUse = this.#nextToUse + 1 === this.count ? 0 : this.#nextToUse + 1;
    const lengths = networkBytes | (NETWORK_OFFSET << MAC_LENGTH_SHIFT);
    this.block.store32(at + TX_CONTEXT.lengths, lengths);
    this.block.store32(at + TX_CONTEXT.type, CONTEXT_COMMAND | tcp);
    this.block.store32(at + TX_CONTEXT.segment, 0);
    this.block.store32(at + TX_CONTEXT.seed, 0);
  }

  #maybeStop(wanted: number): boolean {
    if (this.unused >= wanted) return true;
    this.#netDevice.stopQueue();
    return false;
  }
}
