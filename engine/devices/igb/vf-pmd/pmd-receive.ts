import type { Mbuf } from "../../../guest/mbuf.ts";
import type { PollModePort } from "../../../guest/poll-mode-port.ts";
import { assert } from "../../../core/assert.ts";
import type { Machine } from "../../../machine.ts";
import type { SharedBlock } from "../../../memory/shared-block.ts";
import type { Bar } from "../../../pci/bar.ts";
import { DESCRIPTOR_BYTES, RX_FILLED, RX_STATUS, RX_WRITTEN } from "../advanced-descriptor.ts";
import { VF_REGISTERS } from "../registers/vf.ts";

const RDT = VF_REGISTERS.RDT;
/** IGB_DEFAULT_RX_FREE_THRESH: descriptors that are held back before the tail is written. */
const FREE_THRESHOLD = 32;

/** The receive queue of DPDK's driver: drivers/net/intel/e1000/igb_rxtx.c, struct igb_rx_queue. */
export class PmdReceiveQueue {
  readonly block: SharedBlock;
  readonly count: number;
  readonly #machine: Machine;
  readonly #port: PollModePort;
  readonly #bar: Bar;
  readonly #mbufs: (Mbuf | undefined)[];
  #tail = 0;
  #held = 0;
  /** Parts of a frame that spans descriptors; such frames are dropped at their end. */
  #spanning = false;

  constructor(machine: Machine, port: PollModePort, bar: Bar, block: SharedBlock) {
    this.#machine = machine;
    this.#port = port;
    this.#bar = bar;
    this.block = block;
    this.count = block.byteCount / DESCRIPTOR_BYTES;
    this.#mbufs = new Array<Mbuf | undefined>(this.count).fill(undefined);
    machine.ringIndices.set(block.name, "driver", "rx_tail", () => this.#tail);
  }

  /** `igb_alloc_rx_queue_mbufs`. */
  fill(): void {
    for (let i = 0; i < this.count; i++) {
      const mbuf = this.#port.mbufs.take();
      assert(mbuf !== undefined, "the pool has mbufs for a receive ring");
      this.block.store64(i * DESCRIPTOR_BYTES + RX_FILLED.header, 0);
      this.block.store64(i * DESCRIPTOR_BYTES + RX_FILLED.packet, mbuf.dataAddress);
      this.#mbufs[i] = mbuf;
    }
  }

  /** Whether the next descriptor is done: looks without a row. */
  get ready(): boolean {
    const at = this.block.base + this.#tail * DESCRIPTOR_BYTES + RX_WRITTEN.status;
    return (this.#machine.memory.view.getUint8(at) & RX_STATUS.done) !== 0;
  }

  /** `eth_igb_recv_pkts`: up to `wanted` frames; returns how many descriptors were done. */
  burst(wanted: number): number {
    const { block } = this;
    const { trace, packets } = this.#machine;
    let i = this.#tail;
    let done = 0;
    while (done < wanted) {
      // Until the chip writes a frame there, the buffer holds no packet.
      trace.packet = packets.get((this.#mbufs[i] as Mbuf).dataAddress);
      const at = i * DESCRIPTOR_BYTES;
      const status = block.load32(at + RX_WRITTEN.status);
      if ((status & RX_STATUS.done) === 0) break;
      // The whole descriptor is copied before it is filled anew.
      block.load64(at);
      block.load64(at + 8);
      const length = this.#machine.memory.view.getUint16(block.base + at + RX_WRITTEN.length, true);
      const tag = this.#machine.memory.view.getUint16(block.base + at + RX_WRITTEN.vlan, true);
      const fresh = this.#port.mbufs.take();
      // rx_mbuf_alloc_failed: the descriptor stays as it is until there is an mbuf again.
      if (fresh === undefined) break;
      const mbuf = this.#mbufs[i] as Mbuf;
      this.#mbufs[i] = fresh;
      block.store64(at + RX_FILLED.header, 0);
      block.store64(at + RX_FILLED.packet, fresh.dataAddress);
      i = i + 1 === this.count ? 0 : i + 1;
      done++;
      mbuf.byteCount = length;
      this.#hand(mbuf, status, (status & RX_STATUS.vlan) === 0 ? -1 : tag);
    }
    trace.packet = -1;
    this.#tail = i;
    this.#held += done;
    if (this.#held > FREE_THRESHOLD) {
      this.#bar.store(RDT, i === 0 ? this.count - 1 : i - 1);
      this.#held = 0;
    }
    return done;
  }

  /** `igb_rx_queue_release_mbufs`, `igb_reset_rx_queue`. */
  reset(): void {
    for (let i = 0; i < this.count; i++) {
      const mbuf = this.#mbufs[i];
      if (mbuf !== undefined) this.#port.mbufs.give(mbuf);
      this.#mbufs[i] = undefined;
      this.block.store64(i * DESCRIPTOR_BYTES, 0);
      this.block.store64(i * DESCRIPTOR_BYTES + 8, 0);
    }
    this.#tail = 0;
    this.#held = 0;
    this.#spanning = false;
  }

  #hand(mbuf: Mbuf, status: number, vlanTag: number): void {
    const last = (status & RX_STATUS.endOfPacket) !== 0;
    const whole = last && !this.#spanning;
    this.#spanning = !last;
    if (whole && (status & RX_STATUS.frameErrors) === 0) this.#port.receiveMbuf(mbuf, vlanTag);
    else this.#port.mbufs.give(mbuf);
  }
}
