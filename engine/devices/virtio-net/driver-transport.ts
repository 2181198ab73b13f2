import type { IoApicPin } from "../../cpu/io-apic.ts";
import type { IrqAction, IrqHandler } from "../../guest/irq.ts";
import type { PciDevice } from "../../guest/pci-device.ts";
import type { PciMsix } from "../../guest/pci-msix.ts";
import type { Machine } from "../../machine.ts";
import type { Bar } from "../../pci/bar.ts";
import type { DriverVirtqueue, RingServices } from "../virtio/driver-virtqueue.ts";
import { FEATURE, FeatureSet } from "../virtio/feature.ts";
import { PackedRingDriver } from "../virtio/packed-ring-driver.ts";
import { SplitRingDriver } from "../virtio/split-ring-driver.ts";

/** No MSI-X vector. */
export const NO_VECTOR = 0xffff;
const ISR_CONFIG = 2;

/** What the driver reaches its device by: windows onto its regions, its configuration space. */
export interface VirtioBus {
  readonly pci: PciDevice;
  /** Linux's MSI-X set-up, where the function has the capability. */
  readonly msix: PciMsix | undefined;
  /** Entries of the MSI-X table as Linux finds them, 0 without the capability. */
  readonly msixEntries: number;
  readonly pin: IoApicPin;
  /** The four regions of the modern interface, where the function has it. */
  readonly modern:
    | { readonly common: Bar; readonly isr: Bar; readonly device: Bar; readonly notify: Bar }
    | undefined;
  /** Port I/O of the legacy interface, where the function has it. */
  readonly legacy: Bar | undefined;
}

/** A queue as the driver asks for it. */
export interface QueueRequest {
  readonly name: string;
  /** Called in the interrupt; without one the queue has no vector. */
  readonly callback: (() => void) | undefined;
  /** The driver keeps a context with each buffer: no indirect tables. */
  readonly context: boolean;
}

/** A queue that is set up. */
interface ActiveQueue {
  readonly ring: DriverVirtqueue;
  readonly request: QueueRequest;
  vector: number;
  action: IrqAction | undefined;
}

/**
 * Linux's virtio-pci driver, what modern and legacy share: queues, vectors, interrupts;
 * drivers/virtio/virtio_pci_common.c.
 */
export abstract class VirtioPciDriver implements IrqHandler {
  protected readonly machine: Machine;
  protected readonly bus: VirtioBus;
  /** Features that driver and device agreed on. */
  features = new FeatureSet();
  /** Hears of configuration changes. */
  onConfigChange: () => void = () => {};
  readonly #active: ActiveQueue[] = [];
  #configAction: IrqAction | undefined;
  #sharedAction: IrqAction | undefined;
  #intxAction: IrqAction | undefined;
  #msixEnabled = false;

  constructor(machine: Machine, bus: VirtioBus) {
    this.machine = machine;
    this.bus = bus;
  }

  /** Alignment of the used ring in a split ring. */
  protected abstract readonly alignment: number;
  /** Features that the device offers. */
  abstract offeredFeatures(): FeatureSet;
  /** Tells the device which features are accepted. */
  abstract acceptFeatures(features: FeatureSet): void;
  abstract getStatus(): number;
  abstract setStatus(status: number): void;
  /** `virtio_reset_device`: writes 0 and waits until it reads back. */
  abstract reset(): void;
  /** One value of device configuration. */
  abstract readConfig(offset: number, sizeBytes: 1 | 2): number;
  /** Bytes of device configuration that must belong together. */
  abstract readConfigBytes(offset: number, into: Uint8Array): void;
  abstract notify(index: number): void;
  protected abstract readIsr(): number;
  /** Sets the vector of configuration changes; the vector that the device took. */
  protected abstract configVector(vector: number): number;
  protected abstract queueVector(index: number, vector: number): number;
  /** Entries of a queue that is there and idle, else 0. */
  protected abstract probeQueue(index: number): number;
  protected abstract activateQueue(index: number, ring: DriverVirtqueue, vector: number): void;
  /** Steps when all queues are set up. */
  protected abstract enableQueues(count: number): void;
  protected abstract deactivateQueue(index: number): void;

  /** Whether MSI-X is in use. */
  protected get msixEnabled(): boolean {
    return this.#msixEnabled;
  }

  /** `virtio_add_status`. */
  addStatus(bits: number): void {
    this.setStatus(this.getStatus() | bits);
  }

