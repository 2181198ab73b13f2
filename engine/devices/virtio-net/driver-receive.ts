import { Napi } from "../../guest/napi.ts";
import type { NetDevice } from "../../guest/net-device.ts";
import type { Machine } from "../../machine.ts";
import { ACTORS } from "../../trace/actor.ts";
import { type DriverVirtqueue, NO_BUFFER } from "../virtio/driver-virtqueue.ts";
import { ScatterList } from "../virtio/scatter-list.ts";
import { type FragPages, PageFrag } from "./page-frag.ts";

const DRIVER = ACTORS.guestDriver.code;
const ETHERNET_HEADER_BYTES = 14;
/** Ethernet header, VLAN tag and 1,500 bytes (GOOD_PACKET_LEN). */
const GOOD_PACKET_BYTES = 1518;
/** L1_CACHE_BYTES, SMP_CACHE_BYTES. */
const CACHE_LINE = 64;
/** NET_SKB_PAD + NET_IP_ALIGN: room before the header of a small buffer (VIRTNET_RX_PAD). */
const SMALL_PAD_BYTES = 64;
/** struct skb_shared_info behind a small buffer, aligned. */
const SHARED_INFO_BYTES = 320;
/** Where num_buffers lies in the header of a mergeable buffer. */
const NUM_BUFFERS = 10;
const MERGED_BYTES_MAX = 65_536;

/** What the receive queue needs to know of the driver. */
export interface ReceiveOptions {
  readonly mergeable: boolean;
  readonly headerBytes: number;
  /** Cleans the transmit ring before frames are taken (`virtnet_poll_cleantx`). */
  readonly cleanTransmit: () => void;
}

/**
 * The driver's receive queue and its NAPI; drivers/net/virtio_net.c, add_recvbuf_mergeable,
 * add_recvbuf_small, try_fill_recv, virtnet_poll.
 */
export class ReceiveQueue extends Napi {
  readonly #machine: Machine;
  readonly #netDevice: NetDevice;
  readonly #queue: DriverVirtqueue;
  readonly #options: ReceiveOptions;
  readonly #frag: PageFrag;
  readonly #list = new ScatterList(1);
  readonly #addresses: Float64Array;
  readonly #pages: (FragPages | undefined)[];
  readonly #freeTokens: Int32Array;
  #freeCount: number;
  #mergeBuffer = 0;
  readonly #pollId: number;
  /** Frames shorter than an Ethernet header, or broken in their buffers. */
  lengthErrorCount = 0;

  constructor(
    machine: Machine,
    netDevice: NetDevice,
    queue: DriverVirtqueue,
    options: ReceiveOptions,
  ) {
    super();
    this.#machine = machine;
    this.#netDevice = netDevice;
    this.#queue = queue;
    this.#options = options;
    this.#frag = new PageFrag(machine.memory);
    this.#addresses = new Float64Array(queue.num);
    this.#pages = new Array<FragPages | undefined>(queue.num).fill(undefined);
    this.#freeTokens = Int32Array.from({ length: queue.num }, (_, i) => queue.num - 1 - i);
    this.#freeCount = queue.num;
    this.#pollId = machine.trace.id("virtnet_poll");
    // NAPI is disabled until the interface is opened.
    this.scheduled = true;
  }

  /** `skb_recv_done`: the interrupt. */
  readonly interrupt = (): void => this.schedule();

