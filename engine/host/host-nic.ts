import { RESOURCES } from "../core/resource.ts";
import { HAND_OVER, Task } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { type FarEnd, type HostPath, type HostPorts, UNCONNECTED } from "./host-path.ts";

/** Descriptors of the receive ring: what ixgbe, i40e and mlx5 have or are set to (`ethtool -G`). */
export const RECEIVE_RING = 1024;
/** Frames before the wire: `txqueuelen` of the uplink's queueing discipline, and 256 descriptors. */
export const TRANSMIT_QUEUE = 1000 + 256;
/** Stream of the host steps that take frames out of the receive ring. */
const POLL_STREAM = 56;

/**
 * The host's own NIC before a host path of the kernel's, where time is counted. A frame that comes
 * while the CPU of its interrupt is free is handled at once; while it is busy, frames wait in the
 * receive ring and the CPU's NAPI takes them one after the other, without another interrupt. A full
 * ring, and a full queue before the wire, drop. net/core/dev.c, net_rx_action, __dev_xmit_skb.
 */
export class HostNic extends Task implements HostPath {
  readonly #machine: Machine;
  readonly inner: HostPath;
  /** Hears of changes of ring and queue. */
  onChange: (() => void) | undefined;
  #ports: HostPorts = UNCONNECTED;
  readonly #slot: number;
  readonly #frames: (Uint8Array | undefined)[] = new Array(RECEIVE_RING).fill(undefined);
  readonly #packets = new Int32Array(RECEIVE_RING);
  #first = 0;
  #count = 0;
  /** When the last frames before the wire are out, in cycles. */
  readonly #outAtCycles = new Float64Array(TRANSMIT_QUEUE);
  #sent = 0;
  /** Those of them whose end is known: a frame's is once the wire has taken it. */
  #timed = 0;
  #lastSendCycles = 0;
  readonly #ringFull: number;
  readonly #queueFull: number;

  /** @param inner Bridge, switch or router. */
  constructor(machine: Machine, inner: HostPath) {
    super(HAND_OVER.hostStep, POLL_STREAM);
    this.resource = machine.clock.interruptCpu;
    this.#machine = machine;
    this.inner = inner;
    this.#slot = machine.memory.allocateHost(16_384, "host NIC's frame");
    this.#ringFull = machine.trace.id("host NIC: receive ring full");
    this.#queueFull = machine.trace.id("uplink: transmit queue full");
  }

  /** Frames in the receive ring. */
  get waitingCount(): number {
    return this.#count;
  }

  /** Frames before the wire when the last one was given to it: what is sent meanwhile leaves no row. */
  get queuedAtLastSend(): number {
    if (this.#sent === 0) return 0;
    // Frames leave in the order in which they were sent: the last ones are those that wait.
    const most = Math.min(this.#timed, TRANSMIT_QUEUE);
    let count = 0;
    while (count < most && this.#isOutAfterSend(count)) count++;
    return count;
  }

  /** Whether the frame that was sent so many frames before the last one leaves after that was sent. */
  #isOutAfterSend(framesBefore: number): boolean {
    const at = (this.#timed - 1 - framesBefore) % TRANSMIT_QUEUE;
    return (this.#outAtCycles[at] as number) > this.#lastSendCycles;
  }

  /** Frames that were given to the transmit queue. */
  get sentCount(): number {
    return this.#sent;
  }

  get farEnd(): FarEnd | undefined {
    return this.inner.farEnd;
  }

  get place(): HostPath["place"] {
    return this.inner.place;
  }

  connect(ports: HostPorts): void {
    this.#ports = ports;
    this.inner.connect({
      toWire: (hostAddress, byteCount) => this.#toWire(hostAddress, byteCount),
      toGuest: (hostAddress, byteCount) => ports.toGuest(hostAddress, byteCount),
      toNeighbour: (port, hostAddress, byteCount) =>
        ports.toNeighbour(port, hostAddress, byteCount),
    });
  }

  leaving(hostAddress: number, byteCount: number): void {
    this.inner.leaving(hostAddress, byteCount);
  }

  fromNeighbour(hostAddress: number, byteCount: number): void {
    this.inner.fromNeighbour(hostAddress, byteCount);
  }

  expireFlows(): void {
    this.inner.expireFlows?.();
  }

  arriving(hostAddress: number, byteCount: number): void {
    const machine = this.#machine;
    const { clock, trace } = machine;
    const cpu = clock.interruptCpu;
    const free = clock.oneCpu || (clock.freeAtCycles[cpu] as number) <= clock.nowCycles;
    if (free && this.#count === 0) {
      this.inner.arriving(hostAddress, byteCount);
      return;
    }
    if (this.#count === RECEIVE_RING) {
      const { code } = ACTORS.hardware;
      machine.note(KIND.frameDropped, code, this.#ringFull, byteCount, trace.packet);
      return;
    }
    const at = (this.#first + this.#count++) % RECEIVE_RING;
    this.#frames[at] = machine.memory.bytes.slice(hostAddress, hostAddress + byteCount);
    this.#packets[at] = trace.packet;
    this.onChange?.();
    if (this.queued) return;
    this.resource = cpu;
    machine.post(this, 0);
  }

  override run(): void {
    const machine = this.#machine;
    const at = this.#first;
    const frame = this.#frames[at] as Uint8Array;
    this.#frames[at] = undefined;
    this.#first = (at + 1) % RECEIVE_RING;
    this.#count--;
    this.onChange?.();
    machine.trace.packet = this.#packets[at] as number;
    machine.memory.bytes.set(frame, this.#slot);
    this.inner.arriving(this.#slot, frame.length);
    if (this.#count > 0) machine.post(this, 0);
  }

  #toWire(hostAddress: number, byteCount: number): void {
    const machine = this.#machine;
    const { clock, trace } = machine;
    const at = this.#sent % TRANSMIT_QUEUE;
    if ((this.#outAtCycles[at] as number) > clock.nowCycles) {
      const { code } = ACTORS.hostNetwork;
      machine.note(KIND.frameDropped, code, this.#queueFull, byteCount, trace.packet);
      return;
    }
    this.#sent++;
    this.#lastSendCycles = clock.nowCycles;
    this.#ports.toWire(hostAddress, byteCount);
    this.#outAtCycles[at] = clock.freeAtCycles[RESOURCES.wireOut.code] as number;
    this.#timed++;
    this.onChange?.();
  }
}
