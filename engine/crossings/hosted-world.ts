import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { HAND_OVER, Task } from "../core/task.ts";

const HYPERVISOR = ACTORS.hypervisor.code;
const APPLICATION = ACTORS.deviceModel.code;

/**
 * Who has the CPU under a hosted VMM: the VMM's world, or the host's world with the host operating
 * system and the VMApp. Going from one to the other is a world switch, made by the VMDriver.
 * Sugerman, Venkitachalam and Lim, "Virtualizing I/O Devices on VMware Workstation's Hosted Virtual
 * Machine Monitor" (USENIX 2001), 2 "Hosted virtual machine architecture".
 */
export class HostedWorld {
  readonly #machine: Machine;
  readonly #hostWorld: number;
  readonly #hardwareInterrupt: number;
  readonly #vmApp: number;
  readonly #run: number;
  readonly #vmm: number;
  readonly #back: Task;
  #inHost = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    const { trace } = machine;
    this.#hostWorld = trace.id("host world");
    this.#hardwareInterrupt = trace.id("host world, for IRQ");
    this.#vmApp = trace.id("VMApp");
    this.#run = trace.id("ioctl(VMDriver): run the guest");
    this.#vmm = trace.id("VMM world");
    this.#back = new ReturnTask(this);
  }

  /** Whether the host's world has the CPU. */
  get inHost(): boolean {
    return this.#inHost;
  }

  /** The VMM hands an access at `address` to the VMApp; nothing when the host has the CPU already. */
  toApplication(address: number): void {
    if (this.#inHost) return;
    this.#inHost = true;
    this.#machine.note(KIND.contextSwitch, HYPERVISOR, this.#hostWorld, 0, 0);
    this.#machine.note(KIND.userExit, HYPERVISOR, this.#vmApp, address, 0);
  }

  /**
   * A device of the host interrupts. In the VMM's world the VMM yields, and the interrupt is raised
   * once more in the host's world; the guest goes on when the host is done.
   */
  hardwareInterrupt(): void {
    const machine = this.#machine;
    if (!this.#inHost && machine.scheduler.guestRunning && !machine.exited) {
      this.#inHost = true;
      machine.note(KIND.contextSwitch, HYPERVISOR, this.#hardwareInterrupt, 0, 0);
    } else if (!machine.exited) this.#inHost = true;
    if (!this.#back.queued) machine.post(this.#back, 0);
  }

  /** The VMApp lets the guest run again; nothing when the VMM has the CPU already. */
  toGuest(): void {
    if (!this.#inHost) return;
    this.#inHost = false;
    this.#machine.note(KIND.systemCall, APPLICATION, this.#run, 0, 0);
    this.#machine.note(KIND.contextSwitch, HYPERVISOR, this.#vmm, 0, 0);
  }

  /** The host has no work left: the guest goes on if it was running or has an interrupt to take. */
  hostIdle(): void {
    const { exited, scheduler, vcpu } = this.#machine;
    if (!exited && (scheduler.guestRunning || vcpu.deliverable)) this.toGuest();
  }
}

class ReturnTask extends Task {
  readonly #world: HostedWorld;

  constructor(world: HostedWorld) {
    super(HAND_OVER.hostStep);
    this.#world = world;
  }

  override run(): void {
    this.#world.hostIdle();
  }
}
