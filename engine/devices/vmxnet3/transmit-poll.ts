import { RESOURCES } from "../../core/resource.ts";
import { HAND_OVER, Task } from "../../core/task.ts";
import type { Machine } from "../../machine.ts";
import { ACTORS } from "../../trace/actor.ts";

const ACTOR = ACTORS.deviceModel.code;

/** What a polling backend asks of its device. */
export interface PolledDevice {
  /** Whether the driver has activated it. */
  readonly active: boolean;
  /** Sends what is ready in all transmit queues and returns the number of packets. */
  processTransmitQueues(): number;
  /** Writes `txThreshold` of all transmit queues. */
  setTransmitThreshold(packets: number): void;
}

/**
 * A backend that polls transmit queues while there is traffic, so that it can let the driver defer
 * its doorbell: the threshold is high while it polls and 1 when it goes to rest, with a last look
 * behind that. The driver's side of the contract is in drivers/net/vmxnet3/vmxnet3_drv.c,
 * vmxnet3_tq_xmit; when VMware's backend polls is not public, so that the rule here is assumed.
 */
export class TransmitPoll extends Task {
  readonly #machine: Machine;
  readonly #device: PolledDevice;
  readonly #threshold: number;
  readonly #intervalCycles: number;
  readonly #name: number;

  /**
   * @param threshold Packets that may wait for a doorbell, 2 or more.
   * @param intervalCycles Time between two looks.
   */
  constructor(machine: Machine, device: PolledDevice, threshold: number, intervalCycles: number) {
    super(HAND_OVER.hostStep);
    this.resource = RESOURCES.mainLoop.code;
    this.#machine = machine;
    this.#device = device;
    this.#threshold = threshold;
    this.#intervalCycles = intervalCycles;
    this.#name = machine.trace.id("backend polls transmit queues");
  }

  /** A doorbell woke the backend. */
  wake(): void {
    if (this.queued) return;
    this.#device.setTransmitThreshold(this.#threshold);
    this.#machine.post(this, this.#intervalCycles);
  }

  override run(): void {
    if (!this.#device.active) return;
    const row = this.#machine.open(ACTOR, this.#name);
    const busy = this.#device.processTransmitQueues() > 0;
    if (!busy) this.#device.setTransmitThreshold(1);
    const again = busy || this.#device.processTransmitQueues() > 0;
    if (again && !busy) this.#device.setTransmitThreshold(this.#threshold);
    this.#machine.close(row);
    if (again) this.#machine.post(this, this.#intervalCycles);
  }
}
