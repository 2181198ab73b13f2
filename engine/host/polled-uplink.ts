import type { PolledPort } from "../core/poller.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { type FarEnd, type HostPath, type HostPorts, UNCONNECTED } from "./host-path.ts";

const BACKEND = ACTORS.deviceModel.code;
/** Descriptors of the host NIC's receive ring, each with an mbuf. */
export const UPLINK_RING = 512;
/** Room of an mbuf: RTE_MBUF_DEFAULT_DATAROOM and what an overlay adds. */
const MBUF_BYTES = 2176;
/** NETDEV_MAX_BURST of Open vSwitch. */
const BURST = 32;

/** Who shows frames to the guest: those of one burst together. */
export interface BurstReceiver {
  /** A burst begins. */
  beginBurst(): void;
  /** It is over. */
  endBurst(): void;
}

/**
 * The host's own NIC, polled by the same thread as the guest's port: frames from the wire lie in
 * mbufs of the host until the thread finds them; only then do they enter the switch. Stands before
 * the switch's host path.
 */
export class PolledUplink implements HostPath, PolledPort {
  readonly #machine: Machine;
  readonly inner: HostPath | undefined;
  /** Hears of changes of the ring. */
  onChange: (() => void) | undefined;
  readonly #receiver: BurstReceiver;
  #ports: HostPorts = UNCONNECTED;
  readonly #slots: number;
  readonly #lengths = new Uint32Array(UPLINK_RING);
  readonly #packets = new Int32Array(UPLINK_RING);
  readonly #name: number;
  readonly #fullName: number;
  readonly #longName: number;
  #first = 0;
  #count = 0;

  /**
   * @param inner The switch; undefined: frames go straight on.
   * @param receiver The guest's port of the same process.
   */
  constructor(machine: Machine, inner: HostPath | undefined, receiver: BurstReceiver) {
    this.#machine = machine;
    this.inner = inner;
    this.#receiver = receiver;
    this.#slots = machine.memory.allocateHost(UPLINK_RING * MBUF_BYTES, "DPDK's frames");
    this.#name = machine.trace.id("rte_eth_rx_burst");
    this.#fullName = machine.trace.id("host's NIC: no free descriptor");
    this.#longName = machine.trace.id("host's NIC: frame longer than an mbuf");
  }

  /** Frames in the receive ring. */
  get waitingCount(): number {
    return this.#count;
  }

  get farEnd(): FarEnd | undefined {
    return this.inner?.farEnd;
  }

  get place(): HostPath["place"] {
    return this.inner?.place;
  }

  get ready(): boolean {
    return this.#count > 0;
  }

  connect(ports: HostPorts): void {
    this.#ports = ports;
    this.inner?.connect(ports);
  }

  leaving(hostAddress: number, byteCount: number): void {
    if (this.inner === undefined) this.#ports.toWire(hostAddress, byteCount);
    else this.inner.leaving(hostAddress, byteCount);
  }

  fromNeighbour(hostAddress: number, byteCount: number): void {
    if (this.inner === undefined) this.#ports.toGuest(hostAddress, byteCount);
    else this.inner.fromNeighbour(hostAddress, byteCount);
  }

  expireFlows(): void {
    this.inner?.expireFlows?.();
  }

  arriving(hostAddress: number, byteCount: number): void {
    const machine = this.#machine;
    if (this.#count === UPLINK_RING || byteCount > MBUF_BYTES) {
      const cause = byteCount > MBUF_BYTES ? this.#longName : this.#fullName;
      machine.note(KIND.frameDropped, ACTORS.hardware.code, cause, byteCount, 0);
      return;
    }
    const at = (this.#first + this.#count) % UPLINK_RING;
    machine.memory.move(hostAddress, this.#slots + at * MBUF_BYTES, byteCount);
    this.#lengths[at] = byteCount;
    this.#packets[at] = machine.trace.packet;
    this.#count++;
    this.onChange?.();
  }

  poll(): void {
    const machine = this.#machine;
    const { trace } = machine;
    const count = Math.min(BURST, this.#count);
    trace.packet = this.#packets[this.#first] as number;
    const span = machine.open(BACKEND, this.#name, count);
    this.#receiver.beginBurst();
    for (let i = 0; i < count; i++) {
      const at = this.#first;
      trace.packet = this.#packets[at] as number;
      const address = this.#slots + at * MBUF_BYTES;
      const byteCount = this.#lengths[at] as number;
      if (this.inner === undefined) this.#ports.toGuest(address, byteCount);
      else this.inner.arriving(address, byteCount);
      this.#first = (at + 1) % UPLINK_RING;
      this.#count--;
      this.onChange?.();
    }
    this.#receiver.endBurst();
    machine.close(span);
    trace.packet = -1;
  }
}