  /** `virtqueue_napi_schedule`. */
  schedule(): void {
    if (this.#machine.kernel.scheduleNapi(this)) this.#queue.disableCb();
  }

  /** `virtnet_napi_enable`: polls once, for what came before. */
  enable(): void {
    this.scheduled = false;
    this.missed = false;
    this.#machine.kernel.disableBottomHalves();
    this.schedule();
    this.#machine.kernel.enableBottomHalves();
  }

  /** `napi_disable`. */
  disable(): void {
    this.scheduled = true;
  }

  /** `try_fill_recv`: fills the ring with buffers and tells the device if it wants to know. */
  fill(): void {
    do {
      if (!(this.#options.mergeable ? this.#addMergeable() : this.#addSmall())) break;
    } while (this.#queue.numFree > 0);
    this.#queue.kick();
  }

  override poll(budget: number): number {
    const machine = this.#machine;
    const row = machine.open(DRIVER, this.#pollId);
    this.#queue.disableCb();
    this.#options.cleanTransmit();
    let received = 0;
    while (received < budget) {
      const token = this.#queue.getBuf();
      if (token === NO_BUFFER) break;
      this.#receive(token, this.#queue.lastBytes);
      received++;
    }
    if (this.#queue.numFree > Math.min(budget, this.#queue.num) / 2) this.fill();
    if (received < budget) this.#complete();
    machine.close(row);
    return received;
  }

  /** Takes back every buffer that the device still has. */
  releaseAll(): void {
    for (let i = 0; i <= this.#queue.num; i++) {
      const token = this.#queue.detachUnused();
      if (token === NO_BUFFER) break;
      this.#release(token);
    }
    this.#frag.drop();
  }

  /** `virtqueue_napi_complete`. */
  #complete(): void {
    const opaque = this.#queue.enableCbPrepare();
    if (!this.#machine.kernel.completeNapi(this)) this.#queue.disableCb();
    else if (this.#queue.poll(opaque)) this.schedule();
  }

  #receive(token: number, byteCount: number): void {
    const { headerBytes, mergeable } = this.#options;
    const machine = this.#machine;
    const address = this.#addresses[token] as number;
    const before = machine.trace.packet;
    machine.trace.packet = machine.packets.get(address + headerBytes);
    if (byteCount < headerBytes + ETHERNET_HEADER_BYTES) this.lengthErrorCount++;
    else {
      const buffers = mergeable ? machine.memory.view.getUint16(address + NUM_BUFFERS, true) : 1;
      if (buffers > 1) this.#receiveMerged(address + headerBytes, byteCount - headerBytes, buffers);
      else this.#netDevice.receive(address + headerBytes, byteCount - headerBytes);
    }
    this.#release(token);
    machine.trace.packet = before;
  }

  /** Joins a frame that the device spread over several buffers. */
  #receiveMerged(address: number, byteCount: number, buffers: number): void {
    const { memory } = this.#machine;
    if (this.#mergeBuffer === 0) this.#mergeBuffer = memory.allocate(MERGED_BYTES_MAX, 64);
    const first = Math.min(byteCount, MERGED_BYTES_MAX);
    memory.move(address, this.#mergeBuffer, first);
    let total = first;
    for (let i = 1; i < buffers; i++) {
      const token = this.#queue.getBuf();
      if (token === NO_BUFFER) {
        this.lengthErrorCount++;
        return;
      }
      const part = Math.min(this.#queue.lastBytes, MERGED_BYTES_MAX - total);
      memory.move(this.#addresses[token] as number, this.#mergeBuffer + total, part);
      total += part;
      this.#release(token);
    }
    this.#machine.packets.set(this.#mergeBuffer, this.#machine.trace.packet);
    this.#netDevice.receive(this.#mergeBuffer, total);
  }

  #addMergeable(): boolean {
    const { headerBytes } = this.#options;
    let byteCount = alignUp(headerBytes + GOOD_PACKET_BYTES);
    this.#frag.refill(byteCount);
    const address = this.#frag.nextAddress;
    const pages = this.#frag.take(byteCount);
    const hole = this.#frag.holeBytes;
    if (hole < byteCount) {
      // What is left is too small for another buffer: this one gets it.
      byteCount += hole;
      this.#frag.skipHole();
    }
    return this.#add(address, byteCount, pages);
  }

  #addSmall(): boolean {
    const { headerBytes } = this.#options;
    const byteCount = headerBytes + GOOD_PACKET_BYTES;
    const room = alignUp(byteCount + SMALL_PAD_BYTES) + SHARED_INFO_BYTES;
    this.#frag.refill(room);
    const address = this.#frag.nextAddress + SMALL_PAD_BYTES;
    return this.#add(address, byteCount, this.#frag.take(room));
  }

  #add(address: number, byteCount: number, pages: FragPages): boolean {
    if (this.#freeCount === 0) {
      this.#frag.release(pages);
      return false;
    }
    const token = this.#freeTokens[--this.#freeCount] as number;
    this.#addresses[token] = address;
    this.#pages[token] = pages;
    this.#list.clear();
    this.#list.addIn(address, byteCount);
    if (this.#queue.add(this.#list, token, byteCount)) return true;
    this.#release(token);
    return false;
  }

  #release(token: number): void {
    this.#frag.release(this.#pages[token] as FragPages);
    this.#pages[token] = undefined;
    this.#freeTokens[this.#freeCount++] = token;
  }
}

function alignUp(byteCount: number): number {
  return Math.ceil(byteCount / CACHE_LINE) * CACHE_LINE;
}
