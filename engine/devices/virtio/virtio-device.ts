import { HAND_OVER, HOST_THREAD, Task } from "../../core/task.ts";
import type { Machine } from "../../machine.ts";
import type { DmaPort } from "../../memory/dma-port.ts";
import type { GuestMemory } from "../../memory/guest-memory.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import { STATUS } from "./device-status.ts";
import type { VirtqueueOwner } from "./device-virtqueue.ts";
import { FEATURE, FeatureSet } from "./feature.ts";
import { RING_FAULT, type RingFault } from "./ring-fault.ts";
import { NO_VECTOR, VirtioQueue } from "./virtio-queue.ts";

const MODEL = ACTORS.deviceModel.code;
/** Stream of the host steps that answer queue 0's ioeventfd; queue n's is n more. */
const NOTIFIER_STREAM = 16;

/** How a virtio device interrupts: its transport. */
export interface VirtioTransport {
  /** Sends an MSI-X message, or drives INTx by the ISR when MSI-X is off. */
  interrupt(vector: number): void;
}

/** What a virtio device is built with, whatever its kind. */
export interface VirtioDeviceOptions {
  /** Features that the device offers. */
  readonly features: FeatureSet;
  /** Names and sizes of the queues, in order. */
  readonly queues: readonly { readonly name: string; readonly num: number }[];
  /** Notifications go to an ioeventfd: a host thread acts on them, not the notifying vCPU. */
  readonly ioeventfd: boolean;
  /** Cycles from a signal to the host thread's first step. */
  readonly wakeTicks: number;
}

/**
 * A virtio device without its transport, as QEMU keeps it: hw/virtio/virtio.c, struct
 * VirtIODevice. Subclasses say what their queues do.
 */
export abstract class VirtioDevice implements VirtqueueOwner {
  readonly machine: Machine;
  readonly memory: GuestMemory;
  readonly dma: DmaPort;
  readonly scratchAddress: number;
  readonly hostFeatures: FeatureSet;
  readonly guestFeatures = new FeatureSet();
  readonly queues: readonly VirtioQueue[];
  strayBytes = 0;
  eventIndex = false;
  notifyOnEmpty = false;
  /** device_status. */
  status = 0;
  /** Bit 0: a queue was used; bit 1: the configuration changed. */
  isr = 0;
  generation = 0;
  /** Rises when status, ISR or configuration change other than by a guest's access to a register. */
  changeCount = 0;
  queueSelect = 0;
  configVector = NO_VECTOR;
  /** The guest broke a ring: nothing is looked at until reset. */
  broken = false;
  /** Bus mastering is off. */
  masterDisabled = false;
  protected readonly options: VirtioDeviceOptions;
  #transport: VirtioTransport | undefined;
  readonly #notifiers: readonly Task[];
  readonly #setStatusId: number;
  readonly #notifyId: number;
  readonly #interruptId: number;
  readonly #eventfdId: number;

  constructor(machine: Machine, options: VirtioDeviceOptions) {
    this.machine = machine;
    this.memory = machine.memory;
    this.options = options;
    this.dma = machine.dmaPort(MODEL);
    this.scratchAddress = machine.memory.allocateHost(64, "device's scratch");
    this.hostFeatures = options.features;
    this.queues = options.queues.map(
      ({ name, num }, index) => new VirtioQueue(this, name, index, num),
    );
    for (const queue of this.queues) {
      const { ringIndices } = machine;
      ringIndices.set(queue.name, "device", "last_avail_idx", () => queue.ring.availPosition);
      ringIndices.set(queue.name, "device", "used_idx", () => queue.ring.usedPosition);
      ringIndices.set(queue.name, "device", "event_idx", () => (this.eventIndex ? 1 : 0));
    }
    this.#notifiers = this.queues.map((queue) => new HostNotifier(this, queue));
    this.#setStatusId = machine.trace.id("virtio_set_status");
    this.#notifyId = machine.trace.id("virtio_queue_notify");
    this.#interruptId = machine.trace.id("virtio_notify");
    this.#eventfdId = machine.trace.id("ioeventfd");
  }

