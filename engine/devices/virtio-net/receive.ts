import { RECEIVED, type FrameSink, type Received } from "../../host/wire.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { AvailableBytes } from "../virtio/device-virtqueue.ts";
import { copyIntoElement, writableAddress } from "../virtio/scatter-copy.ts";
import type { VirtioDevice } from "../virtio/virtio-device.ts";
import type { VirtioQueue } from "../virtio/virtio-queue.ts";
import { MAX_SEGMENTS, VirtqueueElement } from "../virtio/virtqueue-element.ts";
import type { ReceiveFilter } from "./receive-filter.ts";

const MODEL = ACTORS.deviceModel.code;
/** virtio_net_hdr without num_buffers. */
const PLAIN_HEADER_BYTES = 10;

/**
 * The device's receive side: a frame goes into guest buffers, several of them if they may be
 * merged; hw/net/virtio-net.c, virtio_net_receive_rcu.
 */
export class Receiver implements FrameSink {
  readonly #device: VirtioDevice;
  readonly #queue: VirtioQueue;
  readonly #filter: ReceiveFilter;
  readonly #found: AvailableBytes = { inBytes: 0, outBytes: 0, opaque: -1 };
  readonly #elements: VirtqueueElement[];
  readonly #zeroHeader: number;
  readonly #headerId: number;
  readonly #copyId: number;
  readonly #popId: number;
  readonly #pushId: number;
  readonly #filteredId: number;
  readonly #tooLongId: number;
  readonly #noBufferId: number;
  /** Bytes of virtio_net_hdr before each frame. */
  headerBytes = PLAIN_HEADER_BYTES;
  /** VIRTIO_NET_F_MRG_RXBUF is agreed. */
  mergeable = false;

  constructor(device: VirtioDevice, queue: VirtioQueue, filter: ReceiveFilter) {
    this.#device = device;
    this.#queue = queue;
    this.#filter = filter;
    this.#elements = [queue.element];
    this.#zeroHeader = device.memory.allocateHost(64);
    this.#headerId = device.traceId("virtio_net_hdr");
    this.#copyId = device.traceId("frame: host to guest buffer");
    this.#popId = device.traceId("virtqueue_pop");
    this.#pushId = device.traceId("virtqueue_push");
    this.#filteredId = device.traceId("not for this guest");
    this.#tooLongId = device.traceId("frame longer than the buffer");
    this.#noBufferId = device.traceId("no receive buffer");
  }

  receiveFrame(hostAddress: number, byteCount: number): Received {
    const device = this.#device;
    if (this.#queue.ring.avail === 0 || !device.driverOk) return RECEIVED.later;
    if (!this.#hasBuffers(byteCount + this.headerBytes)) return RECEIVED.later;
    if (!this.#filter.accepts(device.memory, hostAddress, byteCount)) {
      return this.#drop(this.#filteredId, byteCount);
    }
    return this.#fill(hostAddress, byteCount);
  }

  /** `virtio_net_has_buffers`: whether the frame fits; notifications stay on while it does not. */
  #hasBuffers(byteCount: number): boolean {
    const { ring } = this.#queue;
    const found = this.#found;
    // Bounded: each turn needs buffers that the guest added meanwhile.
    for (let i = 0; (ring.empty() || this.mergeable) && i <= 65536; i++) {
      ring.availableBytes(found, byteCount, 0);
      if (byteCount <= found.inBytes) break;
      if (!ring.enableNotificationAndCheck(found.opaque)) return false;
    }
    ring.setNotification(false);
    return true;
  }

  #fill(hostAddress: number, byteCount: number): Received {
    const { ring, index } = this.#queue;
    const { machine } = this.#device;
    let done = 0;
    let used = 0;
    let countAt = 0;
    while (done < byteCount) {
      if (used === MAX_SEGMENTS) return this.#abandon(used, "longChain", byteCount);
      const element = this.#element(used);
      if (!ring.pop(element)) {
        if (used > 0) return this.#abandon(used, "emptyQueue", byteCount);
        return this.#drop(this.#noBufferId, byteCount);
      }
      machine.note(KIND.deviceStep, MODEL, this.#popId, index, element.index);
      if (element.inCount < 1) {
        ring.detach(element);
        return this.#abandon(used, "noInBuffer", byteCount);
      }
      const offset = used === 0 ? this.headerBytes : 0;
      if (used === 0) {
        this.#writeHeader(element);
        countAt = writableAddress(element, PLAIN_HEADER_BYTES);
      }
      const part = copyIntoElement(
        this.#device.dma,
        element,
        offset,
        hostAddress + done,
        byteCount - done,
        this.#copyId,
      );
      element.usedBytes = offset + part;
      done += part;
      if (!this.mergeable && done < byteCount) {
        ring.unpop(element);
        return this.#drop(this.#tooLongId, byteCount);
      }
      used++;
    }
    if (this.mergeable && countAt > 0) this.#device.dma.store16(countAt, used, this.#headerId);
    this.#publish(used);
    return RECEIVED.accepted;
  }

  #publish(count: number): void {
    const { ring, index } = this.#queue;
    for (let i = 0; i < count; i++) {
      const element = this.#elements[i] as VirtqueueElement;
      ring.fill(element, element.usedBytes, i);
    }
    ring.flush(count);
    this.#device.machine.note(KIND.deviceStep, MODEL, this.#pushId, index, count);
    this.#device.notify(this.#queue);
  }

  #writeHeader(element: VirtqueueElement): void {
    const { machine, dma } = this.#device;
    const address = element.addresses[element.outCount] as number;
    machine.packets.set(address, machine.trace.packet);
    machine.packets.set(address + this.headerBytes, machine.trace.packet);
    let done = 0;
    for (let i = element.outCount; i < element.count && done < PLAIN_HEADER_BYTES; i++) {
      const part = Math.min(element.lengths[i] as number, PLAIN_HEADER_BYTES - done);
      dma.write(this.#zeroHeader, element.addresses[i] as number, part, this.#headerId);
      done += part;
    }
  }

  #abandon(
    used: number,
    fault: "longChain" | "emptyQueue" | "noInBuffer",
    byteCount: number,
  ): Received {
    this.#device.fail(fault, used);
    for (let i = 0; i < used; i++) this.#queue.ring.detach(this.#elements[i] as VirtqueueElement);
    return this.#drop(this.#noBufferId, byteCount);
  }

  #drop(cause: number, byteCount: number): Received {
    this.#device.machine.note(KIND.frameDropped, MODEL, cause, byteCount, 0);
    return RECEIVED.dropped;
  }

  #element(at: number): VirtqueueElement {
    let element = this.#elements[at];
    if (element === undefined) {
      // Frames rarely take more than one buffer; what they once took is kept.
      element = new VirtqueueElement();
      this.#elements.push(element);
    }
    return element;
  }
}
