import type { DeviceVirtqueue, VirtqueueOwner } from "./device-virtqueue.ts";
import { PackedRingDevice } from "./packed-ring-device.ts";
import { SplitRingDevice } from "./split-ring-device.ts";
import { VirtqueueElement } from "./virtqueue-element.ts";

/** No MSI-X vector: virtio 1.2, 4.1.4.3 "Common configuration structure layout". */
export const NO_VECTOR = 0xffff;

/** One queue of a device: its ring in the layout that was negotiated, its vector, its doorbell. */
export class VirtioQueue {
  readonly index: number;
  readonly name: string;
  /** The ring in the negotiated layout. */
  ring: DeviceVirtqueue;
  /** MSI-X vector, or NO_VECTOR. */
  vector = NO_VECTOR;
  /** Notifications go to an ioeventfd. */
  notifierEnabled = false;
  /** The buffer that the device works on. */
  readonly element = new VirtqueueElement();
  readonly #split: SplitRingDevice;
  readonly #packed: PackedRingDevice;

  constructor(owner: VirtqueueOwner, name: string, index: number, num: number) {
    this.index = index;
    this.name = name;
    this.#split = new SplitRingDevice(owner, name, index, num);
    this.#packed = new PackedRingDevice(owner, name, index, num);
    this.ring = this.#split;
  }

  /** Chooses the layout; nothing of the ring's state is carried over. */
  usePacked(packed: boolean): void {
    this.ring = packed ? this.#packed : this.#split;
  }

  /** The state after reset. */
  reset(): void {
    this.vector = NO_VECTOR;
    this.#split.reset();
    this.#packed.reset();
  }
}
