import type { PolledPort } from "../core/poller.ts";
import { PollLoop } from "../guest/poll-loop.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";

/** Stream of its host steps. */
const STREAM = 64;

/**
 * The polling thread of a switch or router on DPDK, on a host core of its own that never sleeps: it
 * serves its ports in turn, a burst each. lib/dpif-netdev.c of Open vSwitch, pmd_thread_main.
 */
export class PmdThread extends PollLoop {
  readonly #ports: readonly PolledPort[];

  /** @param ports What it polls, in its order. */
  constructor(machine: Machine, ports: readonly PolledPort[]) {
    const options = { name: "PMD thread", actor: ACTORS.deviceModel.code, guest: false };
    super(machine, options, STREAM);
    this.#ports = ports;
  }

  protected ready(): boolean {
    for (let i = 0; i < this.#ports.length; i++) {
      if ((this.#ports[i] as PolledPort).ready) return true;
    }
    return false;
  }

  protected poll(): void {
    for (let i = 0; i < this.#ports.length; i++) {
      const port = this.#ports[i] as PolledPort;
      if (port.ready) port.poll();
    }
  }
}
