import type { ExtendedPageTables } from "../../memory/ept.ts";
import { EXIT_REASON } from "../exit-reason.ts";
import { APIC_REGISTER } from "../guest/apic-window.ts";
import type { GuestMachine } from "../guest/machine.ts";
import { LAYOUT } from "../guest/layout.ts";
import { CpuException } from "../x86/exception.ts";
import { GPR, type Instruction } from "../x86/instruction.ts";
import { asException, Processor } from "../x86/processor.ts";
import type { CpuState } from "../x86/state.ts";
import { APIC_ACCESS_HPA, GUEST_BASE_HPA } from "./ept-platform.ts";
import { showGuestView } from "./non-root.ts";
import { CR0_REQUIRED, CR4_REQUIRED } from "./setup.ts";
import type { VirtualApic } from "./virtual-apic.ts";
import type { Vmcs } from "./vmcs.ts";

/** What the hypervisor did about an exit. */
export interface Handled {
  readonly by: "hypervisor" | "deviceModel";
  /** One clause, without a full stop. */
  readonly detail: string;
  /** An exception that the emulated instruction raised: to be injected. */
  readonly exception?: CpuException;
}

const PAGE_BYTES = 4096;
const REPEAT_MAX = 4096;
const ALL = { read: true, write: true, execute: true };
/** What KVM answers to a hypercall that it does not know (include/uapi/linux/kvm_para.h). */
const KVM_ENOSYS = 1000n;

/**
 * The hypervisor's side: emulates the instruction that exited on the guest's state and the machine
 * that it shows the guest. Modelled after KVM (arch/x86/kvm/vmx/vmx.c, kvm_vmx_exit_handlers;
 * arch/x86/kvm/emulate.c).
 */
export class ExitHandler {
  readonly #cpu: CpuState;
  readonly #machine: GuestMachine;
  readonly #vmcs: Vmcs;
  readonly #ept: ExtendedPageTables;
  readonly #apic: VirtualApic;
  /** The instruction emulator: the guest's registers and tables, no exits. */
  readonly #emulator: Processor;

  constructor(
    cpu: CpuState,
    machine: GuestMachine,
    vmcs: Vmcs,
    ept: ExtendedPageTables,
    apic: VirtualApic,
  ) {
    this.#cpu = cpu;
    this.#apic = apic;
    this.#machine = machine;
    this.#vmcs = vmcs;
    this.#ept = ept;
    this.#emulator = new Processor(cpu, machine);
  }

  /** Handles the exit that the VMCS records. */
  handle(): Handled {
    const reason = this.#vmcs.readNumber("exitReason");
    switch (reason) {
      case EXIT_REASON.eptViolation:
        return this.#eptViolation();
      case EXIT_REASON.eptMisconfiguration:
        return this.#mmio();
      case EXIT_REASON.ioInstruction:
        return this.#emulate("deviceModel", "reaches the device model by KVM_EXIT_IO");
      case EXIT_REASON.apicAccess:
        return this.#emulate("hypervisor", "emulated on the local APIC in the kernel");
      case EXIT_REASON.hlt:
        return this.#emulate(
          "hypervisor",
          "the vCPU's thread sleeps until an interrupt is pending",
        );
      case EXIT_REASON.vmcall:
        return this.#hypercall();
      case EXIT_REASON.controlRegisterAccess:
        return this.#controlRegister();
      case EXIT_REASON.cpuid:
        return this.#emulate("hypervisor", "answered with what the guest may know of the CPU");
      case EXIT_REASON.rdmsr:
      case EXIT_REASON.wrmsr:
        return this.#emulate("hypervisor", "emulated: the MSR is not the guest's own");
      default:
        return this.#emulate("hypervisor", "emulated and skipped");
    }
  }

  /** The instruction at RIP; undefined where its bytes cannot be fetched. */
  instruction(): Instruction | undefined {
    try {
      return this.#emulator.fetch();
    } catch (error) {
      asException(error);
      return undefined;
    }
  }

  /** The guest wrote an APIC register that the CPU does not virtualize: the value is in the page. */
  apicWrite(offset: number): Handled {
    const value = this.#apic.page.getUint32(offset, true);
    this.#machine.apicWindow.write(offset, 4, value);
    const name = this.#machine.apicWindow.nameOf(offset) ?? "a register";
    return { by: "hypervisor", detail: `${name} of the local APIC is emulated in the kernel` };
  }

  /** Copies the machine's APIC registers into the virtual-APIC page, where the guest reads them. */
  syncApicPage(): void {
    for (const offset of Object.values(APIC_REGISTER)) {
      this.#apic.page.setUint32(offset, this.#machine.apicWindow.read(offset), true);
    }
  }

  /** Executes the instruction at RIP, all its repetitions, and says what it was. */
  #emulate(by: Handled["by"], detail: string): Handled {
    const { rip } = this.#cpu;
    try {
      for (let turn = 0; turn < REPEAT_MAX; turn++) {
        this.#emulator.execute(this.#emulator.fetch());
        if (this.#cpu.rip !== rip || this.#cpu.halted) break;
      }
    } catch (error) {
      return { by, detail: `${detail}; it faults`, exception: asException(error) };
    }
    return { by, detail };
  }

  /** Memory that is not mapped yet, or a device: KVM learns which at the first access. */
  #eptViolation(): Handled {
    const gpa = this.#vmcs.readNumber("guestPhysicalAddress");
    const page = gpa - (gpa % PAGE_BYTES);
    if (page === LAYOUT.APIC) {
      this.#ept.map(page, APIC_ACCESS_HPA, ALL);
      return { by: "hypervisor", detail: "maps the APIC-access page; the guest tries again" };
    }
    if (this.#machine.isMmio(gpa)) {
      this.#ept.markMmio(page);
      return { by: "hypervisor", detail: "marks the page as a device's; the guest tries again" };
    }
    this.#ept.map(page, GUEST_BASE_HPA + page, ALL);
    return { by: "hypervisor", detail: "maps the page; the guest tries again" };
  }

  #mmio(): Handled {
    const gpa = this.#vmcs.readNumber("guestPhysicalAddress");
    const device = this.#machine.mmioAt(gpa);
    const register = device?.nameOf?.(gpa - device.base);
    const what =
      device === undefined ? "no device" : `${register ?? "a register"} of ${device.name}`;
    return this.#emulate("deviceModel", `decoded and emulated, reaches ${what} by KVM_EXIT_MMIO`);
  }

  #hypercall(): Handled {
    const { gpr } = this.#cpu;
    const number = gpr[GPR.rax] as bigint;
    gpr[GPR.rax] = BigInt.asUintN(64, -KVM_ENOSYS);
    this.#skip();
    return { by: "hypervisor", detail: `hypercall ${number}: KVM knows none of that number` };
  }

  /** The guest's new value goes into the read shadow; the real register keeps what VMX needs. */
  #controlRegister(): Handled {
    const cpu = this.#cpu;
    showGuestView(cpu, this.#vmcs);
    const handled = this.#emulate("hypervisor", "checked, and kept in the read shadow");
    this.#vmcs.write("cr0ReadShadow", cpu.cr0);
    this.#vmcs.write("cr4ReadShadow", cpu.cr4);
    cpu.cr0 |= CR0_REQUIRED;
    cpu.cr4 |= CR4_REQUIRED;
    return handled;
  }

  #skip(): void {
    const instruction: Instruction = this.#emulator.fetch();
    this.#cpu.rip = BigInt.asUintN(64, this.#cpu.rip + BigInt(instruction.length));
    this.#cpu.interruptShadow = false;
    this.#cpu.retired++;
  }
}
