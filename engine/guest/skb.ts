import type { Machine } from "../machine.ts";
import { BufferPool } from "../memory/buffer-pool.ts";

/** Room before the frame for headers that drivers push (virtio_net_hdr, alignment). */
const HEADROOM_BYTES = 66;
const BUFFER_BYTES = 2048 - HEADROOM_BYTES;

/** A packet on its way out of the guest: linear, as a UDP datagram's skb is. */
export class Skb {
  /** Guest-physical address of the frame's first byte. */
  dataAddress = 0;
  /** Frame bytes without FCS. */
  byteCount = 0;
  /** The packet's number in the scenario, or -1. */
  packet = -1;
  /** Where the device starts summing, in bytes from the frame's start; 0: the checksum is done. */
  checksumStart = 0;
  /** Where the checksum's field lies behind `checksumStart`, in bytes. */
  checksumOffset = 0;
}

/** The guest's skb allocator: objects and their buffers are used again. */
export class SkbPool {
  readonly #machine: Machine;
  readonly #buffers: BufferPool;
  readonly #free: Skb[] = [];
  /** Largest frame that fits, in bytes. */
  readonly frameBytesMax = BUFFER_BYTES;

  constructor(machine: Machine) {
    this.#machine = machine;
    // kmalloc aligns powers of two naturally.
    const headBytes = HEADROOM_BYTES + BUFFER_BYTES;
    this.#buffers = new BufferPool(machine.memory, headBytes, headBytes);
  }

  /** An skb with room for a frame; HEADROOM_BYTES before it may be pushed into. */
  take(byteCount: number, packet: number): Skb {
    const skb = this.#free.pop() ?? new Skb();
    skb.dataAddress = this.#buffers.take() + HEADROOM_BYTES;
    skb.byteCount = byteCount;
    skb.packet = packet;
    skb.checksumStart = 0;
    this.#machine.packets.set(skb.dataAddress, packet);
    return skb;
  }

  /** `dev_kfree_skb`, `napi_consume_skb`. */
  give(skb: Skb): void {
    this.#buffers.give(skb.dataAddress - HEADROOM_BYTES);
    this.#free.push(skb);
  }
}
