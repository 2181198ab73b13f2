import type { Wire } from "../../host/wire.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { VirtioQueue } from "../virtio/virtio-queue.ts";
import { VirtqueueElement } from "../virtio/virtqueue-element.ts";
import type { VirtioNetDevice } from "./device.ts";

const BACKEND = ACTORS.deviceModel.code;
/** MAX_PKT_BURST of the vhost library. */
export const BURST = 32;
/** Room of an mbuf; longer frames take several, which lie behind each other here. */
const FRAME_BYTES_MAX = 16_384;

/**
 * Frames out of the guest: lib/vhost/virtio_net.c, rte_vhost_dequeue_burst, virtio_dev_tx_split and
 * _packed. A burst is copied into mbufs, its buffers are given back at once, then the switch gets the
 * frames. Descriptor flags are not looked at: whatever a buffer has is read.
 */
export class VhostUserDequeue {
  readonly #device: VirtioNetDevice;
  readonly #queue: VirtioQueue;
  readonly #wire: Wire;
  readonly #elements: VirtqueueElement[] = [];
  readonly #lengths = new Uint32Array(BURST);
  readonly #packets = new Int32Array(BURST);
  readonly #slots: number;
  readonly #burstName: number;
  readonly #copyName: number;
  readonly #usedName: number;
  readonly #callName: number;
  /** Bytes of virtio_net_hdr before each frame. */
  headerBytes = 12;

  constructor(device: VirtioNetDevice, queue: VirtioQueue, wire: Wire) {
    this.#device = device;
    this.#queue = queue;
    this.#wire = wire;
    // One long frame fits, and a burst of ordinary ones.
    this.#slots = device.memory.allocateHost(BURST * 2048 + FRAME_BYTES_MAX, "DPDK's frames");
    this.#burstName = device.traceId("rte_vhost_dequeue_burst");
    this.#copyName = device.traceId("frame: guest buffer to mbuf");
    this.#callName = device.traceId("write (eventfd)");
    this.#usedName = device.traceId("buffers given back to the guest:");
  }

  /**
   * One burst; false when the guest broke the queue.
   * @param broken Whether the guest has broken the queue meanwhile.
   */
  burst(broken: () => boolean): void {
    const device = this.#device;
    const { ring } = this.#queue;
    const { machine } = device;
    const span = machine.open(BACKEND, this.#burstName, BURST);
    let taken = 0;
    let frames = 0;
    let at = this.#slots;
    for (; taken < BURST && (taken === 0 || ring.more()); taken++) {
      const element = this.#element(taken);
      if (!ring.pop(element)) break;
      const length = this.#copy(element, at);
      if (length < 0) {
        ring.detach(element);
        break;
      }
      if (length === 0) continue;
      this.#lengths[frames] = length;
      this.#packets[frames++] = machine.trace.packet;
      at += Math.ceil(length / 64) * 64;
      if (at > this.#slots + BURST * 2048) {
        taken++;
        break;
      }
    }
    if (taken > 0 && !broken()) this.#giveBack(taken);
    machine.trace.packet = -1;
    machine.close(span);
    this.#send(frames);
  }

  #giveBack(count: number): void {
    const device = this.#device;
    const { ring, index } = this.#queue;
    for (let i = 0; i < count; i++) ring.fill(this.#elements[i] as VirtqueueElement, 0, i);
    ring.flush(count);
    device.machine.note(KIND.deviceStep, BACKEND, this.#usedName, count, index);
    device.notify(this.#queue, this.#callName, KIND.systemCall);
  }

  #send(count: number): void {
    const { trace } = this.#device.machine;
    let at = this.#slots;
    for (let i = 0; i < count; i++) {
      const length = this.#lengths[i] as number;
      trace.packet = this.#packets[i] as number;
      this.#wire.transmit(at, length);
      at += Math.ceil(length / 64) * 64;
    }
    trace.packet = -1;
  }

  /** Copies the frame behind its header; its bytes, 0 for none, -1 when memory is not shared. */
  #copy(element: VirtqueueElement, to: number): number {
    const device = this.#device;
    const { machine, dma } = device;
    const first = element.addresses[0] as number;
    machine.trace.packet = machine.packets.get(first + this.headerBytes);
    for (let i = 0; i < element.count; i++) {
      if (device.memory.contains(element.addresses[i] as number, element.lengths[i] as number)) {
        continue;
      }
      device.fail("notShared", element.addresses[i] as number);
      return -1;
    }
    const total = element.inBytes + element.outBytes;
    if (total <= this.headerBytes) {
      // buf_len <= vhost_hlen: the buffer goes back, nothing is sent.
      device.refuse("vhost-user: transmit buffer without a frame", total);
      return 0;
    }
    let skip = this.headerBytes;
    let done = 0;
    for (let i = 0; i < element.count; i++) {
      const length = element.lengths[i] as number;
      const from = Math.min(skip, length);
      skip -= from;
      const part = Math.min(length - from, FRAME_BYTES_MAX - done);
      if (part <= 0) continue;
      dma.read((element.addresses[i] as number) + from, to + done, part, this.#copyName);
      done += part;
    }
    return done;
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
