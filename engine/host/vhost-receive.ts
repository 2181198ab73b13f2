import type { AvailableBytes } from "../devices/virtio/device-virtqueue.ts";
import type { VirtioDevice } from "../devices/virtio/virtio-device.ts";
import type { VirtioQueue } from "../devices/virtio/virtio-queue.ts";
import { VirtqueueElement } from "../devices/virtio/virtqueue-element.ts";
import { copyIntoElement, writableAddress } from "../devices/virtio/scatter-copy.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { TapQueue } from "./tap-queue.ts";
import type { VhostWork } from "./vhost-net.ts";

const WORKER = ACTORS.deviceModel.code;
/** Buffers that are given back in one go (VHOST_NET_BATCH). */
const BATCH_MAX = 64;
const WEIGHT_FRAMES = 256;
const WEIGHT_BYTES = 0x80000;
/** Most buffers for one frame (UIO_MAXIOV). */
const BUFFERS_MAX = 1024;
const FRAME_BYTES_MAX = 16_384;
/** virtio_net_hdr without num_buffers, which is where that field lies. */
const PLAIN_HEADER_BYTES = 10;
/** Answers of `get_rx_bufs` that are no count. */
const TOO_LONG = -1;
const WRONG = -2;

/**
 * The worker's receive side: reads frames from the TAP device into the guest's buffers, several of
 * them for a frame if they may be merged, and gives them back in batches. Without buffers it turns
 * doorbells on and waits for the guest. drivers/vhost/net.c, handle_rx, get_rx_bufs.
 */
export class VhostReceive implements VhostWork {
  readonly name: number;
  readonly #device: VirtioDevice;
  readonly #queue: VirtioQueue;
  readonly #tap: TapQueue;
  readonly #slot: number;
  readonly #zeroHeader: number;
  readonly #elements: VirtqueueElement[] = [];
  readonly #found: AvailableBytes = { inBytes: 0, outBytes: 0, opaque: -1 };
  readonly #receiveId: number;
  readonly #copyId: number;
  readonly #headerId: number;
  readonly #signalId: number;
  readonly #tooLongId: number;
  headerBytes = 12;
  mergeable = true;
  /** The ring had too few buffers: the worker waits for the guest's doorbell. */
  waitsForBuffers = false;
  running = false;
  /** Buffers filled and not yet given back. */
  #done = 0;
  #frames = 0;
  #bytes = 0;

  constructor(device: VirtioDevice, queue: VirtioQueue, tap: TapQueue) {
    this.#device = device;
    this.#queue = queue;
    this.#tap = tap;
    this.#slot = device.memory.allocateHost(FRAME_BYTES_MAX, "vhost's frames");
    this.#zeroHeader = device.memory.allocateHost(64);
    this.name = device.traceId("handle_rx");
    this.#receiveId = device.traceId("tun_recvmsg");
    this.#copyId = device.traceId("frame: host to guest buffer");
    this.#headerId = device.traceId("virtio_net_hdr");
    this.#signalId = device.traceId("vhost_signal");
    this.#tooLongId = device.traceId("frame longer than the buffer");
  }

  /** What was under way is forgotten. */
  reset(): void {
    this.running = false;
    this.#done = 0;
    this.waitsForBuffers = false;
  }

