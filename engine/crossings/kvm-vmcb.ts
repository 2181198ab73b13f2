import { EXIT_REASON, type ExitReason } from "../cpu/exit-reason.ts";
import { svmExitOf } from "../cpu/svm-exit.ts";
import {
  EVENT_VALID,
  INTERCEPT_1,
  INTERCEPT_2,
  V_INTR_MASKING,
  V_IRQ,
  Vmcb,
} from "../cpu/svm-vmcb.ts";
import type { Machine } from "../machine.ts";
import type { Kvm } from "./kvm.ts";
import type { KvmObserver } from "./kvm-observer.ts";

const NP_ENABLE = 1;
/** EXITINFO1 of an MSR exit: 1 for a write (APM vol. 2, 15.11 "MSR Intercepts"). */
const MSR_WRITE = 1;

/**
 * The VMCB of a guest's vCPU under KVM, as exits, entries and interrupts leave it (Linux 6.12,
 * arch/x86/kvm/svm/svm.c, init_vmcb). The state-save area is not kept, as the guest's code is none: no
 * RIP, no registers, and no EXITINFO2 of an I/O instruction, which is the next RIP.
 */
export class KvmVmcb implements KvmObserver {
  readonly vmcb = new Vmcb();
  /** Hears of changes. */
  onChange: (() => void) | undefined;
  readonly #machine: Machine;
  readonly #kvm: Kvm;

  constructor(machine: Machine, kvm: Kvm) {
    this.#machine = machine;
    this.#kvm = kvm;
    const { vmcb } = this;
    const { intr, nmi, rdpmc, cpuid, hlt, ioio, msr } = INTERCEPT_1;
    vmcb.write("interceptMisc1", bits([intr, nmi, rdpmc, cpuid, hlt, ioio, msr]));
    vmcb.write("interceptMisc2", bits(Object.values(INTERCEPT_2)));
    vmcb.write("guestAsid", 1);
    vmcb.write("virtualInterruptControl", V_INTR_MASKING);
    vmcb.write("nestedControl", NP_ENABLE);
    vmcb.write("nestedCr3", kvm.mapping.pointer);
  }

  exited(reason: ExitReason, qualification: number, guestPhysical: number): void {
    const { vmcb } = this;
    vmcb.write("exitCode", svmExitOf(reason)?.code);
    vmcb.write("exitInfo1", this.#info1(reason, qualification));
    vmcb.write("exitInfo2", guestPhysical >= 0 ? guestPhysical : undefined);
    vmcb.write("exitIntInfo", 0);
    vmcb.write("eventInjection", 0);
    this.onChange?.();
  }

  injected(vector: number): void {
    this.vmcb.write("eventInjection", EVENT_VALID + vector);
    this.onChange?.();
  }

  /** svm_enable_irq_window: a virtual interrupt that is intercepted says when the guest takes one. */
  entered(): void {
    const { apic } = this.#machine.vcpu;
    const waits = apic.deliverable && apic.highestRequested !== this.#kvm.injectedVector;
    const misc = this.vmcb.read("interceptMisc1") ?? 0n;
    const vintr = 1n << BigInt(INTERCEPT_1.vintr);
    this.vmcb.write("interceptMisc1", waits ? misc | vintr : misc & ~vintr);
    this.vmcb.write("virtualInterruptControl", waits ? V_INTR_MASKING | V_IRQ : V_INTR_MASKING);
    this.onChange?.();
  }

  notificationChanged(): void {}

  synchronized(): void {}

  taken(): void {}

  ended(): void {}

  #info1(reason: ExitReason, qualification: number): number {
    if (reason === EXIT_REASON.wrmsr) return MSR_WRITE;
    return reason === EXIT_REASON.rdmsr ? 0 : qualification;
  }
}

function bits(numbers: readonly number[]): number {
  return numbers.reduce((sum, bit) => sum + 2 ** bit, 0);
}
