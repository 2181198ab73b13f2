import type { ExtendedPageTables } from "../../memory/ept.ts";
import type { Decision } from "../x86/hooks.ts";
import type { Instruction } from "../x86/instruction.ts";
import { readOperand } from "../x86/operand-access.ts";
import { translate } from "../x86/paging.ts";
import type { Platform } from "../x86/platform.ts";
import { type Attempt, Processor } from "../x86/processor.ts";
import type { Classification } from "../x86/sensitivity.ts";
import type { CpuState } from "../x86/state.ts";
import type { ApicPage } from "./apic-page.ts";
import { EptPlatform } from "./ept-platform.ts";
import { exitOf } from "./exit-decision.ts";
import { PASSED_MSRS } from "./setup.ts";
import { VmExit } from "./vm-exit.ts";
import type { Vmcs } from "./vmcs.ts";

/**
 * The CPU in VMX non-root mode: it executes the guest's code itself and leaves with a `VmExit` where
 * the VMCS or the extended page tables say so. Intel SDM vol. 3C, chapter 26 "VMX Non-Root Operation".
 */
export class NonRoot {
  readonly processor: Processor;
  readonly #cpu: CpuState;
  readonly #vmcs: Vmcs;
  /** The instruction alone, without exits: for what the CPU does under masks. */
  readonly #unmasked: Processor;

  constructor(
    cpu: CpuState,
    hardware: Platform,
    vmcs: Vmcs,
    ept: ExtendedPageTables,
    apic: ApicPage,
  ) {
    this.#cpu = cpu;
    this.#vmcs = vmcs;
    const memory = new EptPlatform(hardware, ept, apic);
    const platform: Platform = {
      read: (physical, byteCount) => memory.read(physical, byteCount),
      write: (physical, byteCount, value) => {
        memory.write(physical, byteCount, value);
      },
      isMmio: (physical) => hardware.isMmio(physical),
      portRead: (port, byteCount) => hardware.portRead(port, byteCount),
      portWrite: (port, byteCount, value) => {
        hardware.portWrite(port, byteCount, value);
      },
      cpuid: (leaf, subleaf) => hardware.cpuid(leaf, subleaf),
      readMsr: (index) => hardware.readMsr(index),
      writeMsr: (index, value) => hardware.writeMsr(index, value),
      timestamp: () => hardware.timestamp(),
      pendingVector: (state) => hardware.pendingVector(state),
      acceptInterrupt: () => hardware.acceptInterrupt(),
      sleep: () => hardware.sleep(),
    };
    const hooks = {
      translate: (linear: bigint, access: "read" | "write" | "fetch", system: boolean): number => {
        memory.linear = linear;
        memory.access = access;
        return translate(memory.tables, cpu, linear, access, !system && cpu.cpl === 3);
      },
    };
    this.#unmasked = new Processor(cpu, platform, hooks);
    this.processor = new Processor(cpu, platform, {
      ...hooks,
      sensitive: (instruction, is) => this.#decide(instruction, is),
    });
  }

  /**
   * Executes one instruction of the guest, its own exception included in the result.
   * @throws VmExit with the guest's registers as before the instruction.
   */
  attempt(): Attempt {
    return this.processor.attempt();
  }

  #decide(instruction: Instruction, is: Classification): Decision {
    const source = (): bigint => readOperand(this.#unmasked, instruction, 0);
    const exit = exitOf(instruction, is, this.#cpu, this.#vmcs, PASSED_MSRS, source);
    if (exit !== undefined) throw new VmExit(exit);
    if (is.kind !== "controlRegister") return "native";
    underMasks(this.#cpu, this.#vmcs, () => {
      this.#unmasked.execute(instruction);
    });
    return "handled";
  }
}

/**
 * Runs something that reads or writes CR0 or CR4 with what the guest sees of them: bits that the host
 * owns come from the read shadow and keep their real value. SDM vol. 3C, 25.6.6 "Guest/Host Masks
 * and Read Shadows for CR0 and CR4".
 */
export function underMasks(cpu: CpuState, vmcs: Vmcs, body: () => void): void {
  const real = { cr0: cpu.cr0, cr4: cpu.cr4 };
  showGuestView(cpu, vmcs);
  const owned0 = vmcs.read("cr0GuestHostMask");
  const owned4 = vmcs.read("cr4GuestHostMask");
  try {
    body();
  } finally {
    cpu.cr0 = (cpu.cr0 & ~owned0) | (real.cr0 & owned0);
    cpu.cr4 = (cpu.cr4 & ~owned4) | (real.cr4 & owned4);
  }
}

/** Replaces the real CR0 and CR4 by what the guest reads. */
export function showGuestView(cpu: CpuState, vmcs: Vmcs): void {
  const owned0 = vmcs.read("cr0GuestHostMask");
  const owned4 = vmcs.read("cr4GuestHostMask");
  cpu.cr0 = (cpu.cr0 & ~owned0) | (vmcs.read("cr0ReadShadow") & owned0);
  cpu.cr4 = (cpu.cr4 & ~owned4) | (vmcs.read("cr4ReadShadow") & owned4);
}
