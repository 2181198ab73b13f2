import { EXIT_REASON } from "../cpu/exit-reason.ts";
import type { PostedInterruptDescriptor } from "../cpu/vtx/posted-interrupt.ts";
import { NOTIFICATION_VECTOR } from "../cpu/vtx/setup.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { Kvm } from "./kvm.ts";
import { postedDescriptorAt } from "./remapped-interrupts.ts";

const KVM = ACTORS.hypervisor.code;
/** The vector of Linux's local APIC timer: arch/x86/include/asm/irq_vectors.h, LOCAL_TIMER_VECTOR. */
const TIMER_VECTOR = 0xec;
/** Linux's POSTED_INTR_WAKEUP_VECTOR: it wakes a blocked vCPU's thread instead. */
const WAKEUP_VECTOR = 0xf1;

/**
 * How interrupts get into the guest. Without APICv KVM injects on VM entry, the highest first; a
 * vCPU that runs is kicked out for it, and one that cannot take it now comes out again when it can
 * (interrupt window). With APICv, or posted by the IOMMU, a bit in the posted-interrupt descriptor
 * is enough. arch/x86/kvm/x86.c, kvm_check_and_inject_events; arch/x86/kvm/lapic.c,
 * __apic_accept_irq; Intel SDM vol. 3C, 30.6 "Posted-Interrupt Processing".
 */
export class KvmInterrupts {
  /** Nothing has to leave the guest for an interrupt: APICv, or the IOMMU's posting. */
  readonly virtualized: boolean;
  /** Where interrupts are posted, where they are virtualized: in host memory. */
  readonly descriptor: PostedInterruptDescriptor | undefined;
  readonly #machine: Machine;
  readonly #kvm: Kvm;
  readonly #level = new Uint8Array(256);
  /** Vectors posted and not yet taken. */
  readonly #posted = new Uint8Array(256);
  /** The vector that the last entry injected and the guest has not taken yet, or -1. */
  #injected = -1;
  readonly #kickName: number;
  readonly #vfioName: number;
  readonly #irqfdName: number;
  readonly #timerName: number;
  #timerInstalled = false;

  constructor(machine: Machine, kvm: Kvm) {
    const { vendor, apicv, interruptsFrom } = kvm.options;
    this.virtualized = (vendor === "intel" && apicv) || interruptsFrom === "iommu";
    if (this.virtualized) {
      const posted = kvm.options.remapped?.descriptor;
      const { memory } = machine;
      this.descriptor =
        posted ?? postedDescriptorAt(memory, memory.takeLastPage("posted-interrupt descriptor"));
      this.descriptor.notificationVector = NOTIFICATION_VECTOR;
    }
    this.#machine = machine;
    this.#kvm = kvm;
    this.#kickName = machine.trace.id("kick (reschedule IPI)");
    this.#vfioName = machine.trace.id("vfio_msihandler");
    this.#irqfdName = machine.trace.id("irqfd");
    this.#timerName = machine.trace.id("local APIC timer expires");
  }

  /** The vector that is on its way into the guest, or -1. */
  get underInjection(): number {
    return this.#injected;
  }

  isLevel(vector: number): boolean {
    return this.#level[vector] === 1;
  }

  /** The vector is requested at the local APIC: gets it to the guest. */
  raised(vector: number, level: boolean): void {
    this.#level[vector] = level ? 1 : 0;
    const { interruptsFrom, hostCpus, remapped } = this.#kvm.options;
    if (remapped !== undefined && !this.#ofHost(vector) && !remapped.deliver(vector)) {
      // Blocked by the IOMMU: no CPU hears of it.
      this.#machine.vcpu.apic.withdraw(vector);
      return;
    }
    if (interruptsFrom === "vfio") this.#fromHostInterrupt(vector, hostCpus === 1);
    else {
      if (interruptsFrom === "backend" && !level) this.#kvm.messageSignalled(vector);
      this.#accept(vector);
    }
  }

