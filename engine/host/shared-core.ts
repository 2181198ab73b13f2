import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { FarEnd, HostPath, HostPorts } from "./host-path.ts";

/** Host cores that the guests' backends (vhost workers, QEMU's threads, netback) share. */
export class HostCores {
  /** By core: the guest whose backend ran last, or -1. */
  readonly #last: number[];
  /** Switches from one guest's backend to another's. */
  switchCount = 0;

  constructor(count: number) {
    this.#last = new Array<number>(count).fill(-1);
  }

  /** The backend of a guest runs on its core now; backends are dealt out to the cores in turn. */
  run(machine: Machine, guest: number): void {
    const core = guest % this.#last.length;
    const before = this.#last[core] as number;
    if (before === guest) return;
    this.#last[core] = guest;
    if (before < 0) return;
    this.switchCount++;
    const name = machine.trace.id(`the backend of guest ${guest + 1}`);
    // The vCPUs have CPU 0 of each guest's rows; the backends' come after it.
    machine.note(KIND.contextSwitch, ACTORS.deviceModel.code, name, core + 1, 0);
  }
}

/**
 * A host path whose backend shares its core with others: what it does is preceded by a switch when
 * another backend ran there. That it may have to wait for the core is not modelled.
 */
export class CoreSharingPath implements HostPath {
  readonly #machine: Machine;
  readonly inner: HostPath;
  readonly #cores: HostCores;
  readonly #guest: number;

  constructor(machine: Machine, inner: HostPath, cores: HostCores, guest: number) {
    this.#machine = machine;
    this.inner = inner;
    this.#cores = cores;
    this.#guest = guest;
  }

  get farEnd(): FarEnd | undefined {
    return this.inner.farEnd;
  }

  get place(): HostPath["place"] {
    return this.inner.place;
  }

  connect(ports: HostPorts): void {
    this.inner.connect(ports);
  }

  leaving(hostAddress: number, byteCount: number): void {
    this.#cores.run(this.#machine, this.#guest);
    this.inner.leaving(hostAddress, byteCount);
  }

  arriving(hostAddress: number, byteCount: number): void {
    this.#cores.run(this.#machine, this.#guest);
    this.inner.arriving(hostAddress, byteCount);
  }

  fromNeighbour(hostAddress: number, byteCount: number): void {
    this.#cores.run(this.#machine, this.#guest);
    this.inner.fromNeighbour(hostAddress, byteCount);
  }

  expireFlows(): void {
    this.inner.expireFlows?.();
  }
}
