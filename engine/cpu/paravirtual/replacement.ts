import { formatInstruction, registerName } from "../x86/format.ts";
import { GPR, type Instruction, type MemoryOperand, type Operand } from "../x86/instruction.ts";
import { SEGMENT_BASE, HYPERCALL, MMUEXT_OP, SCHED_OP, VCPU_OP, DOMID } from "./hypercall.ts";

/** What takes the place of a sensitive instruction in a PV kernel; source lines in Intel's syntax. */
export interface Replacement {
  /** Lines that may stand in the instruction's own place if they fit there. */
  readonly lines: readonly string[];
  /** Whether they go back to what follows; if not, Xen decides where the guest goes on. */
  readonly returns: boolean;
}

/** Registers that a hypercall may change, put aside with the flags on a stack of their own. */
const SAVE = [
  "mov [saved_rsp], rsp",
  "mov rsp, own_stack",
  "pushfq",
  ...["rax", "rcx", "rdx", "rsi", "rdi", "r10", "r11"].map((name) => `push ${name}`),
];
const RESTORE = [
  ...["r11", "r10", "rdi", "rsi", "rdx", "rcx", "rax"].map((name) => `pop ${name}`),
  "popfq",
  `mov rsp, [saved_rsp]`,
];

/**
 * What Linux puts in the place of an instruction (arch/x86/xen/enlighten_pv.c, xen-asm.S, irq.c),
 * as far as one exists; undefined for those that a PV kernel lets trap.
 * @param together Whether the site is STI and HLT in one, Linux's safe_halt.
 */
export function replacementOf(
  instruction: Instruction,
  together: boolean,
): Replacement | undefined {
  if (together) return hypercall("sched_op", [`mov edi, ${SCHED_OP.block}`, "mov esi, 0"]);
  const { mnemonic, operands } = instruction;
  const special = BY_NAME[mnemonic]?.(instruction);
  if (special !== undefined) return special;
  if (mnemonic !== "mov") return undefined;
  const [to, from] = operands;
  if (from?.kind === "control") return loadCopy(instruction, to, controlCopy(from.register));
  if (from?.kind === "segment") {
    return loadCopy(instruction, to, `own_selectors + ${8 * from.segment}`);
  }
  if (to?.kind === "control" && to.register === 3) return newBaseptr(from);
  return undefined;
}

const BY_NAME: Readonly<
  Record<string, ((instruction: Instruction) => Replacement | undefined) | undefined>
> = {
  cli: () => ({ lines: [`mov byte [evtchn_upcall_mask], 1`], returns: true }),
  sti: () => ({ lines: [`mov byte [evtchn_upcall_mask], 0`, ...forceEvents()], returns: true }),
  pushf: pushFlags,
  pushfq: pushFlags,
  popf: popFlags,
  popfq: popFlags,
  hlt: halt,
  clts: () => hypercall("fpu_taskswitch", ["mov edi, 0"]),
  // The prefix by which Xen knows that its own CPUID is wanted: ud2, "xen", cpuid.
  cpuid: () => ({ lines: ["db 0x0f, 0x0b, 0x78, 0x65, 0x6e, 0x0f, 0xa2"], returns: true }),
  iretq: () => ({ lines: [`mov eax, ${HYPERCALL.iret}`, "syscall"], returns: false }),
  sysretq: () => ({ lines: [`mov eax, ${HYPERCALL.iret}`, "syscall"], returns: false }),
  lgdt: (instruction) =>
    withPointer(instruction, "set_gdt", [
      `mov rcx, [pointer]`,
      "movzx esi, word [rcx]",
      "mov rax, [rcx + 2]",
      "inc esi",
      "shr esi, 3",
      "shr rax, 12",
      `mov [argument], rax`,
      `mov edi, argument`,
    ]),
  lidt: (instruction) =>
    withPointer(instruction, "set_trap_table", [`mov rcx, [pointer]`, "mov rdi, [rcx + 2]"]),
  invlpg: (instruction) => withPointer(instruction, "mmuext_op", invalidate()),
  wbinvd: () => hypercall("mmuext_op", mmuext("flush_cache", "mov rdi, 0")),
  sgdt: (instruction) => storeTable(instruction, "gdt_limit", "gdt_base"),
  sidt: (instruction) => storeTable(instruction, "idt_limit", "idt_base"),
  smsw: (instruction) => loadCopy(instruction, instruction.operands[0], "own_cr0"),
  sldt: (instruction) => loadCopy(instruction, instruction.operands[0], "own_ldtr"),
  str: (instruction) => loadCopy(instruction, instruction.operands[0], "own_tr"),
  wrmsr: writeBase,
};