  /** Chooses what the entry injects; -1 for nothing. */
  inject(): number {
    const { vcpu } = this.#machine;
    this.#synchronize();
    if (this.virtualized || this.#injected >= 0 || !vcpu.injectable) return -1;
    const vector = vcpu.apic.highestRequested;
    this.#injected = vector;
    this.#note(KIND.interruptInjected, KVM, vector, 0);
    this.#kvm.observer?.injected(vector);
    return vector;
  }

  /** The guest is about to take an interrupt: the one injected, or that of the open window. */
  begins(): number {
    const { apic } = this.#machine.vcpu;
    if (this.virtualized) {
      this.#posted[apic.highestRequested] = 0;
      this.#synchronize();
      return -1;
    }
    if (this.#injected < 0) {
      this.#kvm.exit(EXIT_REASON.interruptWindow, 0);
      this.#kvm.enter();
    }
    const vector = this.#injected;
    this.#injected = -1;
    return vector;
  }

  /** The guest's timer: a VMX-preemption timer while it runs on Intel, else a timer of the host. */
  timerExpired(): void {
    const machine = this.#machine;
    const { kernel, vcpu } = machine;
    if (!this.#timerInstalled) kernel.requestEdgeIrq(TIMER_VECTOR, "timer", { handleIrq() {} });
    this.#timerInstalled = true;
    const running = this.#kvm.guestRuns;
    const intel = this.#kvm.options.vendor === "intel";
    if (running) {
      this.#kvm.exitForInterrupt(
        intel ? EXIT_REASON.preemptionTimer : EXIT_REASON.externalInterrupt,
      );
    }
    const row = machine.note(KIND.deviceStep, KVM, this.#timerName, 0, 0);
    vcpu.apic.request(TIMER_VECTOR, row);
    this.#accept(TIMER_VECTOR);
    if (running) this.#kvm.enterAfterInterrupt();
  }

  /**
   * The vCPU's thread blocks or goes on: while it is blocked, the IOMMU's notification wakes it
   * (arch/x86/kvm/vmx/posted_intr.c, pi_enable_wakeup_handler, vmx_vcpu_pi_load).
   */
  blocked(blocked: boolean): void {
    if (this.descriptor === undefined || this.#kvm.options.interruptsFrom !== "iommu") return;
    this.descriptor.notificationVector = blocked ? WAKEUP_VECTOR : NOTIFICATION_VECTOR;
    this.#kvm.observer?.notificationChanged();
  }

  /** `vmx_deliver_posted_interrupt`. */
  #post(vector: number): void {
    this.descriptor?.post(vector);
    this.#kvm.observer?.notificationChanged();
  }

  /** The processor, or KVM before an entry, takes over what was posted (`vmx_sync_pir_to_irr`). */
  #synchronize(): void {
    const { descriptor } = this;
    if (descriptor?.on !== true) return;
    const { observer } = this.#kvm;
    if (observer === undefined) descriptor.clear();
    else observer.synchronized(descriptor);
  }

  /** An interrupt of the physical function, whose driver is the host's. */
  #ofHost(vector: number): boolean {
    const { kernel, trace } = this.#machine;
    return trace.name(kernel.sourceOf(vector)).startsWith("pf.");
  }

  /** drivers/vfio/pci/vfio_pci_intrs.c, vfio_msihandler; virt/kvm/eventfd.c, irqfd_wakeup. */
  #fromHostInterrupt(vector: number, onVcpuCpu: boolean): void {
    const machine = this.#machine;
    const stops = onVcpuCpu && this.#kvm.guestRuns;
    if (stops) this.#kvm.exitForInterrupt();
    machine.note(KIND.deviceStep, KVM, this.#vfioName, vector, 0);
    machine.note(KIND.signal, KVM, this.#irqfdName, vector, 0);
    this.#accept(vector);
    if (stops) this.#kvm.enterAfterInterrupt();
  }

  #accept(vector: number): void {
    const kvm = this.#kvm;
    const { halted } = this.#machine.vcpu;
    const running = kvm.guestRuns;
    if (this.virtualized) {
      if (this.#posted[vector] === 0) {
        this.#posted[vector] = 1;
        const byIommu = kvm.options.interruptsFrom === "iommu" && vector !== TIMER_VECTOR;
        const actor = byIommu ? ACTORS.hardware.code : KVM;
        const posts = !byIommu || kvm.options.remapped === undefined;
        if (posts && running) this.#post(vector);
        kvm.observer?.notificationChanged();
        this.#note(KIND.interruptPosted, actor, vector, running ? 1 : 0);
        // The notification reaches a CPU in non-root mode, which takes over what is posted.
        if (running) this.#synchronize();
        else if (posts) this.#post(vector);
      }
    } else if (running) {
      this.#machine.note(KIND.signal, KVM, this.#kickName, vector, 0);
      kvm.exitForInterrupt();
      kvm.enterAfterInterrupt();
    }
    if (halted) kvm.wakeVcpu();
  }

  #note(kind: number, actor: number, vector: number, detail: number): void {
    const machine = this.#machine;
    machine.note(kind, actor, machine.kernel.sourceOf(vector), vector, detail);
  }
}
