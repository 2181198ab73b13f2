import { assert } from "./assert.ts";
import { RESOURCE_COUNT, RESOURCES, type ResourceCode } from "./resource.ts";

const VCPU = RESOURCES.vcpu.code;
const HOST_CPU = RESOURCES.hostCpu.code;
const NIC = RESOURCES.nic.code;
const NIC_IN = RESOURCES.nicIn.code;
const PCIE = RESOURCES.pcie.code;
const WIRE_OUT = RESOURCES.wireOut.code;
const WIRE_IN = RESOURCES.wireIn.code;
/** Deepest nesting of one resource's work in another's. */
const DEPTH_MAX = 64;
/** Codes below this are CPUs. */
const CPU_CODE_END: number = NIC;

/**
 * Time, resource by resource. The vCPU's time is the base; what another CPU or a device does runs in
 * a context of its own, which begins when it is due and the resource is free, and ends later without
 * delaying whom it interrupted in the machine's order of calls. A device's steps follow each other
 * for one packet, and overlap with those for the next as far as the NIC and its link are not busy.
 */
export class Clock {
  /** Time of whoever works now, in cycles. */
  nowCycles = 0;
  /** Whether steps take time; without prices a guest access takes one cycle and all else none. */
  timed = false;
  /** Which resource works now. */
  resource: ResourceCode = VCPU;
  /** When the last step ended, on whatever resource, in cycles. */
  lastEndCycles = 0;
  /** From when on each resource is free, in cycles; the vCPU's own time is the base context's. */
  readonly freeAtCycles = new Float64Array(RESOURCE_COUNT);
  /** Cycles that each resource was busy. */
  readonly busyCycles = new Float64Array(RESOURCE_COUNT);
  /** Whether the host has one CPU, so that whatever runs there delays the guest. */
  oneCpu = false;
  /** The CPU that takes the NIC's interrupts. */
  interruptCpu: ResourceCode = HOST_CPU;
  /** When counting began, in cycles. */
  startCycles = 0;
  /** Up to where the device's steps for its present packet have come. */
  #deviceCycles = 0;
  #devicePacket = -1;
  #deviceContinues = false;
  readonly #savedNow = new Float64Array(DEPTH_MAX);
  readonly #savedResource = new Int8Array(DEPTH_MAX);
  #depth = 0;

  /** The vCPU's time in cycles, whoever works now. */
  get vcpuCycles(): number {
    return this.#depth === 0 ? this.nowCycles : (this.#savedNow[0] as number);
  }

  /** Whether a resource other than the vCPU works now. */
  get nested(): boolean {
    return this.#depth > 0;
  }

