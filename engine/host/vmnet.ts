import type { HostedWorld } from "../crossings/hosted-world.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { Attachment } from "./host-path.ts";

const APPLICATION = ACTORS.deviceModel.code;
const HOST = ACTORS.hostNetwork.code;

/**
 * VMNet, the host's driver that bridges a hosted VM's NIC to a physical one: the VMApp writes frames
 * to it, and finds arriving ones with select. Sugerman et al. (USENIX 2001), 2.3 "Virtualizing a
 * Network Interface Card". What stands between it and the wire is a host path of its own.
 */
export class VmNet implements Attachment {
  readonly #machine: Machine;
  readonly #world: HostedWorld;
  readonly #write: number;
  readonly #read: number;
  readonly #out: number;
  readonly #in: number;

  constructor(machine: Machine, world: HostedWorld) {
    this.#machine = machine;
    this.#world = world;
    this.#write = machine.trace.id("write(VMNet)");
    this.#read = machine.trace.id("read(VMNet)");
    this.#out = machine.trace.id("write to VMNet: user to host kernel");
    this.#in = machine.trace.id("read from VMNet: host kernel to user");
  }

  leaving(byteCount: number): void {
    // Only a register that the VMApp models can send; the VMM knows no network.
    this.#world.toApplication(0);
    this.#machine.note(KIND.systemCall, APPLICATION, this.#write, byteCount, 0);
    this.#machine.note(KIND.copy, HOST, this.#out, byteCount, 0);
  }

  arriving(byteCount: number): void {
    this.#world.hardwareInterrupt();
    this.#machine.note(KIND.systemCall, APPLICATION, this.#read, byteCount, 0);
    this.#machine.note(KIND.copy, HOST, this.#in, byteCount, 0);
  }
}
