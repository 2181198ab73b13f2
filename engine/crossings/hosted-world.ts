import { type HostModel, noHost } from "../core/host-model.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { HAND_OVER, Task } from "../core/task.ts";

const HYPERVISOR = ACTORS.hypervisor.code;
const APPLICATION = ACTORS.deviceModel.code;
const HOST_NETWORK = ACTORS.hostNetwork.code;

/** The vector of Linux's local APIC timer: arch/x86/include/asm/irq_vectors.h, LOCAL_TIMER_VECTOR. */
const TIMER_VECTOR = 0xec;

/**
 * Who has the CPU under a hosted VMM: the VMM's world, or the host's world with the host operating
 * system and the VMApp. Going from one to the other is a world switch, made by the VMDriver.
 * Sugerman, Venkitachalam and Lim, "Virtualizing I/O Devices on VMware Workstation's Hosted Virtual
 * Machine Monitor" (USENIX 2001), 2 "Hosted virtual machine architecture". A guest that halts gives
 * the CPU to the host, where the VMApp waits for frames and timers.
 */
export class HostedWorld {
  readonly #machine: Machine;
  readonly #hostWorld: number;
  readonly #hardwareInterrupt: number;
  readonly #vmApp: number;
  readonly #run: number;
  readonly #vmm: number;
  readonly #halt: number;
  readonly #timer: number;
  readonly #select: number;
  readonly #back: Task;
  readonly #onHost: (() => void)[] = [];
  #inHost = false;
  #waits = false;
  #haltsAgain = false;
  #hasTimer = false;
  /** Hears of changes of who has the CPU. */
  onChange: (() => void) | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    machine.clock.oneCpu = true;
    const { trace } = machine;
    this.#hostWorld = trace.id("host world");
    this.#hardwareInterrupt = trace.id("host world, for IRQ");
    this.#vmApp = trace.id("VMApp");
    this.#run = trace.id("ioctl(VMDriver): run the guest");
    this.#vmm = trace.id("VMM world");
    this.#halt = trace.id("HLT");
    this.#timer = trace.id("the host's timer for the guest expires");
    this.#select = trace.id("select(VMNet)");
    this.#back = new ReturnTask(this);
  }

  /** The host around the machine: it hears when the guest halts and goes on. */
  get host(): HostModel {
    return {
      ...noHost,
      guestIdle: () => {
        this.#guestHalts();
        return false;
      },
      interruptBegins: () => {
        this.#goesOn();
        return -1;
      },
      guestTimerDue: (packet) => this.#timerDue(packet),
    };
  }

  /** Lets somebody take part in whatever switch to the host comes next. */
  onHost(listener: () => void): void {
    this.#onHost.push(listener);
  }

  /** Whether the host's world has the CPU. */
  get inHost(): boolean {
    return this.#inHost;
  }

  /** Whether the VMApp waits in select for frames and timers. */
  get waits(): boolean {
    return this.#waits;
  }

  /** The VMM hands an access at `address` to the VMApp; nothing when the host has the CPU already. */
  toApplication(address: number): void {
    if (this.#inHost) return;
    this.#toHost(this.#hostWorld);
    this.#machine.note(KIND.userExit, HYPERVISOR, this.#vmApp, address, 0);
    this.#tell();
  }

  /**
   * A device of the host interrupts. In the VMM's world the VMM yields, and the interrupt is raised
   * once more in the host's world; the guest goes on when the host is done.
   */
  hardwareInterrupt(): void {
    const machine = this.#machine;
    if (this.#haltsAgain && !machine.scheduler.guestRunning) this.#guestHalts();
    if (!this.#inHost) this.#toHost(this.#hardwareInterrupt);
    if (!this.#back.queued) machine.post(this.#back, 0);
    if (this.#waits) machine.note(KIND.wakeUp, HOST_NETWORK, this.#vmApp, 0, 0);
    else machine.note(KIND.systemCall, APPLICATION, this.#select, 1, 0);
    this.#waits = false;
    this.onChange?.();
    this.#tell();
  }

  /** The VMApp lets the guest run again; nothing when the VMM has the CPU already. */
  toGuest(): void {
    if (!this.#inHost) return;
    this.#machine.note(KIND.systemCall, APPLICATION, this.#run, 0, 0);
    this.#machine.note(KIND.contextSwitch, HYPERVISOR, this.#vmm, 0, 0);
    this.#inHost = false;
    this.#waits = false;
    this.onChange?.();
  }

  /** HLT is a callout; the VMM has nothing to do until the host has. */
  #guestHalts(): void {
    const { trace } = this.#machine;
    if (this.#waits || this.#machine.vcpu.deliverable) return;
    this.#haltsAgain = false;
    const before = trace.packet;
    trace.packet = trace.lastPacket;
    if (!this.#inHost) {
      this.#machine.callout(this.#halt);
      this.#toHost(this.#hostWorld);
      this.#machine.note(KIND.userExit, HYPERVISOR, this.#vmApp, 0, 0);
      this.#tell();
    }
    // What waited may have made an interrupt: the guest goes on for it at once, and halts again.
    this.#haltsAgain = this.#machine.vcpu.deliverable;
    if (!this.#haltsAgain) {
      this.#machine.note(KIND.systemCall, APPLICATION, this.#select, 0, 0);
      this.#waits = true;
      this.onChange?.();
    }
    trace.packet = before;
  }

  /** The guest's APIC timer is a timer of the host, which wakes the VMApp. */
  #timerDue(packet: number): boolean {
    if (this.#haltsAgain) this.#guestHalts();
    if (!this.#waits) return false;
    const machine = this.#machine;
    const { kernel, trace, vcpu } = machine;
    if (!this.#hasTimer) kernel.requestEdgeIrq(TIMER_VECTOR, "timer", { handleIrq() {} });
    this.#hasTimer = true;
    const before = trace.packet;
    trace.packet = packet;
    const row = machine.note(KIND.deviceStep, APPLICATION, this.#timer, 0, 0);
    vcpu.apic.request(TIMER_VECTOR, row);
    machine.interruptCrossing.raised(TIMER_VECTOR, false);
    trace.packet = before;
    return true;
  }

  /** The guest goes on for the packet whose interrupt it takes. */
  #goesOn(): void {
    if (!this.#inHost) return;
    const { trace, vcpu } = this.#machine;
    const before = trace.packet;
    const packet = trace.packetOf(vcpu.apic.causeRows[vcpu.apic.highestRequested] as number);
    if (packet >= 0) trace.packet = packet;
    this.toGuest();
    trace.packet = before;
  }

  #toHost(why: number): void {
    this.#machine.note(KIND.contextSwitch, HYPERVISOR, why, 0, 0);
    this.#inHost = true;
    this.onChange?.();
  }

  #tell(): void {
    for (const listener of this.#onHost) listener();
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