/** A hypercall with everything else as before it. */
function hypercall(name: keyof typeof HYPERCALL, before: readonly string[]): Replacement {
  const call = [...before, `mov eax, ${HYPERCALL[name]}`, "syscall"];
  return { lines: [...SAVE, ...call, ...RESTORE], returns: true };
}

/** xen_irq_enable_direct's second half: a pending event is let in by a hypercall that does nothing. */
function forceEvents(): string[] {
  return [
    `mov [saved_rcx], rcx`,
    `movzx ecx, byte [evtchn_upcall_pending]`,
    "jrcxz none_#",
    `mov [saved_rax], rax`,
    `mov [saved_rdi], rdi`,
    `mov [saved_rsi], rsi`,
    `mov [saved_r11], r11`,
    "mov edi, 0",
    "mov esi, 0",
    `mov eax, ${HYPERCALL.xen_version}`,
    "syscall",
    `mov rax, [saved_rax]`,
    `mov rdi, [saved_rdi]`,
    `mov rsi, [saved_rsi]`,
    `mov r11, [saved_r11]`,
    `none_#: mov rcx, [saved_rcx]`,
  ];
}

/** PUSHF pushes the processor's IF, which is always set; the mask says what the kernel's is. */
function pushFlags(instruction: Instruction): Replacement {
  const half = instruction.operandBytes === 2;
  return {
    lines: [
      formatInstruction(instruction),
      `mov [saved_rax], rax`,
      `mov [saved_rcx], rcx`,
      `movzx ecx, byte [evtchn_upcall_mask]`,
      // IF is bit 9; LEA and NOT leave the flags alone.
      "lea rcx, [rcx * 8]",
      "lea rcx, [rcx * 8]",
      "lea rcx, [rcx * 8]",
      "not rcx",
      half ? "movzx eax, word [rsp]" : "mov rax, [rsp]",
      "lea rax, [rax + rcx + 1]",
      `mov rcx, [own_iopl]`,
      "lea rax, [rax + rcx]",
      half ? "mov [rsp], ax" : "mov [rsp], rax",
      `mov rax, [saved_rax]`,
      `mov rcx, [saved_rcx]`,
    ],
    returns: true,
  };
}

/** POPF leaves IF and IOPL alone without a fault: what was popped goes into mask and copy first. */
function popFlags(instruction: Instruction): Replacement {
  return {
    lines: [
      `mov [saved_rax], rax`,
      instruction.operandBytes === 2 ? "movzx eax, word [rsp]" : "mov rax, [rsp]",
      "and eax, 0x3000",
      `mov [own_iopl], rax`,
      "movzx eax, word [rsp]",
      "shr eax, 9",
      "not eax",
      "and eax, 1",
      `mov [evtchn_upcall_mask], al`,
      `mov rax, [saved_rax]`,
      formatInstruction(instruction),
      ...forceEvents(),
    ],
    returns: true,
  };
}

/** xen_halt: with events masked nothing can wake the vCPU, so it goes down for good. */
function halt(): Replacement {
  return {
    lines: [
      ...SAVE,
      "mov esi, 0",
      `movzx ecx, byte [evtchn_upcall_mask]`,
      "jrcxz block_#",
      `mov edi, ${VCPU_OP.down}`,
      `mov eax, ${HYPERCALL.vcpu_op}`,
      "jmp call_#",
      `block_#: mov edi, ${SCHED_OP.block}`,
      `mov eax, ${HYPERCALL.sched_op}`,
      "call_#: syscall",
      ...RESTORE,
    ],
    returns: true,
  };
}

/** xen_write_cr3. */
function newBaseptr(from: Operand | undefined): Replacement | undefined {
  if (from?.kind !== "register" || from.register === GPR.rsp) return undefined;
  const value = `mov rdi, ${registerName(from.register, 8)}`;
  return hypercall("mmuext_op", [
    value,
    `mov [pointer], rdi`,
    "shr rdi, 12",
    ...mmuext("new_baseptr", ""),
  ]);
}

