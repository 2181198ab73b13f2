import { assert } from "../../core/assert.ts";
import type { NetDevice } from "../../guest/net-device.ts";
import type { Machine } from "../../machine.ts";
import { BufferPool } from "../../memory/buffer-pool.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import type { Bar } from "../../pci/bar.ts";
import { DESC_BYTES, RCD, RXD } from "./descriptors.ts";
import { CommandRing, CompletionRing } from "./driver-ring.ts";
import { BAR0 } from "./registers.ts";
import { QUEUE_DESC_BYTES, RX_QUEUE } from "./shared-area.ts";

const PAGE_BYTES = 4096;
/** NET_SKB_PAD: room before received data in a socket buffer. */
const PAD_BYTES = 64;
const TAG_BYTES = 4;
/** The queue's descriptor follows the one transmit queue's. */
const QUEUE = QUEUE_DESC_BYTES;
/** RXPROD is written only every 16 descriptors. */
const RXPROD_MASK = 15;
const RXPROD = [BAR0.RXPROD, BAR0.RXPROD2] as const;

/** Guest memory of a receive queue, named as in the recordings. */
export interface ReceiveBlocks {
  readonly ring0: SharedBlock;
  readonly ring1: SharedBlock;
  readonly completions: SharedBlock;
  readonly queueDesc: SharedBlock;
}

/** Sizes of a receive queue. */
export interface ReceiveSizes {
  readonly ring0: number;
  readonly ring1: number;
  /** Bytes of a head buffer. */
  readonly headBytes: number;
}

/**
 * The driver's receive queue, access for access: heads in ring 0 are socket buffers, bodies in
 * ring 1 pages. A used buffer is replaced at once, in its own descriptor; the descriptor goes back
 * to the device when a later completion shows that the ring has room.
 * drivers/net/vmxnet3/vmxnet3_drv.c, vmxnet3_rq_rx_complete.
 */
export class DriverReceiveQueue {
  readonly rings: readonly [CommandRing, CommandRing];
  readonly completions: CompletionRing;
  readonly #machine: Machine;
  readonly #netDevice: NetDevice;
  readonly #bar0: Bar;
  readonly #queueDesc: SharedBlock;
  readonly #headBytes: number;
  readonly #pools: readonly [BufferPool, BufferPool];
  readonly #buffers: readonly [Float64Array, Float64Array];
  readonly #assembly: number;
  readonly #assemblyBytes: number;
  /** The packet whose head has come: its buffer, bytes so far, and whether it has bodies. */
  #head = 0;
  #packetBytes = 0;
  #compound = false;

