import { EXIT_REASON, type ExitReason } from "../exit-reason.ts";
import { GPR, type Instruction, type Operand } from "../x86/instruction.ts";
import { ioPrivilegeLevel } from "../x86/privilege.ts";
import type { Classification } from "../x86/sensitivity.ts";
import type { CpuState } from "../x86/state.ts";
import { PRIMARY, SECONDARY } from "./controls.ts";
import { CR_ACCESS, crQualification, ioQualification } from "./exit-qualification.ts";
import { displacementOf, instructionInformation, registerAt } from "./instruction-information.ts";
import type { Vmcs } from "./vmcs.ts";

/** Why an instruction exits, and what the CPU says about it. */
export interface InstructionExit {
  readonly reason: ExitReason;
  readonly qualification: bigint;
  readonly information: number;
}

/** MSRs that the guest reads and writes without an exit: clear bits of the MSR bitmaps. */
export type PassedMsrs = ReadonlySet<number>;

const CR0_TS = 1n << 3n;

/**
 * Whether an instruction exits under the controls of a VMCS; undefined when the guest's CPU executes
 * it. Faults that the instruction has by its privilege come first (Intel SDM vol. 3C, 26.1.1
 * "Relative Priority of Faults and VM Exits"); 26.1.2 and 26.1.3 say what exits always and what by a
 * control.
 * @param readSource Reads the instruction's first operand (LMSW's source, which may be in memory).
 */
export function exitOf(
  instruction: Instruction,
  is: Classification,
  cpu: CpuState,
  vmcs: Vmcs,
  passed: PassedMsrs,
  readSource: () => bigint,
): InstructionExit | undefined {
  if (faultsByPrivilege(is, cpu)) return undefined;
  const primary = (bit: number): boolean => vmcs.has("primaryControls", bit);
  const exit = (reason: ExitReason, qualification = 0n): InstructionExit => ({
    reason,
    qualification,
    information: instructionInformation(instruction),
  });
  switch (is.kind) {
    case "cpuid":
      return exit(EXIT_REASON.cpuid);
    case "hypercall":
      return instruction.mnemonic === "vmcall" ? exit(EXIT_REASON.vmcall) : undefined;
    case "portIo":
      if (!primary(PRIMARY.unconditionalIoExiting)) return undefined;
      return exit(EXIT_REASON.ioInstruction, portQualification(instruction, cpu));
    case "halt":
      return primary(PRIMARY.hltExiting) ? exit(EXIT_REASON.hlt) : undefined;
    case "tlb":
      if (!primary(PRIMARY.invlpgExiting)) return undefined;
      return exit(EXIT_REASON.invlpg, displacementOf(instruction));
    case "timestamp":
      if (!primary(PRIMARY.rdtscExiting)) return undefined;
      return exit(instruction.mnemonic === "rdtsc" ? EXIT_REASON.rdtsc : EXIT_REASON.rdtscp);
    case "msr":
      return msrExit(instruction, cpu, passed, exit);
    case "cache":
      return cacheExit(instruction, vmcs, exit);
    case "descriptorTable":
      if (!vmcs.has("secondaryControls", SECONDARY.descriptorTableExiting)) return undefined;
      return exit(tableReason(instruction), displacementOf(instruction));
    case "controlRegister":
      return controlRegisterExit(instruction, cpu, vmcs, exit, readSource);
    default:
      return undefined;
  }
}

type MakeExit = (reason: ExitReason, qualification?: bigint) => InstructionExit;

/** #GP(0) of the instruction itself, before any exit. */
function faultsByPrivilege(is: Classification, cpu: CpuState): boolean {
  if (is.kind === "portIo") return cpu.cpl > ioPrivilegeLevel(cpu);
  if (is.kind === "hypercall") return false;
  return is.sensitivity === "privileged" && cpu.cpl !== 0;
}

function msrExit(
  { mnemonic }: Instruction,
  cpu: CpuState,
  passed: PassedMsrs,
  exit: MakeExit,
): InstructionExit | undefined {
  const index = Number((cpu.gpr[GPR.rcx] as bigint) & 0xffff_ffffn);
  if (passed.has(index)) return undefined;
  return exit(mnemonic === "rdmsr" ? EXIT_REASON.rdmsr : EXIT_REASON.wrmsr);
}

function cacheExit(
  { mnemonic }: Instruction,
  vmcs: Vmcs,
  exit: MakeExit,
): InstructionExit | undefined {
  if (mnemonic === "invd") return exit(EXIT_REASON.invd);
  const exits = vmcs.has("secondaryControls", SECONDARY.wbinvdExiting);
  return exits ? exit(EXIT_REASON.wbinvd) : undefined;
}