function invalidate(): string[] {
  return mmuext("invlpg_local", `mov rdi, [pointer]`);
}

/** One struct mmuext_op with RDI as its argument, and the hypercall's own arguments. */
function mmuext(command: keyof typeof MMUEXT_OP, argument: string): string[] {
  return [
    ...(argument === "" ? [] : [argument]),
    `mov dword [argument], ${MMUEXT_OP[command]}`,
    `mov [argument + 8], rdi`,
    `mov edi, argument`,
    "mov esi, 1",
    "mov edx, 0",
    `mov r10d, ${DOMID.self}`,
  ];
}

/** A hypercall about memory that the instruction names. */
function withPointer(
  instruction: Instruction,
  name: keyof typeof HYPERCALL,
  before: readonly string[],
): Replacement {
  const { lines } = hypercall(name, before);
  return { lines: [...pointerTo(instruction), ...lines], returns: true };
}

function pointerTo(instruction: Instruction): string[] {
  return [
    `mov [saved_rdi], rdi`,
    `lea rdi, ${addressText(instruction)}`,
    `mov [pointer], rdi`,
    `mov rdi, [saved_rdi]`,
  ];
}

/** SGDT and SIDT: the kernel's own values instead of Xen's. */
function storeTable(instruction: Instruction, limit: string, base: string): Replacement {
  return {
    lines: [
      ...pointerTo(instruction),
      ...SAVE,
      `mov rcx, [pointer]`,
      `mov rax, [${base}]`,
      "mov [rcx + 2], rax",
      `mov rax, [${limit}]`,
      "mov [rcx], ax",
      ...RESTORE,
    ],
    returns: true,
  };
}

/** A register is read from the copy that the kernel keeps of it. */
function loadCopy(
  instruction: Instruction,
  to: Operand | undefined,
  copy: string,
): Replacement | undefined {
  if (to?.kind === "register") {
    const name = registerName(to.register, to.bytes);
    return { lines: [`mov ${name}, [${copy}]`], returns: true };
  }
  if (to?.kind !== "memory") return undefined;
  const lines = [
    ...pointerTo(instruction),
    ...SAVE,
    `mov rcx, [pointer]`,
    `mov rax, [${copy}]`,
    "mov [rcx], ax",
    ...RESTORE,
  ];
  return { lines, returns: true };
}

function controlCopy(register: number): string {
  return `own_cr${register}`;
}

/** xen_do_write_msr: bases of FS and GS by hypercall, all other MSRs by a trapped WRMSR. */
function writeBase(): Replacement {
  const bases = [
    [0xc000_0100, SEGMENT_BASE.fs],
    [0xc000_0101, SEGMENT_BASE.gs_kernel],
    [0xc000_0102, SEGMENT_BASE.gs_user],
  ] as const;
  const choose = bases.flatMap(([msr, which]) => [
    `mov edi, ${which}`,
    `cmp ecx, ${msr}`,
    "je base_#",
  ]);
  return {
    lines: [
      ...SAVE,
      ...choose,
      ...RESTORE,
      "wrmsr",
      "jmp end_#",
      "base_#: mov esi, eax",
      "shl rdx, 32",
      "or rsi, rdx",
      `mov eax, ${HYPERCALL.set_segment_base}`,
      "syscall",
      ...RESTORE,
      "end_#: nop",
    ],
    returns: true,
  };
}

/** The memory operand in the assembler's syntax; RIP-relative ones as absolute addresses. */
function addressText(instruction: Instruction): string {
  const operand = instruction.operands.find((it): it is MemoryOperand => it.kind === "memory");
  if (operand === undefined) return "[0]";
  if (operand.base === "rip") {
    const end = instruction.address + BigInt(instruction.length);
    return `[${BigInt.asUintN(64, end + operand.displacement)}]`;
  }
  const plain = { ...operand, segment: "none", bytes: 0 } as const;
  const text = formatInstruction({ ...instruction, mnemonic: "lea", operands: [plain] });
  return text.slice(text.indexOf("["));
}
