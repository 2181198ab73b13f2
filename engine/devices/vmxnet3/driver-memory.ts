import { assert } from "../../core/assert.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { DATA_DESC_BYTES, DESC_BYTES } from "./descriptors.ts";
import type { ReceiveBlocks } from "./driver-receive.ts";
import type { TransmitBlocks } from "./driver-transmit.ts";
import { QUEUE_DESC_BYTES, SHARED_BYTES } from "./shared-area.ts";

const PAGE_BYTES = 4096;
const RING_SIZE_UNIT = 32;
const RING_SIZE_MAX = 4096;

/** Ring sizes in entries. */
export interface RingSizes {
  readonly txRingSize: number;
  readonly rxRingSize: number;
  readonly rxRing2Size: number;
}

/**
 * The coherent memory that driver and device share, one block for each `dma_alloc_coherent`, named
 * as in the recordings. drivers/net/vmxnet3/vmxnet3_drv.c, vmxnet3_tq_create, vmxnet3_rq_create.
 */
export class DriverMemory {
  readonly shared: SharedBlock;
  readonly transmit: TransmitBlocks;
  readonly receive: ReceiveBlocks;
  /** Guest-physical address of the multicast list. */
  readonly multicastAddress: number;
  /** Guest-physical address of the driver's private data. */
  readonly driverDataAddress: number;
  readonly #machine: Machine;
  readonly #blocks: SharedBlock[] = [];

  constructor(machine: Machine, sizes: RingSizes) {
    this.#machine = machine;
    const { txRingSize, rxRingSize, rxRing2Size } = sizes;
    for (const size of [txRingSize, rxRingSize, rxRing2Size]) {
      const ok = size % RING_SIZE_UNIT === 0 && size > 0 && size <= RING_SIZE_MAX;
      assert(ok, `a ring has a multiple of 32 entries, 32 to 4096: ${size}`);
    }
    this.shared = this.#block("driver_shared", SHARED_BYTES);
    const queueDesc = this.#block("queue_desc", 2 * QUEUE_DESC_BYTES);
    this.transmit = {
      queueDesc,
      ring: this.#block("tx_ring", txRingSize * DESC_BYTES),
      data: this.#block("tx_data_ring_head", txRingSize * DATA_DESC_BYTES),
      completions: this.#block("tx_comp_ring", txRingSize * DESC_BYTES),
    };
    this.receive = {
      queueDesc,
      ring0: this.#block("rx_ring0", rxRingSize * DESC_BYTES),
      ring1: this.#block("rx_ring1", rxRing2Size * DESC_BYTES),
      completions: this.#block("rx_comp_ring", (rxRingSize + rxRing2Size) * DESC_BYTES),
    };
    const groups = machine.identity.multicastMacs.length + 1;
    this.multicastAddress = machine.memory.allocate(6 * groups);
    this.driverDataAddress = machine.memory.allocate(64);
  }

  /** Zeroes everything, as activation does (memset: no loads or stores that mean something). */
  clear(): void {
    for (const { base, byteCount } of this.#blocks) {
      this.#machine.memory.bytes.fill(0, base, base + byteCount);
    }
  }

  #block(name: string, byteCount: number): SharedBlock {
    const pages = Math.ceil(byteCount / PAGE_BYTES) * PAGE_BYTES;
    const base = this.#machine.memory.allocate(pages, PAGE_BYTES);
    const block = this.#machine.block(name, base, byteCount);
    this.#blocks.push(block);
    return block;
  }
}
