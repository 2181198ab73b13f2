import { assert } from "../../core/assert.ts";
import type { NetDevice } from "../../guest/net-device.ts";
import type { Skb } from "../../guest/skb.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import type { Bar } from "../../pci/bar.ts";
import {
  DATA_DESC_BYTES,
  DESC_BYTES,
  OFFLOAD,
  TCD,
  TX_BUFFER_BYTES_MAX,
  TXD,
} from "./descriptors.ts";
import { CommandRing, CompletionRing } from "./driver-ring.ts";
import { copyIntoBlock } from "./memory-copy.ts";
import { BAR0 } from "./registers.ts";
import { TX_QUEUE } from "./shared-area.ts";

/** Free descriptors that must be there before a stopped queue is woken. */
const WAKE_THRESHOLD = 5;

/** Guest memory of a transmit queue, named as in the recordings. */
export interface TransmitBlocks {
  readonly ring: SharedBlock;
  readonly completions: SharedBlock;
  readonly data: SharedBlock;
  readonly queueDesc: SharedBlock;
}

/**
 * The driver's transmit queue, access for access as gcc compiled it: fields of a descriptor are
 * read and written in the widths that the recordings show.
 * drivers/net/vmxnet3/vmxnet3_drv.c, struct vmxnet3_tx_queue.
 */
export class DriverTransmitQueue {
  readonly ring: CommandRing;
  readonly completions: CompletionRing;
  readonly #machine: Machine;
  readonly #netDevice: NetDevice;
  readonly #bar0: Bar;
  readonly #blocks: TransmitBlocks;
  readonly #skbs: (Skb | undefined)[];
  readonly #sopIndices: Int32Array;
  #stopped = true;
  #copyBytes = 0;
  #eopIndex = 0;

  constructor(
    machine: Machine,
    netDevice: NetDevice,
    bar0: Bar,
    blocks: TransmitBlocks,
    size: number,
  ) {
    this.#machine = machine;
    this.#netDevice = netDevice;
    this.#bar0 = bar0;
    this.#blocks = blocks;
    this.ring = new CommandRing(blocks.ring, size, machine.ringIndices);
    this.completions = new CompletionRing(blocks.completions, size, machine.ringIndices);
    this.#skbs = new Array<Skb | undefined>(size).fill(undefined);
    this.#sopIndices = new Int32Array(size);
  }

  /** `vmxnet3_tq_start`. */
  start(): void {
    this.#stopped = false;
    this.#netDevice.startQueue();
  }

  /** `vmxnet3_tq_stop`. */
  stop(): void {
    this.#stopped = true;
    this.#netDevice.stopQueue();
  }

  /** `vmxnet3_tq_xmit`: false when the ring is full and the queue was stopped. */
  xmit(skb: Skb): boolean {
    const { kernel } = this.#machine;
    // A linear skb: its descriptors, and one more for the copied headers.
    const count = Math.ceil(skb.byteCount / TX_BUFFER_BYTES_MAX) + 1;
    this.#parseHdr(skb);
    kernel.disableInterrupts();
    if (count > this.ring.available) {
      this.stop();
      kernel.enableInterrupts();
      return false;
    }
    const sop = this.ring.next2fill;
    this.#copyHdr(skb, sop);
    this.#mapPkt(skb, sop);
    const eop = this.#eopIndex * DESC_BYTES;
    this.ring.block.store32(eop + 12, TXD.cq | TXD.eop);
    const deferred = this.#finishSop(skb, sop * DESC_BYTES);
    kernel.enableInterrupts();
    const { queueDesc } = this.#blocks;
    if (deferred >= queueDesc.load32(TX_QUEUE.txThreshold)) {
      queueDesc.store32(TX_QUEUE.txNumDeferred, 0);
      this.#bar0.store(BAR0.TXPROD, this.ring.next2fill);
    }
    return true;
  }

  /** `vmxnet3_tq_tx_complete`: packets completed. */
  txComplete(): number {
    const { completions } = this;
    const { block } = completions;
    let completed = 0;
    let at = completions.next2proc * DESC_BYTES;
    while (block.load8(at + 15) >> 7 === completions.gen) {
      this.#unmapPkt(block.load16(at) & TCD.txdIdxMask);
      completed++;
      completions.advance();
      at = completions.next2proc * DESC_BYTES;
    }
    if (completed > 0 && this.#stopped && this.ring.available > WAKE_THRESHOLD) {
      this.#stopped = false;
      this.#netDevice.wakeQueue();
    }
    return completed;
  }

  /** `vmxnet3_tq_cleanup`: gives back what was never completed and starts anew. */
  cleanup(): void {
    const { ring } = this;
    while (ring.next2comp !== ring.next2fill) {
      this.#giveBack(ring.next2comp);
      ring.advanceComp();
    }
    ring.reset();
    this.completions.reset();
  }

