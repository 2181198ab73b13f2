import type { Mbuf } from "../../../guest/mbuf.ts";
import type { PollModePort } from "../../../guest/poll-mode-port.ts";
import type { Machine } from "../../../machine.ts";
import type { SharedBlock } from "../../../memory/shared-block.ts";
import type { Bar } from "../../../pci/bar.ts";
import { DESCRIPTOR_BYTES, TX_COMMAND, TX_DATA, TX_STATUS } from "../advanced-descriptor.ts";
import { VF_REGISTERS } from "../registers/vf.ts";

const TDT = VF_REGISTERS.TDT;
const COMMAND = (TX_COMMAND.data | TX_COMMAND.insertCrc | TX_COMMAND.extended) >>> 0;
const LAST = TX_COMMAND.endOfPacket | TX_COMMAND.reportStatus;

/**
 * The transmit queue of DPDK's driver: drivers/net/intel/e1000/igb_rxtx.c, struct igb_tx_queue. A
 * sent mbuf stays in its slot until the slot is used again: nobody has to be told that it is sent.
 */
export class PmdTransmitQueue {
  readonly block: SharedBlock;
  readonly count: number;
  readonly #machine: Machine;
  readonly #port: PollModePort;
  readonly #bar: Bar;
  readonly #mbufs: (Mbuf | undefined)[];
  #tail = 0;

  constructor(machine: Machine, port: PollModePort, bar: Bar, block: SharedBlock) {
    this.#machine = machine;
    this.#port = port;
    this.#bar = bar;
    this.block = block;
    this.count = block.byteCount / DESCRIPTOR_BYTES;
    this.#mbufs = new Array<Mbuf | undefined>(this.count).fill(undefined);
    machine.ringIndices.set(block.name, "driver", "tx_tail", () => this.#tail);
  }

  /** Whether a frame could be sent: looks without a row. */
  get ready(): boolean {
    const at = this.block.base + this.#after(this.#tail) * DESCRIPTOR_BYTES + TX_DATA.status;
    return (this.#machine.memory.view.getUint8(at) & TX_STATUS.done) !== 0;
  }

  /** `eth_igb_xmit_pkts`: as many of the first `count` as there is room for; one tail write. */
  burst(mbufs: readonly Mbuf[], count: number): number {
    const { block } = this;
    const { trace } = this.#machine;
    let sent = 0;
    for (; sent < count; sent++) {
      const mbuf = mbufs[sent] as Mbuf;
      trace.packet = mbuf.packet;
      const at = this.#tail * DESCRIPTOR_BYTES;
      // The slot after this one has to be free too, so that the tail never meets the head.
      const next = this.#after(this.#tail);
      const status = block.load32(next * DESCRIPTOR_BYTES + TX_DATA.status);
      if ((status & TX_STATUS.done) === 0) break;
      const before = this.#mbufs[this.#tail];
      if (before !== undefined) this.#port.mbufs.give(before);
      this.#mbufs[this.#tail] = mbuf;
      block.store64(at + TX_DATA.address, mbuf.dataAddress);
      block.store32(at + TX_DATA.command, (COMMAND | mbuf.byteCount) >>> 0);
      block.store32(at + TX_DATA.status, mbuf.byteCount << TX_STATUS.payloadShift);
      const command = block.load32(at + TX_DATA.command);
      block.store32(at + TX_DATA.command, (command | LAST) >>> 0);
      this.#tail = next;
    }
    if (sent > 0) this.#bar.store(TDT, this.#tail);
    trace.packet = -1;
    return sent;
  }

  /** `igb_tx_queue_release_mbufs`, `igb_reset_tx_queue`: all slots are free and say so. */
  reset(): void {
    for (let i = 0; i < this.count; i++) {
      const mbuf = this.#mbufs[i];
      if (mbuf !== undefined) this.#port.mbufs.give(mbuf);
      this.#mbufs[i] = undefined;
      this.block.store64(i * DESCRIPTOR_BYTES, 0);
      this.block.store64(i * DESCRIPTOR_BYTES + 8, 0);
    }
    for (let i = 0; i < this.count; i++) {
      this.block.store32(i * DESCRIPTOR_BYTES + TX_DATA.status, TX_STATUS.done);
    }
    this.#tail = 0;
  }

  #after(index: number): number {
    return index + 1 === this.count ? 0 : index + 1;
  }
}
