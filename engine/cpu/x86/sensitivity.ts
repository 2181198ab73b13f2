import type { Instruction } from "./instruction.ts";
import type { Mnemonic } from "./mnemonic.ts";

/**
 * What virtualization has to know about an instruction, after Popek and Goldberg:
 * - `privileged`: sensitive, and faults when it is not allowed (#GP at CPL 3), so that it can be
 *   caught by running the guest's kernel with less privilege;
 * - `sensitive`: shows or depends on privileged state without faulting at CPL 3: plain
 *   trap-and-emulate never sees it;
 * - `controlFlow`: changes RIP, and ends a basic block;
 * - `harmless`: computes; it may run as it is.
 */
export type Sensitivity = "privileged" | "sensitive" | "controlFlow" | "harmless";

/** The part of the machine that a privileged or sensitive instruction touches. */
export type SensitiveKind =
  | "portIo"
  | "interruptFlag"
  | "flags"
  | "halt"
  | "controlRegister"
  | "descriptorTable"
  | "segment"
  | "cpuid"
  | "msr"
  | "timestamp"
  | "tlb"
  | "cache"
  | "interruptReturn"
  | "softwareInterrupt"
  | "hypercall"
  | "systemCall"
  | "none";

/** How an instruction is classified. */
export interface Classification {
  readonly sensitivity: Sensitivity;
  readonly kind: SensitiveKind;
  /** Whether RIP may become something else than the next address. */
  readonly branches: boolean;
}

const HARMLESS: Classification = { sensitivity: "harmless", kind: "none", branches: false };
const CONTROL_FLOW: Classification = { sensitivity: "controlFlow", kind: "none", branches: true };

function privileged(kind: SensitiveKind, branches = false): Classification {
  return { sensitivity: "privileged", kind, branches };
}

function sensitive(kind: SensitiveKind, branches = false): Classification {
  return { sensitivity: "sensitive", kind, branches };
}

const PORT_IO = privileged("portIo");
const CONTROL_REGISTER = privileged("controlRegister");
const LOADS_TABLE = privileged("descriptorTable");
const STORES_TABLE = sensitive("descriptorTable");
const SEGMENT = sensitive("segment");
const STACK_FLAGS = sensitive("flags");

const BY_NAME: Readonly<Partial<Record<Mnemonic, Classification>>> = {
  in: PORT_IO,
  out: PORT_IO,
  insb: PORT_IO,
  insw: PORT_IO,
  insd: PORT_IO,
  outsb: PORT_IO,
  outsw: PORT_IO,
  outsd: PORT_IO,
  cli: privileged("interruptFlag"),
  sti: privileged("interruptFlag"),
  // POPF at CPL 3 leaves IF and IOPL alone without a fault: SDM vol. 2B, "POPF", table 4-21.
  pushf: STACK_FLAGS,
  pushfq: STACK_FLAGS,
  popf: STACK_FLAGS,
  popfq: STACK_FLAGS,
  hlt: privileged("halt"),
  clts: CONTROL_REGISTER,
  lmsw: CONTROL_REGISTER,
  smsw: sensitive("controlRegister"),
  lgdt: LOADS_TABLE,
  lidt: LOADS_TABLE,
  lldt: LOADS_TABLE,
  ltr: LOADS_TABLE,
  sgdt: STORES_TABLE,
  sidt: STORES_TABLE,
  sldt: STORES_TABLE,
  str: STORES_TABLE,
  cpuid: sensitive("cpuid"),
  rdmsr: privileged("msr"),
  wrmsr: privileged("msr"),
  rdtsc: sensitive("timestamp"),
  rdtscp: sensitive("timestamp"),
  invlpg: privileged("tlb"),
  invd: privileged("cache"),
  wbinvd: privileged("cache"),
  // At CPL 3 it faults only when it would return to a lower ring, and IF keeps its value.
  iretq: sensitive("interruptReturn", true),
  // They enter through the real IDT or LSTAR: whoever owns those hears of it.
  int: sensitive("softwareInterrupt", true),
  int3: sensitive("softwareInterrupt", true),
  syscall: sensitive("systemCall", true),
  sysretq: privileged("systemCall", true),
  swapgs: privileged("systemCall"),
  vmcall: privileged("hypercall"),
  vmmcall: privileged("hypercall"),
  ud2: CONTROL_FLOW,
  jmp: CONTROL_FLOW,
  call: CONTROL_FLOW,
  ret: CONTROL_FLOW,
  loop: CONTROL_FLOW,
  loope: CONTROL_FLOW,
  loopne: CONTROL_FLOW,
  jrcxz: CONTROL_FLOW,
  jecxz: CONTROL_FLOW,
};

/** Classifies an instruction; the same for the same bytes, whatever the CPU's state. */
export function classify(instruction: Instruction): Classification {
  const { mnemonic, operands, condition } = instruction;
  if (mnemonic === "mov") {
    if (operands.some((it) => it.kind === "control")) return CONTROL_REGISTER;
    return operands.some((it) => it.kind === "segment") ? SEGMENT : HARMLESS;
  }
  if (condition >= 0 && mnemonic.startsWith("j")) return CONTROL_FLOW;
  return BY_NAME[mnemonic] ?? HARMLESS;
}