  /** `vmxnet3_parse_hdr`: how much goes into the data ring. */
  #parseHdr(skb: Skb): void {
    if (skb.byteCount <= DATA_DESC_BYTES) {
      this.#copyBytes = skb.byteCount;
      return;
    }
    this.#copyBytes = DATA_DESC_BYTES;
    if (skb.checksumStart === 0) return;
    const headerBytes = skb.checksumStart + this.#transportHeaderBytes(skb);
    this.#copyBytes = headerBytes > DATA_DESC_BYTES ? 0 : headerBytes;
  }

  /** UDP: 8; TCP: as its header says. The checksum's place tells which. */
  #transportHeaderBytes(skb: Skb): number {
    if (skb.checksumOffset === 6) return 8;
    const at = skb.dataAddress + skb.checksumStart + 12;
    return ((this.#machine.memory.bytes[at] as number) >> 4) * 4;
  }

  /** `vmxnet3_copy_hdr`. */
  #copyHdr(skb: Skb, sop: number): void {
    const { memory, packets } = this.#machine;
    const { data } = this.#blocks;
    const offset = sop * DATA_DESC_BYTES;
    copyIntoBlock(data, offset, memory, skb.dataAddress, this.#copyBytes);
    packets.set(data.base + offset, skb.packet);
  }

  /** `vmxnet3_map_pkt`: fills the descriptors; the first one's generation stays the old one. */
  #mapPkt(skb: Skb, sop: number): void {
    const { ring } = this;
    const { block } = ring;
    const copied = this.#copyBytes;
    let word2 = (ring.gen ^ 1) * TXD.gen;
    let index = sop;
    if (copied > 0) {
      const at = sop * DESC_BYTES;
      block.store32(at + 12, 0);
      block.store64(at, this.#blocks.data.base + sop * DATA_DESC_BYTES);
      block.store32(at + 8, word2 | copied);
      ring.advanceFill();
      word2 = ring.gen * TXD.gen;
    }
    for (let done = copied; done < skb.byteCount; ) {
      const byteCount = Math.min(skb.byteCount - done, TX_BUFFER_BYTES_MAX);
      index = ring.next2fill;
      const at = index * DESC_BYTES;
      const oldGen = (block.load8(at + 9) >> 6) & 1;
      assert(oldGen !== ring.gen, `transmit descriptor ${index} is not filled twice`);
      block.store64(at, skb.dataAddress + done);
      block.store32(at + 8, word2 | (byteCount & TXD.lenMask));
      block.store32(at + 12, 0);
      ring.advanceFill();
      word2 = ring.gen * TXD.gen;
      done += byteCount;
    }
    this.#eopIndex = index;
    this.#skbs[index] = skb;
    this.#sopIndices[index] = sop;
  }

  /** Offload fields, the deferred count, then the generation bit; returns the count. */
  #finishSop(skb: Skb, sop: number): number {
    const { block } = this.ring;
    const { queueDesc } = this.#blocks;
    const deferred = queueDesc.load32(TX_QUEUE.txNumDeferred) + 1;
    if (skb.checksumStart > 0) {
      const flags = block.load16(sop + 12) & ~0xfff;
      block.store16(sop + 12, flags | skb.checksumStart | (OFFLOAD.CSUM << TXD.omShift));
      const low = block.load16(sop + 10) & 3;
      block.store16(sop + 10, low | ((skb.checksumStart + skb.checksumOffset) << 2));
    } else {
      block.store8(sop + 13, block.load8(sop + 13) & ~0x0c);
      block.store16(sop + 10, block.load16(sop + 10) & 3);
    }
    queueDesc.store32(TX_QUEUE.txNumDeferred, queueDesc.load32(TX_QUEUE.txNumDeferred) + 1);
    block.store32(sop + 8, block.load32(sop + 8) ^ TXD.gen);
    return deferred;
  }

  /** `vmxnet3_unmap_pkt`. */
  #unmapPkt(eop: number): void {
    const { ring } = this;
    assert(this.#sopIndices[eop] === ring.next2comp, "transmit completions come in order");
    const isEop = (ring.block.load8(eop * DESC_BYTES + 13) & 0x10) !== 0;
    assert(isEop, `descriptor ${eop} ends a packet`);
    const end = eop + 1 === ring.size ? 0 : eop + 1;
    while (ring.next2comp !== end) ring.advanceComp();
    this.#giveBack(eop);
  }

  #giveBack(index: number): void {
    const skb = this.#skbs[index];
    if (skb === undefined) return;
    this.#skbs[index] = undefined;
    this.#netDevice.skbs.give(skb);
  }
}
