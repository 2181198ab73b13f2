import { assert } from "../core/assert.ts";
import type { Machine } from "../machine.ts";
import { BufferPool } from "../memory/buffer-pool.ts";
import { SendBuffer } from "./send-buffer.ts";

/** Room before the frame for headers that drivers push (virtio_net_hdr, alignment). */
const HEADROOM_BYTES = 66;
const HEAD_BYTES = 2048;
const BUFFER_BYTES = HEAD_BYTES - HEADROOM_BYTES;
/**
 * Frames up to here lie in a cache of small heads, 704 bytes apart (net/core/skbuff.c,
 * SKB_SMALL_HEAD_CACHE_SIZE), where a head may begin at any multiple of 64.
 */
const SMALL_FRAME_BYTES_MAX = 367;
/** SKB_SMALL_HEAD_CACHE_SIZE; struct sk_buff, aligned to cache lines. */
const SMALL_HEAD_BYTES = 704;
const SK_BUFF_BYTES = 256;

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
  /**
   * Where in 256 bytes small heads begin, 0 to 192: the slab allocator's choice. It decides the
   * direction in which the kernel's memcpy copies out of them.
   */
  smallHeadOffset = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    // kmalloc aligns powers of two naturally.
    this.#buffers = new BufferPool(machine.memory, HEAD_BYTES, HEAD_BYTES);
  }

  /** What the application's socket has under way. */
  readonly sendBuffer = new SendBuffer();

  /** An skb with room for a frame; HEADROOM_BYTES before it may be pushed into. */
  take(byteCount: number, packet: number): Skb {
    assert(byteCount <= BUFFER_BYTES, `a frame of ${byteCount} bytes fits into one buffer`);
    const skb = this.#free.pop() ?? new Skb();
    const offset = byteCount <= SMALL_FRAME_BYTES_MAX ? this.smallHeadOffset : 0;
    skb.dataAddress = this.#buffers.take() + offset + HEADROOM_BYTES;
    skb.byteCount = byteCount;
    skb.packet = packet;
    skb.checksumStart = 0;
    this.sendBuffer.taken(trueSize(byteCount));
    this.#machine.packets.set(skb.dataAddress, packet);
    return skb;
  }

  /** `dev_kfree_skb`, `napi_consume_skb`. */
  give(skb: Skb): void {
    this.#buffers.give(skb.dataAddress - (skb.dataAddress % HEAD_BYTES));
    this.#free.push(skb);
    this.sendBuffer.given(trueSize(skb.byteCount));
  }
}

/** `skb->truesize`: what an skb counts in its socket's buffer, head and struct sk_buff, in bytes. */
export function trueSize(byteCount: number): number {
  const head = byteCount <= SMALL_FRAME_BYTES_MAX ? SMALL_HEAD_BYTES : HEAD_BYTES;
  return head + SK_BUFF_BYTES;
}
