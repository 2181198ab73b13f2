import type { Wire } from "../../host/wire.ts";
import type { VirtioDevice } from "../virtio/virtio-device.ts";
import type { VirtioQueue } from "../virtio/virtio-queue.ts";
import type { DataPlane } from "./data-plane.ts";
import type { VirtioNetOptions } from "./options.ts";
import type { ReceiveFilter } from "./receive-filter.ts";
import { Receiver } from "./receive.ts";
import { Transmitter } from "./transmit.ts";

/** QEMU moves the frames itself: a bottom half sends, the network layer's frames are received. */
export class QemuDataPlane implements DataPlane {
  readonly hearsDoorbells = false;
  readonly #wire: Wire;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;

  constructor(
    device: VirtioDevice,
    queues: { readonly rx: VirtioQueue; readonly tx: VirtioQueue },
    filter: ReceiveFilter,
    wire: Wire,
    options: VirtioNetOptions,
  ) {
    this.#wire = wire;
    this.#receiver = new Receiver(device, queues.rx, filter);
    this.#transmitter = new Transmitter(device, queues.tx, wire, {
      burst: options.transmitBurst,
      wakeTicks: options.wakeTicks,
      stepTicks: options.stepTicks,
      separateCompletion: options.separateCompletion,
    });
    wire.attach(this.#receiver);
  }

  negotiated(headerBytes: number, mergeable: boolean): void {
    this.#receiver.mergeable = mergeable;
    this.#receiver.headerBytes = headerBytes;
    this.#transmitter.headerBytes = headerBytes;
  }

  transmitNotified(): void {
    this.#transmitter.notified();
  }

  receiveNotified(): void {
    this.#wire.offerBacklog();
  }

  statusChanged(started: boolean): void {
    if (started) this.#wire.offerBacklog();
    this.#transmitter.statusChanged(started);
  }

  cancel(): void {
    this.#transmitter.cancel();
  }
}
