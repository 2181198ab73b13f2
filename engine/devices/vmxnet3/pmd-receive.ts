import { assert } from "../../core/assert.ts";
import { type Mbuf, MBUF_DATA_BYTES } from "../../guest/mbuf.ts";
import type { PollModePort } from "../../guest/poll-mode-port.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import type { Bar } from "../../pci/bar.ts";
import { DESC_BYTES, RCD, RXD } from "./descriptors.ts";
import type { ReceiveBlocks } from "./driver-receive.ts";
import { CommandRing, CompletionRing } from "./driver-ring.ts";
import { BAR0 } from "./registers.ts";
import { QUEUE_DESC_BYTES, RX_QUEUE } from "./shared-area.ts";

/** The queue's descriptor follows the one transmit queue's. */
const UPDATE = QUEUE_DESC_BYTES + RX_QUEUE.updateRxProd;
const RXPROD_MASK = 15;
const RXPROD = [BAR0.RXPROD, BAR0.RXPROD2] as const;

/**
 * The receive queue of DPDK's driver: drivers/net/vmxnet3/vmxnet3_rxtx.c, vmxnet3_recv_pkts. Heads in
 * ring 0 and bodies in ring 1 are mbufs that hold a whole frame, so bodies are never used.
 */
export class PmdReceiveQueue {
  readonly rings: readonly [CommandRing, CommandRing];
  readonly completions: CompletionRing;
  readonly #machine: Machine;
  readonly #port: PollModePort;
  readonly #bar0: Bar;
  readonly #queueDesc: SharedBlock;
  readonly #mbufs: readonly [(Mbuf | undefined)[], (Mbuf | undefined)[]];

  constructor(
    machine: Machine,
    port: PollModePort,
    bar0: Bar,
    blocks: ReceiveBlocks,
    sizes: { readonly ring0: number; readonly ring1: number },
  ) {
    this.#machine = machine;
    this.#port = port;
    this.#bar0 = bar0;
    this.#queueDesc = blocks.queueDesc;
    this.rings = [
      new CommandRing(blocks.ring0, sizes.ring0, machine.ringIndices),
      new CommandRing(blocks.ring1, sizes.ring1, machine.ringIndices),
    ];
    const entries = sizes.ring0 + sizes.ring1;
    this.completions = new CompletionRing(blocks.completions, entries, machine.ringIndices);
    this.#mbufs = [
      new Array<Mbuf | undefined>(sizes.ring0).fill(undefined),
      new Array<Mbuf | undefined>(sizes.ring1).fill(undefined),
    ];
  }

  /** Whether a completion waits: looks without a row. */
  get ready(): boolean {
    const { block, next2proc, gen } = this.completions;
    const at = block.base + next2proc * DESC_BYTES + 15;
    return this.#machine.memory.view.getUint8(at) >> 7 === gen;
  }

  /** `vmxnet3_dev_rxtx_init`: fills both rings, and tells the device if it wants to know. */
  fill(): void {
    for (const ringIndex of [0, 1] as const) {
      const ring = this.rings[ringIndex];
      while (ring.available > 0) {
        const mbuf = this.#port.mbufs.take();
        assert(mbuf !== undefined, "the pool has mbufs for both receive rings");
        this.#renew(ringIndex, mbuf);
      }
      if (this.#queueDesc.load8(UPDATE) !== 0) {
        this.#bar0.store(RXPROD[ringIndex], ring.next2fill);
      }
    }
  }

  /** `vmxnet3_recv_pkts`: up to `wanted` frames; returns how many there were. */
  burst(wanted: number): number {
    const { completions } = this;
    const { block } = completions;
    let done = 0;
    while (done < wanted) {
      const at = completions.next2proc * DESC_BYTES;
      if (block.load8(at + 15) >> 7 !== completions.gen) break;
      const fresh = this.#port.mbufs.take();
      if (fresh === undefined) break;
      this.#completion(at, fresh);
      completions.advance();
      done++;
    }
    this.#machine.trace.packet = -1;
    return done;
  }

  /** Gives all mbufs back. */
  cleanup(): void {
    for (const mbufs of this.#mbufs) {
      for (const [index, mbuf] of mbufs.entries()) {
        if (mbuf !== undefined) this.#port.mbufs.give(mbuf);
        mbufs[index] = undefined;
      }
    }
    for (const ring of this.rings) ring.reset();
    this.completions.reset();
  }

  #completion(at: number, fresh: Mbuf): void {
    const { block } = this.completions;
    const { trace, packets } = this.#machine;
    const word0 = block.load32(at);
    const ringIndex = ((word0 >>> RCD.rqIdShift) & RCD.rqIdMask) === 0 ? 0 : 1;
    const index = word0 & RCD.rxdIdxMask;
    const mbuf = this.#mbufs[ringIndex][index];
    assert(mbuf !== undefined, `receive descriptor ${index} of ring ${ringIndex} has an mbuf`);
    this.#mbufs[ringIndex][index] = undefined;
    trace.packet = packets.get(mbuf.dataAddress);
    const word2 = block.load32(at + 8);
    mbuf.byteCount = word2 & RCD.lenMask;
    const whole = (word0 & RCD.eop) !== 0 && (word0 & RCD.sop) !== 0;
    if (!whole || (word2 & RCD.err) !== 0 || mbuf.byteCount === 0) this.#port.mbufs.give(mbuf);
    else {
      const tagged = (word2 & RCD.ts) !== 0;
      this.#port.receiveMbuf(mbuf, tagged ? word2 >>> RCD.tciShift : -1);
    }
    const ring = this.rings[ringIndex];
    ring.next2comp = index + 1 === ring.size ? 0 : index + 1;
    this.#renew(ringIndex, fresh);
    const update = this.#queueDesc.load8(UPDATE) !== 0;
    if (update && (ring.next2fill & RXPROD_MASK) === 0) {
      this.#bar0.store(RXPROD[ringIndex], ring.next2fill);
    }
  }

  /** `vmxnet3_renew_desc`: the generation comes last. */
  #renew(ringIndex: 0 | 1, mbuf: Mbuf): void {
    const ring = this.rings[ringIndex];
    const { block } = ring;
    const at = ring.next2fill * DESC_BYTES;
    const word2 = (ringIndex === 1 ? RXD.btypeBody : 0) | MBUF_DATA_BYTES;
    this.#mbufs[ringIndex][ring.next2fill] = mbuf;
    block.store64(at, mbuf.dataAddress);
    block.store32(at + 8, (word2 | ((ring.gen ^ 1) << RXD.genShift)) >>> 0);
    block.store8(at + 11, (block.load8(at + 11) & 0x7f) | (ring.gen << 7));
    ring.advanceFill();
  }
}
