import type { Mbuf } from "../../guest/mbuf.ts";
import type { PollModePort } from "../../guest/poll-mode-port.ts";
import type { Machine } from "../../machine.ts";
import type { Bar } from "../../pci/bar.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import { DATA_DESC_BYTES, DESC_BYTES, TCD, TXD } from "./descriptors.ts";
import { CommandRing, CompletionRing } from "./driver-ring.ts";
import type { TransmitBlocks } from "./driver-transmit.ts";
import { BAR0 } from "./registers.ts";
import { TX_QUEUE } from "./shared-area.ts";

/**
 * The transmit queue of DPDK's driver: drivers/net/vmxnet3/vmxnet3_rxtx.c, vmxnet3_xmit_pkts. It
 * counts what is deferred over a whole burst, and rings once at its end if that reaches the
 * backend's threshold.
 */
export class PmdTransmitQueue {
  readonly ring: CommandRing;
  readonly completions: CompletionRing;
  readonly #machine: Machine;
  readonly #port: PollModePort;
  readonly #bar0: Bar;
  readonly #blocks: TransmitBlocks;
  readonly #mbufs: (Mbuf | undefined)[];
  readonly #copyName: number;

  constructor(
    machine: Machine,
    port: PollModePort,
    bar0: Bar,
    blocks: TransmitBlocks,
    size: number,
  ) {
    this.#machine = machine;
    this.#port = port;
    this.#bar0 = bar0;
    this.#blocks = blocks;
    this.ring = new CommandRing(blocks.ring, size, machine.ringIndices);
    this.completions = new CompletionRing(blocks.completions, size, machine.ringIndices);
    this.#mbufs = new Array<Mbuf | undefined>(size).fill(undefined);
    this.#copyName = machine.trace.id("small frame: mbuf to data ring");
  }

  /** Whether a frame could be sent: looks without a row. */
  get ready(): boolean {
    return this.ring.available > 0 || this.#completed(this.#peekGen());
  }

  /** `vmxnet3_xmit_pkts`. */
  burst(mbufs: readonly Mbuf[], count: number): number {
    const { trace } = this.#machine;
    const { queueDesc } = this.#blocks;
    let deferred = queueDesc.load32(TX_QUEUE.txNumDeferred);
    this.#txComplete();
    let sent = 0;
    for (; sent < count && this.ring.available > 0; sent++) {
      const mbuf = mbufs[sent] as Mbuf;
      trace.packet = mbuf.packet;
      this.#fill(mbuf);
      queueDesc.store32(TX_QUEUE.txNumDeferred, ++deferred);
    }
    trace.packet = -1;
    if (deferred >= queueDesc.load32(TX_QUEUE.txThreshold)) {
      queueDesc.store32(TX_QUEUE.txNumDeferred, 0);
      this.#bar0.store(BAR0.TXPROD, this.ring.next2fill);
    }
    return sent;
  }

  /** `vmxnet3_cmd_ring_release_mbufs`. */
  cleanup(): void {
    for (const [index, mbuf] of this.#mbufs.entries()) {
      if (mbuf !== undefined) this.#port.mbufs.give(mbuf);
      this.#mbufs[index] = undefined;
    }
    this.ring.reset();
    this.completions.reset();
  }

  /** One descriptor: a small frame is copied into the data ring, another stays in its mbuf. */
  #fill(mbuf: Mbuf): void {
    const { ring } = this;
    const { block } = ring;
    const index = ring.next2fill;
    const at = index * DESC_BYTES;
    block.store64(
      at,
      mbuf.byteCount > DATA_DESC_BYTES ? mbuf.dataAddress : this.#copy(mbuf, index),
    );
    block.store32(at + 8, (ring.gen ^ 1) * TXD.gen + mbuf.byteCount);
    block.store32(at + 12, 0);
    ring.advanceFill();
    this.#mbufs[index] = mbuf;
    block.store32(at + 12, block.load32(at + 12) | TXD.eop | TXD.cq);
    // hlen, om and msscof are bit fields: no offload.
    block.store16(at + 12, block.load16(at + 12) & ~0xfff);
    block.store16(at + 10, block.load16(at + 10) & 3);
    block.store32(at + 8, block.load32(at + 8) ^ TXD.gen);
  }

  #copy(mbuf: Mbuf, index: number): number {
    const { memory, packets } = this.#machine;
    const { data } = this.#blocks;
    const to = data.base + index * DATA_DESC_BYTES;
    this.#machine.note(
      KIND.copy,
      ACTORS.guestDriver.code,
      this.#copyName,
      mbuf.byteCount,
      mbuf.dataAddress,
    );
    memory.move(mbuf.dataAddress, to, mbuf.byteCount);
    packets.set(to, mbuf.packet);
    return to;
  }

  /** `vmxnet3_tq_tx_complete`, `vmxnet3_unmap_pkt`. */
  #txComplete(): void {
    const { completions, ring } = this;
    const { block } = completions;
    while (this.#completed(block.load8(completions.next2proc * DESC_BYTES + 15))) {
      const eop = block.load16(completions.next2proc * DESC_BYTES) & TCD.txdIdxMask;
      const mbuf = this.#mbufs[eop];
      if (mbuf !== undefined) this.#port.mbufs.give(mbuf);
      this.#mbufs[eop] = undefined;
      const end = eop + 1 === ring.size ? 0 : eop + 1;
      while (ring.next2comp !== end) ring.advanceComp();
      completions.advance();
    }
  }

  #completed(byte15: number): boolean {
    return byte15 >> 7 === this.completions.gen;
  }

  #peekGen(): number {
    const { block, next2proc } = this.completions;
    return this.#machine.memory.view.getUint8(block.base + next2proc * DESC_BYTES + 15);
  }
}