  /** What the device does when the guest notified a queue. */
  protected abstract handleOutput(queue: VirtioQueue): void;
  /** Bytes of device-specific configuration. */
  abstract readonly configBytes: number;
  /** One byte of device-specific configuration. */
  abstract readConfig(offset: number): number;
  /** The guest writes device-specific configuration. */
  abstract writeConfig(offset: number, sizeBytes: number, value: number): void;
  protected onStatus(_status: number): void {}
  protected onReset(): void {}
  protected onFeatures(): void {}
  protected onQueueReset(_queue: VirtioQueue): void {}
  /** An ioeventfd was signalled; true when the kernel itself acts on it. */
  protected onSignal(_queue: VirtioQueue): boolean {
    return false;
  }

  get disabled(): boolean {
    return this.broken || this.masterDisabled;
  }

  /** Whether DRIVER_OK is set. */
  get driverOk(): boolean {
    return (this.status & STATUS.DRIVER_OK) !== 0;
  }

  traceId(name: string): number {
    return this.machine.trace.id(name);
  }

  /** Connects the transport. */
  attach(transport: VirtioTransport): void {
    this.#transport = transport;
  }

  fail(fault: RingFault, value: number): void {
    this.machine.guestError(MODEL, RING_FAULT[fault], value);
    if (this.guestFeatures.has(FEATURE.VERSION_1)) {
      this.changeCount++;
      this.status |= STATUS.NEEDS_RESET;
      this.notifyConfig();
    }
    this.broken = true;
  }

  /** The guest asked for what the device does not do: a row says so, nothing else happens. */
  refuse(what: string, value: number, detail = 0): void {
    this.machine.guestError(MODEL, what, value, detail);
  }

  /** The transport's store to device_status (`virtio_set_status` and what virtio-pci adds). */
  writeStatus(value: number): void {
    if ((value & STATUS.DRIVER_OK) === 0) this.stopIoeventfd();
    this.setStatus(value & 0xff);
    if ((value & STATUS.DRIVER_OK) !== 0) this.#startIoeventfd();
  }

  /** `virtio_set_status`. */
  setStatus(value: number): void {
    this.#note(this.#setStatusId, value);
    const agrees = (value & ~this.status & STATUS.FEATURES_OK) !== 0;
    if (agrees && this.hostFeatures.has(FEATURE.ACCESS_PLATFORM)) {
      // A driver that goes around the IOMMU is refused: FEATURES_OK stays clear.
      if (!this.guestFeatures.has(FEATURE.ACCESS_PLATFORM)) {
        this.refuse("virtio: VIRTIO_F_ACCESS_PLATFORM not accepted", value);
        return;
      }
    }
    this.onStatus(value);
    this.status = value;
  }

  /** `virtio_reset`: everything as at power on. */
  reset(): void {
    this.stopIoeventfd();
    this.setStatus(0);
    this.onReset();
    this.broken = false;
    this.masterDisabled = false;
    this.#applyFeatures(0, 0);
    this.queueSelect = 0;
    this.status = 0;
    this.isr = 0;
    this.configVector = NO_VECTOR;
    for (const queue of this.queues) queue.reset();
    this.#interrupt(NO_VECTOR);
  }

  /** The driver accepts features; bits that were not offered are dropped. */
  setFeatures(low: number, high: number): void {
    if ((this.status & STATUS.FEATURES_OK) !== 0) {
      this.machine.guestError(MODEL, "virtio: features written after FEATURES_OK", low, high);
      return;
    }
    if (((low >>> FEATURE.UNUSED) & 1) !== 0) {
      this.machine.guestError(MODEL, "virtio: feature bit 30 accepted", low, high);
    }
    this.#applyFeatures(low & this.hostFeatures.low, high & this.hostFeatures.high);
    if (!this.eventIndex) return;
    // With event indices the rings are two bytes longer: they are checked again.
    for (const queue of this.queues) queue.ring.map();
  }

  /** The guest notifies queue `index`. */
  queueNotify(index: number): void {
    const queue = this.queues[index];
    if (queue === undefined || queue.ring.desc === 0) {
      this.machine.guestError(MODEL, "virtio: notification of a queue that is not set up", index);
      return;
    }
    if (this.broken) return;
    if (queue.notifierEnabled) {
      // Where the host is modelled, the kernel signals and the device model does not hear of it yet.
      if (!this.machine.hasHost) this.#note(this.#notifyId, index);
      this.#signal(queue);
      return;
    }
    this.#note(this.#notifyId, index);
    this.handleOutput(queue);
  }

