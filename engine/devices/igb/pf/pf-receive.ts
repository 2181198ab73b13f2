import type { NetDevice } from "../../../guest/net-device.ts";
import type { BufferPool } from "../../../memory/buffer-pool.ts";
import type { SharedBlock } from "../../../memory/shared-block.ts";
import type { Bar } from "../../../pci/bar.ts";
import { DESCRIPTOR_BYTES, RX_FILLED, RX_STATUS, RX_WRITTEN } from "../advanced-descriptor.ts";
import type { Register } from "../../../registers/define.ts";
import { queueRegisters } from "../registers/queue-set.ts";

const REFILL_BATCH = 16;
/** Headroom in front of a frame in its half page: IGB_SKB_PAD. */
const HEADROOM_BYTES = 192;
const HALF_PAGE_BYTES = 2048;

/**
 * igb's receive ring: each buffer is half a page, and its other half is used next.
 * drivers/net/ethernet/intel/igb/igb_main.c, igb_clean_rx_irq, igb_alloc_rx_buffers.
 */
export class PfReceiveRing {
  readonly block: SharedBlock;
  readonly count: number;
  readonly #netDevice: NetDevice;
  readonly #bar: Bar;
  readonly #queue: number;
  readonly #tail: Register;
  readonly #pool: BufferPool;
  /** Buffer of each descriptor, or 0. */
  readonly #buffers: Float64Array;
  #nextToUse = 0;
  #nextToClean = 0;
  #nextToAlloc = 0;
  /** A frame goes on in the next descriptor; such frames are not handed up. */
  #spanning = false;
  totalPackets = 0;
  totalBytes = 0;

  /**
   * @param queue Register index of the ring.
   * @param pool Pages.
   */
  constructor(netDevice: NetDevice, bar: Bar, block: SharedBlock, queue: number, pool: BufferPool) {
    this.#netDevice = netDevice;
    this.#bar = bar;
    this.block = block;
    this.#queue = queue;
    this.#tail = queueRegisters(queue).RDT;
    this.#pool = pool;
    this.count = block.byteCount / DESCRIPTOR_BYTES;
    this.#buffers = new Float64Array(this.count);
    netDevice.ringIndices.set(block.name, "driver", "next_to_use", () => this.#nextToUse);
    netDevice.ringIndices.set(block.name, "driver", "next_to_clean", () => this.#nextToClean);
  }

  /** `igb_desc_unused`. */
  get unused(): number {
    const free = this.#nextToClean - this.#nextToUse - 1;
    return this.#nextToClean > this.#nextToUse ? free : free + this.count;
  }

  /** `igb_alloc_rx_buffers`. */
  refill(wanted: number): void {
    if (wanted === 0) return;
    let i = this.#nextToUse;
    for (let n = 0; n < wanted; n++) {
      if (this.#buffers[i] === 0) this.#buffers[i] = this.#pool.take() + HEADROOM_BYTES;
      this.block.store64(i * DESCRIPTOR_BYTES + RX_FILLED.packet, this.#buffers[i] as number);
      i = i + 1 === this.count ? 0 : i + 1;
      this.block.store16(i * DESCRIPTOR_BYTES + RX_WRITTEN.length, 0);
    }
    this.#nextToUse = i;
    this.#nextToAlloc = i;
    this.#bar.store(this.#tail, i, this.#queue);
  }

  /** `igb_clean_rx_irq`: hands up to `budget` frames up; returns how many. */
  clean(budget: number): number {
    let packets = 0;
    let bytes = 0;
    let toRefill = this.unused;
    while (packets < budget) {
      if (toRefill >= REFILL_BATCH) {
        this.refill(toRefill);
        toRefill = 0;
      }
      const at = this.#nextToClean * DESCRIPTOR_BYTES;
      const length = this.block.load16(at + RX_WRITTEN.length);
      if (length === 0) break;
      // The time stamp bit is tested by its byte, the rest by the whole word.
      this.block.load8(at + RX_WRITTEN.status + 1);
      const buffer = this.#buffers[this.#nextToClean] as number;
      this.#buffers[this.#nextToClean] = 0;
      this.#reuse(buffer);
      toRefill++;
      this.#nextToClean = this.#nextToClean + 1 === this.count ? 0 : this.#nextToClean + 1;
      const status = this.block.load32(at + RX_WRITTEN.status);
      if ((status & RX_STATUS.endOfPacket) === 0) {
        this.#spanning = true;
        continue;
      }
      const whole = !this.#spanning;
      this.#spanning = false;
      if ((status & RX_STATUS.frameErrors) !== 0) continue;
      const vlanTag = this.#readFields(at);
      bytes += length;
      packets++;
      if (whole) this.#netDevice.receive(buffer, length, vlanTag);
    }
    this.totalPackets += packets;
    this.totalBytes += bytes;
    if (toRefill > 0) this.refill(toRefill);
    return packets;
  }

  /** `igb_clean_rx_ring`. */
  reset(): void {
    for (let i = 0; i < this.count; i++) {
      const buffer = this.#buffers[i] as number;
      if (buffer !== 0) this.#pool.give(buffer - (buffer % (2 * HALF_PAGE_BYTES)));
    }
    this.#buffers.fill(0);
    this.#nextToUse = 0;
    this.#nextToClean = 0;
    this.#nextToAlloc = 0;
    this.#spanning = false;
  }

  /** `igb_process_skb_fields`: hash, checksum bits, time stamp bits, VLAN bit and tag. */
  #readFields(at: number): number {
    this.block.load32(at + RX_WRITTEN.hash);
    this.block.load32(at + RX_WRITTEN.status);
    this.block.load32(at + RX_WRITTEN.status);
    const status = this.block.load32(at + RX_WRITTEN.status);
    return (status & RX_STATUS.vlan) !== 0 ? this.block.load16(at + RX_WRITTEN.vlan) : -1;
  }

  /** `igb_reuse_rx_page`: the other half of the page goes to the descriptor filled next. */
  #reuse(buffer: number): void {
    const start = buffer - HEADROOM_BYTES;
    const page = start - (start % (2 * HALF_PAGE_BYTES));
    this.#buffers[this.#nextToAlloc] = page + ((start - page) ^ HALF_PAGE_BYTES) + HEADROOM_BYTES;
    this.#nextToAlloc = this.#nextToAlloc + 1 === this.count ? 0 : this.#nextToAlloc + 1;
  }
}
