import type { NetDevice } from "../../../guest/net-device.ts";
import type { BufferPool } from "../../../memory/buffer-pool.ts";
import type { SharedBlock } from "../../../memory/shared-block.ts";
import type { Bar } from "../../../pci/bar.ts";
import { DESCRIPTOR_BYTES, RX_FILLED, RX_STATUS, RX_WRITTEN } from "../advanced-descriptor.ts";
import { VF_REGISTERS } from "../registers/vf.ts";

const RDT = VF_REGISTERS.RDT;
const REFILL_BATCH = 16;

/** igbvf's receive ring with one buffer per descriptor: igbvf/netdev.c, struct igbvf_ring. */
export class VfReceiveRing {
  readonly block: SharedBlock;
  readonly count: number;
  readonly #netDevice: NetDevice;
  readonly #bar: Bar;
  readonly #pool: BufferPool;
  /** Buffer of each descriptor, or 0. */
  readonly #buffers: Float64Array;
  #nextToUse = 0;
  #nextToClean = 0;
  /** Bytes of a frame that spans descriptors, so far; such frames are dropped at their end. */
  #spanning = false;

  constructor(netDevice: NetDevice, bar: Bar, block: SharedBlock, pool: BufferPool) {
    this.#netDevice = netDevice;
    this.#bar = bar;
    this.block = block;
    this.#pool = pool;
    this.count = block.byteCount / DESCRIPTOR_BYTES;
    this.#buffers = new Float64Array(this.count);
    netDevice.ringIndices.set(block.name, "driver", "next_to_use", () => this.#nextToUse);
    netDevice.ringIndices.set(block.name, "driver", "next_to_clean", () => this.#nextToClean);
  }

  /** `igbvf_desc_unused`. */
  get unused(): number {
    const free = this.#nextToClean - this.#nextToUse - 1;
    return this.#nextToClean > this.#nextToUse ? free : free + this.count;
  }

  /** `igbvf_alloc_rx_buffers`. */
  refill(wanted: number): void {
    let i = this.#nextToUse;
    for (let n = 0; n < wanted; n++) {
      if (this.#buffers[i] === 0) this.#buffers[i] = this.#pool.take();
      this.block.store64(i * DESCRIPTOR_BYTES + RX_FILLED.packet, this.#buffers[i] as number);
      this.block.store64(i * DESCRIPTOR_BYTES + RX_FILLED.header, 0);
      i = i + 1 === this.count ? 0 : i + 1;
    }
    if (this.#nextToUse === i) return;
    this.#nextToUse = i;
    this.#bar.store(RDT, i === 0 ? this.count - 1 : i - 1);
  }

  /** `igbvf_clean_rx_irq`: hands frames up; returns how many descriptors were done. */
  clean(budget: number): number {
    const block = this.block;
    let i = this.#nextToClean;
    let done = 0;
    let toRefill = 0;
    let status = block.load32(i * DESCRIPTOR_BYTES + RX_WRITTEN.status);
    while ((status & RX_STATUS.done) !== 0 && done < budget) {
      const at = i * DESCRIPTOR_BYTES;
      done++;
      const length = block.load16(at + RX_WRITTEN.length);
      block.load16(at + RX_WRITTEN.headerInfo);
      toRefill++;
      const buffer = this.#buffers[i] as number;
      this.#buffers[i] = 0;
      const tagged = (status & RX_STATUS.vlan) !== 0;
      const vlanTag = tagged ? block.load16(at + RX_WRITTEN.vlan) : -1;
      this.#hand(buffer, length, status, vlanTag);
      block.store32(at + RX_WRITTEN.status, 0);
      if (toRefill >= REFILL_BATCH) {
        this.refill(toRefill);
        toRefill = 0;
      }
      i = i + 1 === this.count ? 0 : i + 1;
      status = block.load32(i * DESCRIPTOR_BYTES + RX_WRITTEN.status);
    }
    this.#nextToClean = i;
    const unused = this.unused;
    if (unused > 0) this.refill(unused);
    return done;
  }

  /** `igbvf_clean_rx_ring`. */
  reset(): void {
    for (let i = 0; i < this.count; i++) {
      const buffer = this.#buffers[i] as number;
      if (buffer !== 0) this.#pool.give(buffer);
    }
    this.#buffers.fill(0);
    this.#nextToUse = 0;
    this.#nextToClean = 0;
    this.#bar.store(VF_REGISTERS.RDH, 0);
    this.#bar.store(RDT, 0);
  }

  #hand(buffer: number, length: number, status: number, vlanTag: number): void {
    const last = (status & RX_STATUS.endOfPacket) !== 0;
    const whole = last && !this.#spanning;
    this.#spanning = !last;
    if (whole && (status & RX_STATUS.frameErrors) === 0) {
      this.#netDevice.receive(buffer, length, vlanTag);
    }
    this.#pool.give(buffer);
  }
}
