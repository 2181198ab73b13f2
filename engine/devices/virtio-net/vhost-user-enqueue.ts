import { RECEIVED, type FrameSink, type Received } from "../../host/wire.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { VirtioQueue } from "../virtio/virtio-queue.ts";
import { VirtqueueElement } from "../virtio/virtqueue-element.ts";
import type { VirtioNetDevice } from "./device.ts";
import { BURST } from "./vhost-user-dequeue.ts";

const BACKEND = ACTORS.deviceModel.code;
/** Where num_buffers lies in virtio_net_hdr. */
const NUM_BUFFERS = 10;
const HEADER_BYTES_MAX = 12;
/** Buffers that one burst may take: more than that and it is handed over at once. */
const BUFFERS_MAX = 64;

/** Why the switch drops a frame for the guest. */
type DropCause = "noDriver" | "noBuffer";

/**
 * Frames into the guest: lib/vhost/virtio_net.c, rte_vhost_enqueue_burst, virtio_dev_rx_split and
 * _packed. Each frame is copied into the guest's buffers when the switch gives it; the buffers of a
 * burst are shown to the guest together, with one interrupt if it wants one. Without buffers the
 * switch drops the frame: nobody waits for a guest.
 */
export class VhostUserEnqueue implements FrameSink {
  readonly #device: VirtioNetDevice;
  readonly #queue: VirtioQueue;
  readonly #elements: VirtqueueElement[] = [];
  readonly #header: number;
  readonly #headerName: number;
  readonly #copyName: number;
  readonly #usedName: number;
  readonly #callName: number;
  readonly #dropNames: Readonly<Record<DropCause, number>>;
  /** Buffers filled and not yet shown to the guest. */
  #filled = 0;
  /** Frames of the burst. */
  #frames = 0;
  /** Bytes of virtio_net_hdr before each frame. */
  headerBytes = HEADER_BYTES_MAX;
  /** VIRTIO_NET_F_MRG_RXBUF is agreed. */
  mergeable = false;
  /** The guest's driver is there, and has not broken the queue. */
  usable = false;
  /** Frames are collected until `flush`: a burst of the polling thread is under way. */
  collecting = false;

  constructor(device: VirtioNetDevice, queue: VirtioQueue) {
    this.#device = device;
    this.#queue = queue;
    this.#header = device.memory.allocateHost(64);
    this.#headerName = device.traceId("virtio_net_hdr");
    this.#copyName = device.traceId("frame: mbuf to guest buffer");
    this.#callName = device.traceId("write (eventfd)");
    this.#usedName = device.traceId("filled buffers shown to the guest:");
    this.#dropNames = {
      noDriver: device.traceId("vhost-user: the guest's driver is not there"),
      noBuffer: device.traceId("vhost-user: no buffer in the guest's ring"),
    };
  }

  receiveFrame(hostAddress: number, byteCount: number): Received {
    if (!this.usable) return this.#drop("noDriver", byteCount);
    const first = this.#filled;
    const count = this.#reserve(byteCount + this.headerBytes);
    if (count === 0) return this.#drop(this.usable ? "noBuffer" : "noDriver", byteCount);
    this.#write(first, hostAddress, byteCount, count);
    this.#filled += count;
    this.#frames++;
    if (!this.collecting || this.#frames >= BURST || this.#filled >= BUFFERS_MAX) this.flush();
    return RECEIVED.accepted;
  }

  /** Shows what was filled to the guest, and interrupts it if it wants that. */
  flush(): void {
    if (this.#filled === 0) return;
    const device = this.#device;
    const { ring, index } = this.#queue;
    for (let i = 0; i < this.#filled; i++) {
      const element = this.#elements[i] as VirtqueueElement;
      ring.fill(element, element.usedBytes, i);
    }
    ring.flush(this.#filled);
    device.machine.note(KIND.deviceStep, BACKEND, this.#usedName, this.#filled, index);
    this.#filled = 0;
    this.#frames = 0;
    device.notify(this.#queue, this.#callName, KIND.systemCall);
  }

  /** Forgets what was not shown: the device was reset. */
  cancel(): void {
    this.#filled = 0;
    this.#frames = 0;
  }

  /** `reserve_avail_buf_split`: buffers enough for so many bytes, several if they may be merged; 0: none. */
  #reserve(byteCount: number): number {
    const { ring } = this.#queue;
    let room = 0;
    let count = 0;
    const limit = this.mergeable ? ring.num - 1 : 1;
    while (room < byteCount && count < limit && this.usable) {
      const element = this.#element(this.#filled + count);
      if (!ring.pop(element)) break;
      count++;
      if (!this.#shared(element)) break;
      room += element.inBytes + element.outBytes;
    }
    if (room >= byteCount && this.usable) return count;
    for (let i = count - 1; i >= 0; i--) ring.unpop(this.#element(this.#filled + i));
    return 0;
  }

  /** Whether a buffer lies in the memory that the guest shares; else the queue is broken. */
  #shared(element: VirtqueueElement): boolean {
    const { memory } = this.#device;
    for (let i = 0; i < element.count; i++) {
      if (memory.contains(element.addresses[i] as number, element.lengths[i] as number)) continue;
      this.#device.fail("notShared", element.addresses[i] as number);
      return false;
    }
    return true;
  }

  /** The header, then the frame, over the pieces of the buffers. */
  #write(first: number, host: number, byteCount: number, count: number): void {
    const { machine, dma, memory } = this.#device;
    const { packet } = machine.trace;
    memory.bytes.fill(0, this.#header, this.#header + HEADER_BYTES_MAX);
    if (this.headerBytes > NUM_BUFFERS) {
      memory.view.setUint16(this.#header + NUM_BUFFERS, count, true);
    }
    let header = 0;
    let done = 0;
    for (let n = 0; n < count; n++) {
      const element = this.#elements[first + n] as VirtqueueElement;
      let used = 0;
      for (let i = 0; i < element.count && done < byteCount; i++) {
        let at = element.addresses[i] as number;
        let room = element.lengths[i] as number;
        const head = Math.min(room, this.headerBytes - header);
        if (head > 0) {
          if (header === 0) machine.packets.set(at, packet);
          dma.put(this.#header + header, at, head, this.#headerName);
          header += head;
          at += head;
          room -= head;
          used += head;
          if (room > 0) machine.packets.set(at, packet);
        }
        const part = Math.min(room, byteCount - done);
        if (part <= 0) continue;
        dma.write(host + done, at, part, this.#copyName);
        done += part;
        used += part;
      }
      element.usedBytes = used;
    }
  }

  #drop(cause: DropCause, byteCount: number): Received {
    const { machine } = this.#device;
    machine.note(KIND.frameDropped, BACKEND, this.#dropNames[cause], byteCount, 0);
    return RECEIVED.dropped;
  }

  #element(at: number): VirtqueueElement {
    let element = this.#elements[at];
    if (element === undefined) {
      element = new VirtqueueElement();
      this.#elements.push(element);
    }
    return element;
  }
}
