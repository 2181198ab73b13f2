import { Napi } from "../../guest/napi.ts";
import type { GuestKernel } from "../../guest/kernel.ts";
import { RECEIVED, type FrameSink, type Received, type Wire } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import { checksumHolds, finishChecksum } from "./frame-checksum.ts";
import type { XenDomain } from "./domain.ts";
import type { EventChannels } from "./event-channels.ts";
import type { BackendFrame, Egress } from "./netback-parts.ts";
import type { NetbackReceive } from "./netback-receive.ts";

const DOM0 = ACTORS.deviceModel.code;
const NIC_RING_FRAMES = 512;
const FRAME_BYTES = 2048;
const NO_CHECKSUM = { partial: false, validated: false };
const VALIDATED = { partial: false, validated: true };

/** The driver domain's way out: its bridge and its own NIC, which gathers a frame's parts by DMA. */
export class WireEgress implements Egress {
  readonly #machine: Machine;
  readonly #wire: Wire;
  readonly #gather: number;

  constructor(machine: Machine, wire: Wire) {
    this.#machine = machine;
    this.#wire = wire;
    this.#gather = machine.trace.id("frame: NIC fetches the rest from the granted page");
  }

  send(frame: BackendFrame): void {
    const { memory } = this.#machine;
    const { address, byteCount, headBytes, restAddress } = frame;
    const rest = byteCount - headBytes;
    if (rest > 0) {
      memory.move(restAddress, address + headBytes, rest);
      this.#machine.note(KIND.dmaRead, ACTORS.hardware.code, this.#gather, rest, restAddress);
    }
    if (frame.checksumPartial) finishChecksum(memory.bytes, address, byteCount);
    this.#wire.transmit(address, byteCount);
    // The NIC's completion: only now may the guest's page go back.
    frame.release();
  }
}

/** What the driver domain's NIC is built with. */
export interface NicIngressOptions {
  readonly domain: XenDomain;
  readonly channels: EventChannels;
  readonly softirqs: GuestKernel;
  readonly wire: Wire;
  readonly vif: NetbackReceive;
  /** The port on which Xen hands the NIC's interrupt to the driver domain. */
  readonly port: number;
}

/**
 * Frames from the wire: the driver domain's own NIC interrupts through Xen as an event, its driver
 * polls, the bridge hands frames to the guest's vif. The NIC and its driver are not modelled
 * beyond that.
 */
export class NicIngress extends Napi implements FrameSink {
  readonly #machine: Machine;
  readonly #options: NicIngressOptions;
  readonly #ring: Uint8Array[] = [];
  readonly #packets: number[] = [];
  readonly #slot: number;
  readonly #name: number;
  #first = 0;

  constructor(machine: Machine, options: NicIngressOptions) {
    super();
    this.#machine = machine;
    this.#options = options;
    this.#slot = machine.memory.allocateHost(FRAME_BYTES);
    this.#name = machine.trace.id("NIC driver's poll in dom0");
    options.domain.fifo.bind(options.port, {
      lateEoi: false,
      handleEvent: () => void options.softirqs.scheduleNapi(this),
    });
    const schedule = (): void => void options.softirqs.scheduleNapi(this);
    options.vif.onRoom = () => {
      if (this.#waitingCount > 0) options.softirqs.runProcess(schedule);
    };
    options.wire.attach(this);
  }

  get #waitingCount(): number {
    return this.#ring.length - this.#first;
  }

  receiveFrame(hostAddress: number, byteCount: number): Received {
    if (this.#waitingCount >= NIC_RING_FRAMES) return RECEIVED.later;
    const { memory, trace } = this.#machine;
    this.#ring.push(memory.bytes.slice(hostAddress, hostAddress + byteCount));
    this.#packets.push(trace.packet);
    const { channels, domain, port } = this.#options;
    channels.setPending(domain.events, port);
    return RECEIVED.accepted;
  }

  poll(budget: number): number {
    const machine = this.#machine;
    const { trace, memory } = machine;
    const { vif, softirqs, wire } = this.#options;
    const span = machine.open(DOM0, this.#name);
    let worked = 0;
    while (worked < budget && this.#waitingCount > 0) {
      const frame = this.#ring[this.#first] as Uint8Array;
      // The NIC's ring holds what the vif's list has no room for.
      if (!vif.hasRoom(frame.length)) break;
      trace.packet = this.#packets[this.#first] as number;
      this.#first++;
      memory.bytes.set(frame, this.#slot);
      const holds = checksumHolds(memory.bytes, this.#slot, frame.length);
      vif.startXmit(this.#slot, frame.length, holds ? VALIDATED : NO_CHECKSUM);
      worked++;
    }
    if (this.#first === this.#ring.length) {
      this.#ring.length = 0;
      this.#packets.length = 0;
      this.#first = 0;
    }
    if (worked < budget) softirqs.completeNapi(this);
    wire.offerBacklog();
    machine.close(span);
    return worked;
  }
}