  step(): boolean {
    const { machine } = this.#device;
    if (this.#tap.head !== undefined) machine.trace.packet = this.#tap.headPacket;
    if (!this.running) {
      this.running = true;
      this.waitsForBuffers = false;
      this.#frames = 0;
      this.#bytes = 0;
      this.#queue.ring.setNotification(false);
    }
    const frame = this.#tap.head;
    if (frame === undefined) return this.#end(false);
    const byteCount = frame.length + this.headerBytes;
    const count = this.#getBuffers(byteCount);
    if (count === TOO_LONG) {
      this.#discard(frame.length);
      return true;
    }
    if (count === 0) return this.#noBuffers(byteCount);
    if (count === WRONG) {
      this.waitsForBuffers = true;
      return this.#end(false);
    }
    this.#fill(frame, count);
    this.#tap.drop();
    if (this.#done > BATCH_MAX) this.#signal();
    this.#bytes += frame.length + this.headerBytes;
    const spent = ++this.#frames >= WEIGHT_FRAMES || this.#bytes >= WEIGHT_BYTES;
    return spent ? this.#end(true) : true;
  }

  #end(again: boolean): boolean {
    this.running = false;
    this.#signal();
    return again;
  }

  /** Buffers may have come meanwhile; else the guest's doorbell is waited for. */
  #noBuffers(byteCount: number): boolean {
    const { ring } = this.#queue;
    ring.availableBytes(this.#found, byteCount, 0);
    if (ring.enableNotificationAndCheck(this.#found.opaque)) {
      ring.setNotification(false);
      return true;
    }
    this.waitsForBuffers = true;
    return this.#end(false);
  }

  /**
   * Takes buffers for so many bytes: how many, 0 when there are too few, TOO_LONG when the frame
   * fits into no number of them that it may have, WRONG when one is none.
   */
  #getBuffers(byteCount: number): number {
    const { ring } = this.#queue;
    const most = this.mergeable ? BUFFERS_MAX : 1;
    let room = 0;
    let count = 0;
    while (room < byteCount && count < most) {
      const element = this.#elementAt(this.#done + count);
      if (!ring.pop(element)) {
        this.#putBack(count);
        return 0;
      }
      count++;
      if (element.outCount > 0 || element.inCount === 0) {
        const { machine } = this.#device;
        machine.guestError(WORKER, "vhost: receive buffer that is not writable", element.index);
        this.#putBack(count);
        return WRONG;
      }
      room += element.inBytes;
    }
    if (room >= byteCount) return count;
    this.#putBack(count);
    return TOO_LONG;
  }

  #putBack(count: number): void {
    for (let i = count - 1; i >= 0; i--) this.#queue.ring.unpop(this.#elementAt(this.#done + i));
  }

  #discard(byteCount: number): void {
    this.#device.machine.note(KIND.frameDropped, WORKER, this.#tooLongId, byteCount, 0);
    this.#tap.drop();
  }

  #fill(frame: Uint8Array, count: number): void {
    const { dma, machine, memory } = this.#device;
    machine.note(KIND.deviceStep, WORKER, this.#receiveId, frame.length, 0);
    memory.bytes.set(frame, this.#slot);
    const first = this.#elementAt(this.#done);
    const address = first.addresses[0] as number;
    machine.packets.set(address, machine.trace.packet);
    machine.packets.set(address + this.headerBytes, machine.trace.packet);
    copyIntoElement(dma, first, 0, this.#zeroHeader, PLAIN_HEADER_BYTES, this.#headerId);
    let done = 0;
    for (let i = 0; i < count; i++) {
      const element = this.#elementAt(this.#done + i);
      const offset = i === 0 ? this.headerBytes : 0;
      const rest = frame.length - done;
      const part = copyIntoElement(dma, element, offset, this.#slot + done, rest, this.#copyId);
      element.usedBytes = offset + part;
      done += part;
    }
    const countAt = writableAddress(first, PLAIN_HEADER_BYTES);
    if (this.mergeable && countAt > 0) dma.store16(countAt, count, this.#headerId);
    this.#done += count;
  }

  /** `vhost_net_signal_used`. */
  #signal(): void {
    const count = this.#done;
    if (count === 0) return;
    this.#done = 0;
    const { ring } = this.#queue;
    for (let i = 0; i < count; i++) {
      const element = this.#elementAt(i);
      ring.fill(element, element.usedBytes, i);
    }
    ring.flush(count);
    this.#device.notify(this.#queue, this.#signalId);
  }

  #elementAt(at: number): VirtqueueElement {
    let element = this.#elements[at];
    if (element === undefined) {
      element = new VirtqueueElement();
      this.#elements[at] = element;
    }
    return element;
  }
}
