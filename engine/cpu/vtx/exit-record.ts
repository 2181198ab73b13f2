import { FLAG } from "../x86/flags.ts";
import { GPR, SEGMENT } from "../x86/instruction.ts";
import type { CpuState } from "../x86/state.ts";
import type { ExitFacts } from "./vm-exit.ts";
import type { VmcsFieldName } from "./vmcs-field.ts";
import type { Vmcs } from "./vmcs.ts";

/** Activity states: Intel SDM vol. 3C, 25.4.2 "Guest Non-Register State". */
export const ACTIVITY = { active: 0, hlt: 1 } as const;

const SELECTORS = ["es", "cs", "ss", "ds", "fs", "gs"] as const;

/**
 * Writes what the CPU saves at a VM exit: the exit's information and the guest's state. Intel SDM
 * vol. 3C, 28.2 "Recording VM-Exit Information and Updating VM-Entry Control Fields" and 28.3 "Saving
 * Guest State".
 * @param instructionLength Bytes of the instruction that exited, 0 where none did.
 */
export function recordExit(
  vmcs: Vmcs,
  cpu: CpuState,
  facts: ExitFacts,
  instructionLength: number,
): void {
  vmcs.record("exitReason", facts.reason);
  vmcs.record("exitQualification", facts.qualification ?? 0n);
  vmcs.record("exitInstructionLength", instructionLength);
  vmcs.record("exitInstructionInformation", facts.information ?? 0);
  vmcs.record("exitInterruptionInformation", facts.interruption ?? 0);
  vmcs.record("guestPhysicalAddress", facts.guestPhysicalAddress ?? 0);
  vmcs.record("guestLinearAddress", facts.guestLinearAddress ?? 0n);
  // 28.2.3: the valid bit of what was injected is cleared.
  vmcs.record(
    "entryInterruptionInformation",
    vmcs.read("entryInterruptionInformation") & 0x7fff_ffffn,
  );
  saveGuestState(vmcs, cpu);
}

/** Copies the guest's registers into the guest-state area. */
export function saveGuestState(vmcs: Vmcs, cpu: CpuState): void {
  for (const name of ["rip", "rflags", "cr0", "cr3", "cr4"] as const) vmcs.record(name, cpu[name]);
  vmcs.record("rsp", cpu.gpr[GPR.rsp] as bigint);
  vmcs.record("ia32Efer", cpu.efer);
  SELECTORS.forEach((name) => {
    vmcs.record(`${name}Selector` as VmcsFieldName, cpu.selectors[SEGMENT[name]] as number);
  });
  vmcs.record("ldtrSelector", cpu.ldtr);
  vmcs.record("trSelector", cpu.tr);
  vmcs.record("trBase", cpu.trBase);
  vmcs.record("fsBase", cpu.fsBase);
  vmcs.record("gsBase", cpu.gsBase);
  vmcs.record("gdtrBase", cpu.gdtr.base);
  vmcs.record("gdtrLimit", cpu.gdtr.limit);
  vmcs.record("idtrBase", cpu.idtr.base);
  vmcs.record("idtrLimit", cpu.idtr.limit);
  vmcs.record("activityState", cpu.halted ? ACTIVITY.hlt : ACTIVITY.active);
  // Bit 0: blocking by STI.
  const blocking = cpu.interruptShadow && (cpu.rflags & FLAG.IF) !== 0n;
  vmcs.record("interruptibilityState", blocking ? 1 : 0);
}
