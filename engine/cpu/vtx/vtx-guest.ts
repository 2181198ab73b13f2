import { EXIT_REASON, exitName } from "../exit-reason.ts";
import type { GuestMachine } from "../guest/machine.ts";
import type { CpuStep } from "../mode.ts";
import type { CpuException } from "../x86/exception.ts";
import type { Instruction } from "../x86/instruction.ts";
import type { CpuState } from "../x86/state.ts";
import { ApicPage } from "./apic-page.ts";
import { PIN_BASED } from "./controls.ts";
import { ExitHandler, type Handled } from "./exit-handler.ts";
import { EVENT_TYPE, interruptionInformation } from "./exit-qualification.ts";
import { recordExit } from "./exit-record.ts";
import { EventInjector } from "./event-injector.ts";
import { NonRoot } from "./non-root.ts";
import type { VtxSettings } from "./settings.ts";
import { buildEpt, buildVmcs, CR0_REQUIRED, CR4_REQUIRED } from "./setup.ts";
import { VirtualApic } from "./virtual-apic.ts";
import { type ExitFacts, VmExit } from "./vm-exit.ts";
import type { Vmcs } from "./vmcs.ts";

/** Linux's RESCHEDULE_VECTOR, with which KVM brings a running vCPU out (irq_vectors.h). */
const KICK_VECTOR = 0xfd;

/** What a guest's own event is reported with. */
export interface GuestEvents {
  exit(step: CpuStep): void;
  interrupt(address: bigint, vector: number, how: "injected" | "posted"): void;
  exception(address: bigint, instruction: Instruction | undefined, what: CpuException): void;
  describe(instruction: Instruction): string;
}

/** One guest on VT-x: its VMCS, extended page tables, virtual APIC, and the hypervisor around them. */
export class VtxGuest {
  readonly vmcs: Vmcs;
  readonly counts: Record<string, number> = { exits: 0, interrupts: 0, exceptions: 0 };
  readonly #cpu: CpuState;
  readonly #machine: GuestMachine;
  readonly #events: GuestEvents;
  readonly #nonRoot: NonRoot;
  readonly #handler: ExitHandler;
  readonly #apicPage: ApicPage;
  readonly #injector: EventInjector;
  readonly #settings: VtxSettings;
  #timer: number;