  /**
   * `vp_find_vqs`: one vector for each queue with a callback, else one for all, else INTx.
   * @throws Never: a device without queues gives an empty list.
   */
  findQueues(requests: readonly QueueRequest[]): DriverVirtqueue[] {
    const wanted = 1 + requests.filter((request) => request.callback !== undefined).length;
    const each = this.#enableMsix(wanted);
    // Two further attempts of Linux: configuration shared with slow queues, then two vectors.
    const shared = !each && !this.#enableMsix(wanted) && this.#enableMsix(2);
    if (each || shared) this.#requestConfigVector();
    if (shared) this.#sharedAction = this.#request(1, { handleIrq: () => this.#allQueues() });
    if (!each && !shared) {
      const { kernel } = this.machine;
      this.#intxAction = kernel.requestLevelIrq(this.bus.pin, this);
    }
    let vector = 1;
    for (const [index, request] of requests.entries()) {
      let own = NO_VECTOR;
      if (request.callback !== undefined && each) own = vector++;
      else if (request.callback !== undefined && shared) own = 1;
      this.#setUpQueue(index, request, own, each);
    }
    this.enableQueues(this.#active.length);
    return this.#active.map((active) => active.ring);
  }

  /** `vp_set_vq_affinity`: the next interrupt of the queue's own vector rewrites its entry. */
  setAffinity(index: number): void {
    const active = this.#active[index];
    const action = active?.action ?? this.#sharedAction;
    if (active === undefined || action === undefined) return;
    this.bus.msix?.setAffinity(active.vector, action);
  }

  /** `vp_del_vqs`. */
  deleteQueues(): void {
    const { msix } = this.bus;
    for (const active of this.#active) {
      if (active.action !== undefined) msix?.free(active.vector, active.action);
      this.deactivateQueue(active.ring.index);
      active.ring.free();
    }
    this.#active.length = 0;
    if (this.#intxAction !== undefined) this.machine.kernel.freeIrq(this.#intxAction);
    this.#intxAction = undefined;
    if (this.#configAction !== undefined) msix?.free(0, this.#configAction);
    if (this.#sharedAction !== undefined) msix?.free(1, this.#sharedAction);
    this.#configAction = undefined;
    this.#sharedAction = undefined;
    if (!this.#msixEnabled) return;
    this.configVector(NO_VECTOR);
    msix?.disable();
    this.#msixEnabled = false;
  }

  /** `vp_interrupt`: INTx. Reading the ISR lets the line fall. */
  handleIrq(): void {
    const isr = this.readIsr();
    if (isr === 0) return;
    if ((isr & ISR_CONFIG) !== 0) this.onConfigChange();
    this.#allQueues();
  }

  #enableMsix(count: number): boolean {
    const { msix, msixEntries } = this.bus;
    if (msix === undefined) return false;
    if (msixEntries < count) {
      msix.vectorCount();
      return false;
    }
    msix.enable(count);
    this.#msixEnabled = true;
    return true;
  }

  #requestConfigVector(): void {
    this.#configAction = this.#request(0, { handleIrq: () => this.onConfigChange() });
    this.configVector(0);
  }

  #request(vector: number, handler: IrqHandler): IrqAction | undefined {
    return this.bus.msix?.request(vector, `vec${vector}`, handler);
  }

  #setUpQueue(index: number, request: QueueRequest, vector: number, ownIrq: boolean): void {
    const num = this.probeQueue(index);
    if (num === 0) return;
    const options = {
      name: request.name,
      index,
      num,
      alignment: this.alignment,
      event: this.features.has(FEATURE.EVENT_IDX),
      indirect: this.features.has(FEATURE.INDIRECT_DESC) && !request.context,
      hasCallback: request.callback !== undefined,
      notify: (queue: number) => this.notify(queue),
    };
    const services: RingServices = this.machine;
    const ring = this.features.has(FEATURE.RING_PACKED)
      ? new PackedRingDriver(options, services)
      : new SplitRingDriver(options, services);
    const active: ActiveQueue = { ring, request, vector, action: undefined };
    this.activateQueue(index, ring, vector);
    this.#active.push(active);
    if (ownIrq && vector !== NO_VECTOR) {
      active.action = this.#request(vector, { handleIrq: () => this.#interrupt(active) });
    }
  }

  #allQueues(): void {
    // Linux lists the queue that was set up last first.
    for (let i = this.#active.length - 1; i >= 0; i--) {
      const active = this.#active[i] as ActiveQueue;
      if (active.request.callback !== undefined) this.#interrupt(active);
    }
  }

  /** `vring_interrupt`. */
  #interrupt(active: ActiveQueue): void {
    if (active.ring.interruptHasWork()) active.request.callback?.();
  }
}