  /** A resource begins work that was due at `dueCycles`; `end` returns to whom it interrupted. */
  begin(resource: ResourceCode, dueCycles: number): void {
    assert(this.#depth < DEPTH_MAX, "work of one resource does not nest in another's without end");
    this.#savedNow[this.#depth] = this.nowCycles;
    this.#savedResource[this.#depth] = this.resource;
    this.#depth++;
    this.#deviceContinues = false;
    if (resource === this.resource || resource === VCPU) {
      this.nowCycles = Math.max(this.nowCycles, dueCycles);
    } else {
      this.resource = resource;
      const free = this.freeAtCycles[resource] as number;
      this.nowCycles = resource < CPU_CODE_END && free > dueCycles ? free : dueCycles;
    }
    this.lastEndCycles = this.nowCycles;
  }

  /** The work is over; its resource is free from now on. */
  end(): void {
    this.#depth--;
    const outer = this.#savedResource[this.#depth] as ResourceCode;
    this.#deviceContinues = false;
    if (outer !== this.resource) {
      if (this.resource < CPU_CODE_END) this.freeAtCycles[this.resource] = this.nowCycles;
      this.resource = outer;
      this.nowCycles = this.#savedNow[this.#depth] as number;
    }
    this.lastEndCycles = this.nowCycles;
  }

  /**
   * Whoever works now spends cycles on a CPU; in a device's context the CPU that takes the NIC's
   * interrupts does. Returns when the step began.
   */
  spend(cycles: number): number {
    this.#deviceContinues = false;
    if (this.resource >= CPU_CODE_END) this.#moveToHostCpu();
    const start = this.nowCycles;
    this.nowCycles = start + cycles;
    this.lastEndCycles = this.nowCycles;
    this.busyCycles[this.resource] = (this.busyCycles[this.resource] as number) + cycles;
    return start;
  }

  /** The vCPU spends cycles, whoever works now: it is made to leave its guest, or to enter it. */
  spendOnVcpu(cycles: number): number {
    if (this.resource === VCPU) return this.spend(cycles);
    const start = this.#savedNow[0] as number;
    // Everything below the present context that stands still on the vCPU moves with it.
    for (let at = 0; at < this.#depth && this.#savedResource[at] === VCPU; at++)
      this.#savedNow[at] = start + cycles;
    this.busyCycles[VCPU] = (this.busyCycles[VCPU] as number) + cycles;
    return start;
  }

  /**
   * A device takes a step of `cycles` for a packet; the first of a packet waits for NIC and link.
   * Returns when it began.
   */
  deviceStep(packet: number, cycles: number): number {
    if (!this.#deviceContinues || packet !== this.#devicePacket) {
      // Both ways at once: what begins in a device's context is a frame that came in.
      const nic = this.resource >= CPU_CODE_END ? NIC_IN : NIC;
      const free = Math.max(this.freeAtCycles[nic] as number, this.freeAtCycles[PCIE] as number);
      this.#deviceCycles = Math.max(this.nowCycles, free);
      this.#devicePacket = packet;
      this.#deviceContinues = true;
    }
    const start = this.#deviceCycles;
    this.#deviceCycles = start + cycles;
    this.lastEndCycles = this.#deviceCycles;
    return start;
  }

  /**
   * A frame is sent: it waits until the wire is free, which then is busy for `busyCycles` of the
   * step. Returns when it began.
   */
  sendStep(packet: number, cycles: number, busyCycles = cycles): number {
    const ready = this.resource >= CPU_CODE_END || this.#deviceContinues;
    const from = ready ? this.deviceStep(packet, 0) : this.nowCycles;
    const start = Math.max(from, this.freeAtCycles[WIRE_OUT] as number);
    const end = start + cycles;
    this.freeAtCycles[WIRE_OUT] = start + busyCycles;
    this.busyCycles[WIRE_OUT] = (this.busyCycles[WIRE_OUT] as number) + busyCycles;
    if (ready) this.#deviceCycles = end;
    this.lastEndCycles = end;
    return start;
  }

  /** A frame comes in, which keeps the wire busy for `busyCycles`. Returns when it began. */
  arriveStep(packet: number, cycles: number, busyCycles = cycles): number {
    const start = Math.max(this.nowCycles, this.freeAtCycles[WIRE_IN] as number);
    this.freeAtCycles[WIRE_IN] = start + busyCycles;
    this.busyCycles[WIRE_IN] = (this.busyCycles[WIRE_IN] as number) + busyCycles;
    if (this.resource >= CPU_CODE_END) this.nowCycles = start + cycles;
    this.#deviceContinues = false;
    this.deviceStep(packet, 0);
    this.lastEndCycles = start + cycles;
    return start;
  }

  /**
   * What happens now keeps a part of a device busy for `cycles`. It counts from now, even if the
   * step itself comes later: a link carries other packets while one waits for the wire.
   */
  occupy(resource: number, cycles: number): void {
    const free = this.freeAtCycles[resource] as number;
    this.freeAtCycles[resource] = Math.max(free, this.nowCycles) + cycles;
    this.busyCycles[resource] = (this.busyCycles[resource] as number) + cycles;
  }

  /** Counting begins anew at this moment. */
  restart(): void {
    this.busyCycles.fill(0);
    this.startCycles = this.nowCycles;
  }

  /** The moment at which the last resource has finished, in cycles. */
  get horizonCycles(): number {
    return Math.max(this.nowCycles, ...this.freeAtCycles);
  }

  #moveToHostCpu(): void {
    const ready = Math.max(this.nowCycles, this.#deviceContinues ? this.#deviceCycles : 0);
    this.resource = this.interruptCpu;
    this.nowCycles = Math.max(ready, this.freeAtCycles[this.resource] as number);
  }
}