  constructor(cpu: CpuState, machine: GuestMachine, settings: VtxSettings, events: GuestEvents) {
    this.#cpu = cpu;
    this.#machine = machine;
    this.#settings = settings;
    this.#events = events;
    const ept = buildEpt(settings);
    this.vmcs = buildVmcs(settings, ept);
    const virtualApic = new VirtualApic(this.vmcs);
    this.#apicPage = new ApicPage(this.vmcs, virtualApic, {
      wrote: (offset, value) => {
        machine.apicWindow.write(offset, 4, value);
      },
    });
    this.#nonRoot = new NonRoot(cpu, machine, this.vmcs, ept, this.#apicPage);
    this.#handler = new ExitHandler(cpu, machine, this.vmcs, ept, virtualApic);
    this.#injector = new EventInjector(this.#nonRoot.processor, machine, this.vmcs, virtualApic);
    this.#injector.onDelivered = (vector, how) => {
      this.#count("interrupts");
      this.#count(how === "injected" ? "injections" : "virtualDeliveries");
      events.interrupt(cpu.rip, vector, how);
    };
    this.#timer = settings.preemptionTimer;
    this.vmcs.write("cr0ReadShadow", cpu.cr0);
    this.vmcs.write("cr4ReadShadow", cpu.cr4);
    cpu.cr0 |= CR0_REQUIRED;
    cpu.cr4 |= CR4_REQUIRED;
    this.vmcs.launched = true;
    this.#handler.syncApicPage();
  }

  /** One step of the guest: an event, an instruction, or an exit. True when it sleeps for good. */
  step(): boolean {
    try {
      return this.#stepGuest();
    } catch (error) {
      if (!(error instanceof VmExit)) throw error;
      this.#exit(error.facts);
      return false;
    }
  }

  #stepGuest(): boolean {
    if (this.#injector.deliver()) return false;
    if (this.#deliverInterrupt()) return false;
    if (this.#cpu.halted) return this.#sleep();
    this.#countTime();
    const at = this.#cpu.rip;
    const { instruction, exception } = this.#nonRoot.attempt();
    if (exception !== undefined) {
      this.#count("exceptions");
      this.#events.exception(at, instruction, exception);
      this.#injector.raise(exception);
      return false;
    }
    this.#afterInstruction();
    return false;
  }

  /** Interrupts of the machine that the guest is shown: posted with APICv, injected without. */
  #deliverInterrupt(): boolean {
    const injector = this.#injector;
    if (this.#settings.apicv) {
      if (injector.post()) this.#count("posted");
      return injector.deliverVirtual();
    }
    if (injector.windowOpen) {
      throw new VmExit({ reason: EXIT_REASON.interruptWindow });
    }
    if (!injector.hasNews()) return false;
    // The vCPU is in guest mode while a vector becomes pending: KVM kicks it out.
    if (!this.#cpu.halted) throw new VmExit(this.#kick());
    injector.prepare();
    return injector.deliver();
  }

  #kick(): ExitFacts {
    const acknowledged = interruptionInformation(KICK_VECTOR, EVENT_TYPE.externalInterrupt);
    return { reason: EXIT_REASON.externalInterrupt, interruption: acknowledged };
  }

  #sleep(): boolean {
    const woke = this.#machine.sleep();
    this.#handler.syncApicPage();
    return !woke;
  }

  /** The VMX-preemption timer counts down; here one unit is one guest instruction. */
  #countTime(): void {
    if (!this.vmcs.has("pinBasedControls", PIN_BASED.activatePreemptionTimer)) return;
    if (this.#timer === 0) throw new VmExit({ reason: EXIT_REASON.preemptionTimer });
    this.#timer--;
    this.vmcs.record("preemptionTimerValue", this.#timer);
  }

  /** Trap-like exits come when the instruction is over. */
  #afterInstruction(): void {
    const trap = this.#apicPage.trap;
    if (trap === undefined) return;
    this.#apicPage.trap = undefined;
    throw new VmExit(trap);
  }

  #exit(facts: ExitFacts): void {
    const cpu = this.#cpu;
    const address = cpu.rip;
    const instruction = this.#exitingInstruction(facts);
    recordExit(this.vmcs, cpu, facts, instruction?.length ?? 0);
    this.#injector.saveVectoring();
    this.#count("exits");
    this.#count(`exits: ${exitName(facts.reason)}`);
    const handled = this.#handle(facts);
    if (handled.exception !== undefined) this.#injector.inject(handled.exception);
    this.#handler.syncApicPage();
    if (!this.#settings.apicv) this.#injector.prepare();
    this.#events.exit({
      kind: "exit",
      address,
      instruction: instruction === undefined ? "" : this.#events.describe(instruction),
      reason: exitName(facts.reason),
      exitReason: facts.reason,
      qualification: facts.qualification ?? 0n,
      ...(facts.guestPhysicalAddress === undefined
        ? {}
        : { guestPhysical: facts.guestPhysicalAddress }),
      handledBy: handled.by,
      detail: handled.detail,
    });
  }

  #handle(facts: ExitFacts): Handled {
    const by = "hypervisor";
    switch (facts.reason) {
      case EXIT_REASON.externalInterrupt:
        return { by, detail: "an interrupt for the host: here KVM's kick, since a vector waits" };
      case EXIT_REASON.interruptWindow:
        this.#injector.closeWindow();
        return { by, detail: "the guest can take an interrupt now" };
      case EXIT_REASON.preemptionTimer:
        this.#timer = this.#settings.preemptionTimer;
        return { by, detail: "the time slice is over; the hypervisor starts another" };
      case EXIT_REASON.apicWrite:
        return this.#handler.apicWrite(Number(facts.qualification ?? 0n));
      case EXIT_REASON.virtualizedEoi:
        return { by, detail: "tells the IOAPIC that the level-triggered interrupt is over" };
      case EXIT_REASON.tprBelowThreshold:
        return { by, detail: "a vector that waited for the priority may come now" };
      default:
        return this.#handler.handle();
    }
  }

  /** The instruction that exited; none for events between instructions and before it was fetched. */
  #exitingInstruction(facts: ExitFacts): Instruction | undefined {
    const { reason } = facts;
    const between: readonly number[] = [
      EXIT_REASON.externalInterrupt,
      EXIT_REASON.interruptWindow,
      EXIT_REASON.preemptionTimer,
      EXIT_REASON.apicWrite,
      EXIT_REASON.virtualizedEoi,
      EXIT_REASON.tprBelowThreshold,
    ];
    return between.includes(reason) || this.#injector.delivering
      ? undefined
      : this.#handler.instruction();
  }

  #count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }
}