function tableReason({ mnemonic }: Instruction): ExitReason {
  return /^[sl][gi]dt$/.test(mnemonic) ? EXIT_REASON.gdtrOrIdtrAccess : EXIT_REASON.ldtrOrTrAccess;
}

function portQualification(instruction: Instruction, cpu: CpuState): bigint {
  const { mnemonic, operands, repeat } = instruction;
  const string = mnemonic !== "in" && mnemonic !== "out";
  const direction = mnemonic.startsWith("in") ? "in" : "out";
  const port = string ? undefined : operands[direction === "in" ? 1 : 0];
  const data = string ? undefined : operands[direction === "in" ? 0 : 1];
  const immediate = port?.kind === "immediate";
  return ioQualification({
    port: immediate ? Number(port.value & 0xffn) : Number((cpu.gpr[GPR.rdx] as bigint) & 0xffffn),
    sizeBytes: string ? elementBytes(mnemonic) : (dataBytes(data) as 1 | 2 | 4),
    direction,
    string,
    rep: repeat !== "none",
    immediate,
  });
}

function elementBytes(mnemonic: string): 1 | 2 | 4 {
  return mnemonic.endsWith("b") ? 1 : mnemonic.endsWith("w") ? 2 : 4;
}

function dataBytes(operand: Operand | undefined): number {
  return operand?.kind === "register" ? operand.bytes : 4;
}

/** MOV to and from CR, CLTS and LMSW: SDM vol. 3C, 26.1.3, and the masks of 25.6.6. */
function controlRegisterExit(
  instruction: Instruction,
  cpu: CpuState,
  vmcs: Vmcs,
  exit: MakeExit,
  readSource: () => bigint,
): InstructionExit | undefined {
  const { mnemonic, operands } = instruction;
  const cr = EXIT_REASON.controlRegisterAccess;
  if (mnemonic === "clts") {
    const owned = vmcs.read("cr0GuestHostMask") & vmcs.read("cr0ReadShadow") & CR0_TS;
    return owned === 0n ? undefined : exit(cr, crQualification(0, CR_ACCESS.clts, 0));
  }
  if (mnemonic === "lmsw") return lmswExit(instruction, vmcs, exit, readSource);
  if (mnemonic !== "mov") return undefined;
  const [to, from] = operands;
  if (to?.kind === "control") {
    const value = cpu.gpr[registerAt(instruction, 1)] as bigint;
    if (!loadExits(to.register, value, vmcs)) return undefined;
    const operand = registerAt(instruction, 1);
    return exit(cr, crQualification(to.register, CR_ACCESS.movToCr, operand));
  }
  if (from?.kind !== "control" || !storeExits(from.register, vmcs)) return undefined;
  const operand = registerAt(instruction, 0);
  return exit(cr, crQualification(from.register, CR_ACCESS.movFromCr, operand));
}

/** LMSW writes the low four bits of CR0, but for PE to 0; it exits where one that the host owns changes. */
function lmswExit(
  instruction: Instruction,
  vmcs: Vmcs,
  exit: MakeExit,
  readSource: () => bigint,
): InstructionExit | undefined {
  const source = Number(readSource() & 0xffffn);
  const shadow = vmcs.read("cr0ReadShadow");
  const value = BigInt(source) | (shadow & 1n);
  if (((value ^ shadow) & vmcs.read("cr0GuestHostMask") & 0xfn) === 0n) return undefined;
  const memory = instruction.operands[0]?.kind === "memory" ? 1n << 6n : 0n;
  const qualification = crQualification(0, CR_ACCESS.lmsw, 0, source) | memory;
  return exit(EXIT_REASON.controlRegisterAccess, qualification);
}

function loadExits(register: number, value: bigint, vmcs: Vmcs): boolean {
  if (register === 3) return vmcs.has("primaryControls", PRIMARY.cr3LoadExiting);
  if (register === 8) return vmcs.has("primaryControls", PRIMARY.cr8LoadExiting);
  if (register !== 0 && register !== 4) return false;
  const mask = vmcs.read(register === 0 ? "cr0GuestHostMask" : "cr4GuestHostMask");
  const shadow = vmcs.read(register === 0 ? "cr0ReadShadow" : "cr4ReadShadow");
  return ((value ^ shadow) & mask) !== 0n;
}

function storeExits(register: number, vmcs: Vmcs): boolean {
  if (register === 3) return vmcs.has("primaryControls", PRIMARY.cr3StoreExiting);
  return register === 8 && vmcs.has("primaryControls", PRIMARY.cr8StoreExiting);
}