  constructor(
    machine: Machine,
    netDevice: NetDevice,
    bar0: Bar,
    blocks: ReceiveBlocks,
    sizes: ReceiveSizes,
  ) {
    this.#machine = machine;
    this.#netDevice = netDevice;
    this.#bar0 = bar0;
    this.#queueDesc = blocks.queueDesc;
    this.#headBytes = sizes.headBytes;
    this.rings = [
      new CommandRing(blocks.ring0, sizes.ring0, machine.ringIndices),
      new CommandRing(blocks.ring1, sizes.ring1, machine.ringIndices),
    ];
    const entries = sizes.ring0 + sizes.ring1;
    this.completions = new CompletionRing(blocks.completions, entries, machine.ringIndices);
    const slotBytes = Math.ceil((sizes.headBytes + PAD_BYTES) / 512) * 512;
    this.#pools = [
      new BufferPool(machine.memory, slotBytes, 64),
      new BufferPool(machine.memory, PAGE_BYTES, PAGE_BYTES),
    ];
    this.#buffers = [new Float64Array(sizes.ring0), new Float64Array(sizes.ring1)];
    this.#assemblyBytes = 18 * PAGE_BYTES;
    const assemblyBytes = this.#assemblyBytes + PAD_BYTES;
    this.#assembly = machine.memory.allocate(assemblyBytes, PAGE_BYTES) + PAD_BYTES;
  }

  /** `vmxnet3_rq_init`: fills both rings up to one entry. */
  init(): void {
    for (const ringIndex of [0, 1] as const) {
      const ring = this.rings[ringIndex];
      ring.reset();
      for (let i = 0; i < ring.size; i++) this.#allocate(ringIndex, i === ring.size - 1);
    }
    this.completions.reset();
    this.#head = 0;
  }

  /** `vmxnet3_rq_cleanup`: gives all buffers back. */
  cleanup(): void {
    for (const ringIndex of [0, 1] as const) {
      const ring = this.rings[ringIndex];
      const buffers = this.#buffers[ringIndex];
      for (let i = 0; i < ring.size; i++) {
        const address = buffers[i] as number;
        if (address !== 0) this.#give(ringIndex, address);
        buffers[i] = 0;
      }
      ring.reset();
    }
    this.completions.reset();
  }

  /** `vmxnet3_rq_rx_complete`: handles up to `quota` packets and returns how many. */
  rxComplete(quota: number): number {
    const { completions } = this;
    const { block } = completions;
    let packets = 0;
    let at = completions.next2proc * DESC_BYTES;
    while (block.load8(at + 15) >> 7 === completions.gen) {
      if (packets >= quota) break;
      packets += this.#completion(at);
      completions.advance();
      at = completions.next2proc * DESC_BYTES;
    }
    return packets;
  }

  /** One completion: 1 when it ended a packet that was delivered. */
  #completion(at: number): number {
    const { block } = this.completions;
    const ringIndex = (block.load16(at + 2) & RCD.rqIdMask) === 0 ? 0 : 1;
    const index = block.load16(at) & RCD.rxdIdxMask;
    const buffer = this.#buffers[ringIndex][index] as number;
    const ring = this.rings[ringIndex];
    const rxd = index * DESC_BYTES;
    const same = ring.block.load64(rxd) === buffer;
    const bytesOk = (ring.block.load16(rxd + 8) & RXD.lenMask) === this.#bufferBytes(ringIndex);
    assert(same && bytesOk, `receive descriptor ${index} of ring ${ringIndex} is the driver's`);
    const flags = block.load8(at + 1);
    const eop = (flags & 0x40) !== 0;
    let delivered = 0;
    if (eop && (block.load8(at + 9) & 0x40) !== 0) this.#dropPacket(at);
    else if (this.#takeBuffer(at, ringIndex, index, (flags & 0x80) !== 0)) {
      delivered = this.#endPacket(at);
    }
    this.#refill(ringIndex, index);
    return delivered;
  }

  /** Adds one buffer to the packet and replaces it; false when nothing came with it. */
  #takeBuffer(at: number, ringIndex: 0 | 1, index: number, sop: boolean): boolean {
    const { block } = this.completions;
    const rxd = index * DESC_BYTES;
    const ringBlock = this.rings[ringIndex].block;
    const buffer = this.#buffers[ringIndex][index] as number;
    const body = (ringBlock.load8(rxd + 9) & 0x40) !== 0;
    assert(sop !== body, "a packet begins in a head buffer and goes on in bodies");
    if (sop) block.load16(at + 2);
    if ((block.load16(at + 8) & RCD.lenMask) === 0) return false;
    if (sop) {
      // Whether the receive data ring was used; revision 1 has none.
      block.load16(at + 2);
      this.#machine.trace.packet = this.#machine.packets.get(buffer);
    }
    const fresh = this.#take(ringIndex);
    const byteCount = sop ? 0 : block.load16(at + 8) & RCD.lenMask;
    this.#buffers[ringIndex][index] = fresh;
    ringBlock.store64(rxd, fresh);
    const length = ringBlock.load16(rxd + 8) & ~RXD.lenMask;
    ringBlock.store16(rxd + 8, length | this.#bufferBytes(ringIndex));
    if (sop) this.#beginPacket(buffer, block.load16(at + 8) & RCD.lenMask);
    else this.#appendFrag(buffer, byteCount);
    return true;
  }

  #beginPacket(buffer: number, byteCount: number): void {
    this.#head = buffer;
    this.#packetBytes = byteCount;
    this.#compound = false;
  }

  /** `vmxnet3_append_frag`; the socket layer would gather the parts, here they are put together. */
  #appendFrag(buffer: number, byteCount: number): void {
    const { memory, packets } = this.#machine;
    if (!this.#compound) {
      memory.move(this.#head, this.#assembly, this.#packetBytes);
      packets.set(this.#assembly, packets.get(this.#head));
      this.#compound = true;
    }
    const fits = this.#packetBytes + byteCount <= this.#assemblyBytes;
    assert(fits, "a packet has at most 17 body buffers");
    memory.move(buffer, this.#assembly + this.#packetBytes, byteCount);
    this.#packetBytes += byteCount;
    this.#give(1, buffer);
  }

  /** What follows the last buffer of a packet: flags are read, the packet goes up. */
  #endPacket(at: number): number {
    const { block } = this.completions;
    if ((block.load8(at + 1) & 0x40) === 0) return 0;
    this.#rxCsum(at);
    block.load8(at + 14);
    const tag = (block.load8(at + 9) & 0x80) === 0 ? -1 : block.load16(at + 10);
    this.#queueDesc.load8(QUEUE + RX_QUEUE.updateRxProd);
    this.#deliver(this.#compound ? this.#assembly : this.#head, tag);
    this.#give(0, this.#head);
    this.#head = 0;
    return 1;
  }

  /** The frame goes up; a tag that the device took out is put back where a socket sees it. */
  #deliver(address: number, tag: number): void {
    const { memory, packets } = this.#machine;
    if (tag < 0) {
      this.#netDevice.receive(address, this.#packetBytes);
      return;
    }
    const start = address - TAG_BYTES;
    memory.move(address, start, 2 * 6);
    memory.view.setUint16(start + 12, 0x8100);
    memory.view.setUint16(start + 14, tag);
    packets.set(start, packets.get(address));
    this.#netDevice.receive(start, this.#packetBytes + TAG_BYTES);
  }

  /** `vmxnet3_rx_csum`: the device that computes no checksums says so. */
  #rxCsum(at: number): void {
    const { block } = this.completions;
    const notCalculated = (block.load8(at + 3) & 0x40) !== 0;
    if (!notCalculated) block.load32(at + 12);
  }

  /** `vmxnet3_rx_error`: what came of the packet is lost; its last buffer is used again. */
  #dropPacket(at: number): void {
    // Whether the frame check sequence was wrong, for a counter.
    this.completions.block.load8(at + 14);
    if (this.#head !== 0) this.#give(0, this.#head);
    this.#head = 0;
  }

  /** Gives descriptors that are ready back to the device. */
  #refill(ringIndex: 0 | 1, index: number): void {
    const ring = this.rings[ringIndex];
    const { block } = ring;
    ring.next2comp = index;
    for (let count = ring.available; count > 0; count--) {
      const at = ring.next2fill * DESC_BYTES;
      block.load64(at);
      block.store8(at + 11, (block.load8(at + 11) & 0x7f) | (ring.gen << 7));
      ring.advanceFill();
    }
    const update = this.#queueDesc.load8(QUEUE + RX_QUEUE.updateRxProd) !== 0;
    if (update && (ring.next2fill & RXPROD_MASK) === 0) {
      this.#bar0.store(RXPROD[ringIndex], ring.next2fill);
    }
  }

  /** One step of `vmxnet3_rq_alloc_rx_buf`; the last entry is filled but not handed over. */
  #allocate(ringIndex: 0 | 1, last: boolean): void {
    const ring = this.rings[ringIndex];
    const { block } = ring;
    const index = ring.next2fill;
    const at = index * DESC_BYTES;
    const address = this.#take(ringIndex);
    this.#buffers[ringIndex][index] = address;
    const type = ringIndex === 1 ? RXD.btypeBody : 0;
    const word2 = type | this.#bufferBytes(ringIndex);
    block.store64(at, address);
    block.store32(at + 8, word2 | ((ring.gen ^ 1) << RXD.genShift));
    if (last) return;
    block.store32(at + 8, block.load32(at + 8) | (ring.gen << RXD.genShift));
    ring.advanceFill();
  }

  #bufferBytes(ringIndex: 0 | 1): number {
    return ringIndex === 0 ? this.#headBytes : PAGE_BYTES;
  }

  #take(ringIndex: 0 | 1): number {
    return this.#pools[ringIndex].take() + (ringIndex === 0 ? PAD_BYTES : 0);
  }

  #give(ringIndex: 0 | 1, address: number): void {
    this.#pools[ringIndex].give(address - (ringIndex === 0 ? PAD_BYTES : 0));
  }
}
