import { RESOURCES } from "../../core/resource.ts";
import { HAND_OVER, Task } from "../../core/task.ts";
import type { Machine } from "../../machine.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { XenDomain } from "./domain.ts";

const XEN = ACTORS.hypervisor.code;
/** Domain switches at one moment before it counts as a livelock. */
const SWITCHES_MAX = 1e6;

/** What the CPUs need of the guest. */
export interface GuestSide {
  readonly domain: XenDomain;
  /** Whether the guest's application can go on without waiting. */
  readonly runsOn: () => boolean;
  /** The guest's application has nothing to do: it goes to sleep in the kernel. */
  readonly sleep: () => void;
  /** An event waits: the vCPU takes the upcall now, or as soon as it lets interrupts in. */
  readonly interrupt: () => void;
}

/**
 * Who of the guest and the driver domain runs (xen/common/sched). With one CPU the one runs until
 * it blocks, then the other: credit2 does not preempt within its rate limit of 1 ms. With two CPUs
 * each has its own, and the driver domain's steps fall between the guest's accesses.
 */
export class PhysicalCpus extends Task {
  readonly #machine: Machine;
  readonly #guest: GuestSide;
  readonly #driverDomain: XenDomain;
  readonly #count: number;
  readonly #driverStep: DriverDomainStep;
  #running: XenDomain | undefined;
  readonly #idleName: number;
  readonly #names = new Map<XenDomain, number>();
  /** Hears of changes of who runs. */
  onChange: (() => void) | undefined;

  constructor(machine: Machine, count: number, guest: GuestSide, driverDomain: XenDomain) {
    super(HAND_OVER.hostStep);
    this.#machine = machine;
    this.#count = count;
    machine.clock.oneCpu = count === 1;
    machine.clock.interruptCpu = RESOURCES.dom0.code;
    this.#guest = guest;
    this.#driverDomain = driverDomain;
    this.#driverStep = new DriverDomainStep(driverDomain);
    this.#idleName = machine.trace.id("idle");
    for (const domain of [guest.domain, driverDomain]) {
      this.#names.set(domain, machine.trace.id(domain.name));
      domain.events.onWake = () => this.#woken(domain);
    }
  }

  /** The domain that has the one CPU of the host, or undefined: it is idle, or each has its own. */
  get running(): XenDomain | undefined {
    return this.#running;
  }

  /** CPUs of the host. */
  get count(): number {
    return this.#count;
  }

  /** The guest's vCPU gets a CPU, as its timer or event says; nothing when it has one. */
  startGuest(): void {
    if (!this.#guest.domain.blocked) return;
    this.#switchTo(this.#guest.domain);
    this.#guest.domain.blocked = false;
  }

  /** An application of the driver domain runs there until its vCPU blocks in `body`. */
  runDriverDomain(body: () => void): void {
    this.#switchTo(this.#driverDomain);
    this.#driverDomain.blocked = false;
    body();
    this.lookLater();
  }

  /** The guest did something: when it has come to rest, it blocks and others run. */
  lookLater(): void {
    if (!this.queued) this.#machine.postGuest(this, 0);
  }

  /** The guest may have come to rest. */
  override run(): void {
    const { scheduler } = this.#machine;
    const guest = this.#guest.domain;
    if (!guest.blocked) {
      if (scheduler.guestDueCycles <= scheduler.nowCycles + 1 && this.#guest.runsOn()) {
        // The application goes on at once: it does not block.
        this.#machine.postGuest(this, scheduler.guestDueCycles - scheduler.nowCycles);
        return;
      }
      this.#guest.sleep();
    }
    for (let n = 0; n < SWITCHES_MAX; n++) {
      if (this.#count === 1 && this.#driverDomain.eventPending) {
        this.#switchTo(this.#driverDomain);
        this.#driverDomain.runUntilBlocked();
      } else if (guest.eventPending) {
        this.startGuest();
        this.#guest.interrupt();
        this.#guest.sleep();
      } else break;
    }
    this.#switchTo(undefined);
  }

  #woken(domain: XenDomain): void {
    if (this.#count === 1) this.lookLater();
    else if (domain === this.#guest.domain) {
      if (domain.blocked) this.lookLater();
      else this.#guest.interrupt();
    } else if (!this.#driverStep.queued) {
      // An idle CPU of its own: the domain's first instruction comes when it has left its C-state.
      this.#machine.post(this.#driverStep, this.#machine.costCycles("idleExitLatency"));
    }
  }

  #switchTo(domain: XenDomain | undefined): void {
    if (this.#count > 1 || domain === this.#running) return;
    // The CPU keeps the FPU of whom it left until somebody else uses it.
    if (domain !== undefined) this.#running?.kernel.descheduled();
    this.#running = domain;
    const name = domain === undefined ? this.#idleName : (this.#names.get(domain) as number);
    this.#machine.note(KIND.contextSwitch, XEN, name, 0, 0);
    this.onChange?.();
  }
}

/** The driver domain on a CPU of its own: from a wake-up until it blocks. */
class DriverDomainStep extends Task {
  readonly #domain: XenDomain;

  constructor(domain: XenDomain) {
    super(HAND_OVER.hostStep, 1);
    this.resource = RESOURCES.dom0.code;
    this.#domain = domain;
  }

  override run(): void {
    this.#domain.runUntilBlocked();
  }
}