  /** The host thread that serves an ioeventfd acts on a notification. */
  hostNotified(queue: VirtioQueue): void {
    if (queue.ring.desc === 0 || this.broken) return;
    this.#note(this.#notifyId, queue.index);
    this.handleOutput(queue);
  }

  /**
   * Interrupts for a queue if the guest wants it (`virtio_notify`).
   * @param name Dictionary number of what does so.
   * @param kind Kind of its row: a step of the device, or a system call of another process.
   */
  notify(queue: VirtioQueue, name = this.#interruptId, kind: number = KIND.deviceStep): void {
    if (!queue.ring.shouldNotify()) return;
    this.machine.note(kind, MODEL, name, queue.index, 0);
    this.changeCount++;
    this.isr |= 1;
    this.#interrupt(queue.vector);
  }

  /** Tells the driver that the configuration changed (`virtio_notify_config`). */
  notifyConfig(): void {
    if (!this.driverOk) return;
    this.changeCount++;
    this.isr |= 3;
    this.generation++;
    this.#interrupt(this.configVector);
  }

  /** The guest switches bus mastering. */
  setMaster(enabled: boolean): void {
    this.masterDisabled = !enabled;
    if (enabled) return;
    this.stopIoeventfd();
    this.setStatus(this.status & ~STATUS.DRIVER_OK);
  }

  /** A queue alone is reset (VIRTIO_F_RING_RESET). */
  resetQueue(queue: VirtioQueue): void {
    this.onQueueReset(queue);
    queue.reset();
  }

  /** Doorbells come to the device itself again; a signal that waits is acted on now. */
  protected stopIoeventfd(): void {
    for (const queue of this.queues) {
      if (!queue.notifierEnabled) continue;
      queue.notifierEnabled = false;
      const notifier = this.#notifiers[queue.index] as Task;
      if (!notifier.queued) continue;
      this.machine.scheduler.cancel(notifier);
      this.hostNotified(queue);
    }
  }

  #startIoeventfd(): void {
    if (!this.options.ioeventfd) return;
    for (const queue of this.queues) {
      if (queue.notifierEnabled) continue;
      queue.notifierEnabled = true;
      // Requests that are in the ring already are served right away.
      this.#signal(queue);
    }
  }

  #signal(queue: VirtioQueue): void {
    const actor = this.machine.hasHost ? ACTORS.hypervisor.code : MODEL;
    this.machine.note(KIND.signal, actor, this.#eventfdId, queue.index, 0);
    if (this.onSignal(queue)) return;
    this.machine.host.wake(HOST_THREAD.mainLoop);
    const notifier = this.#notifiers[queue.index] as Task;
    if (!notifier.queued) this.machine.post(notifier, this.machine.ticks(this.options.wakeTicks));
  }

  #applyFeatures(low: number, high: number): void {
    this.guestFeatures.assign(low, high);
    this.eventIndex = this.guestFeatures.has(FEATURE.EVENT_IDX);
    this.notifyOnEmpty = this.guestFeatures.has(FEATURE.NOTIFY_ON_EMPTY);
    const packed = this.guestFeatures.has(FEATURE.RING_PACKED);
    for (const queue of this.queues) queue.usePacked(packed);
    this.onFeatures();
  }

  #interrupt(vector: number): void {
    if (!this.disabled) this.#transport?.interrupt(vector);
  }

  #note(id: number, value: number): void {
    this.machine.note(KIND.deviceStep, MODEL, id, value, 0);
  }
}

/** The host thread's answer to one queue's ioeventfd. */
class HostNotifier extends Task {
  readonly #device: VirtioDevice;
  readonly #queue: VirtioQueue;

  constructor(device: VirtioDevice, queue: VirtioQueue) {
    super(HAND_OVER.hostStep, NOTIFIER_STREAM + queue.index);
    this.thread = HOST_THREAD.mainLoop;
    this.#device = device;
    this.#queue = queue;
  }

  override run(): void {
    this.#device.machine.host.systemCall("readEventfd");
    this.#device.hostNotified(this.#queue);
  }
}
