import type { Mnemonic } from "../x86/mnemonic.ts";
import { GPR, type Instruction, nextAddress } from "../x86/instruction.ts";
import { classify } from "../x86/sensitivity.ts";
import type { Emitter } from "./emitter.ts";
import type { TranslationKind } from "./fragment.ts";
import { isRipRelative, loadOfTarget, relocated } from "./relocate.ts";
import { VCPU, vcpuField, VMM_ENTRY } from "./vmm-region.ts";

/** A branch of a block to a known guest address, before it has a stub. */
export interface Branch {
  readonly target: bigint;
  /** Offset of the 32-bit displacement that leads to its stub. */
  readonly displacementAt: number;
}

/** What translating one instruction needs to know, and where it leaves branches. */
export interface TranslationContext {
  readonly emitter: Emitter;
  readonly branches: Branch[];
  /** Gives the callout for an instruction a number. */
  callout(instruction: Instruction): number;
  /** Whether an instruction has faulted so often that it shall be a callout. */
  isAdapted(address: bigint): boolean;
}

const IF_BIT = 0x200;
const IOPL_BITS = 0x3000;

/** Emits the translation of one instruction. Adams and Agesen (ASPLOS 2006), 3.1 and 3.2. */
export function translateInstruction(
  instruction: Instruction,
  context: TranslationContext,
): TranslationKind {
  const { mnemonic } = instruction;
  if (context.isAdapted(instruction.address)) return emitCallout(instruction, context);
  const { sensitivity } = classify(instruction);
  if (sensitivity === "controlFlow" && mnemonic !== "ud2") return emitBranch(instruction, context);
  const inline = INLINE[mnemonic];
  if (inline !== undefined) {
    inline(context.emitter);
    return "inline";
  }
  if (sensitivity === "privileged" || sensitivity === "sensitive") {
    return emitCallout(instruction, context);
  }
  return emitSame(instruction, context);
}

/** Whether a block ends behind an instruction: RIP, paging, or whether interrupts come may change. */
export function endsBlock(instruction: Instruction): boolean {
  const { kind, branches } = classify(instruction);
  return branches || BLOCK_ENDS.has(kind) || BLOCK_END_NAMES.has(instruction.mnemonic);
}

const BLOCK_ENDS: ReadonlySet<string> = new Set([
  "controlRegister",
  "halt",
  "interruptReturn",
  "softwareInterrupt",
  "systemCall",
  "tlb",
  "msr",
]);
const BLOCK_END_NAMES: ReadonlySet<Mnemonic> = new Set(["popfq", "popf", "ud2"] as const);

/** Emits a jump into the VMM, which emulates the instruction. */
export function emitCallout(instruction: Instruction, context: TranslationContext): "callout" {
  const { emitter } = context;
  emitter.storeDword(vcpuField(VCPU.callout), context.callout(instruction));
  emitter.jump(VMM_ENTRY.callout);
  return "callout";
}

function emitSame(instruction: Instruction, context: TranslationContext): TranslationKind {
  const { emitter } = context;
  if (!isRipRelative(instruction)) {
    emitter.copy(instruction.bytes);
    return "identical";
  }
  const bytes = relocated(instruction, instruction.bytes, emitter.address);
  if (bytes === undefined) return emitCallout(instruction, context);
  emitter.copy(bytes);
  return "relocated";
}

function emitBranch(instruction: Instruction, context: TranslationContext): TranslationKind {
  const { mnemonic, operands, condition } = instruction;
  const [operand] = operands;
  const { emitter } = context;
  const next = nextAddress(instruction);
  if (mnemonic === "ret") return emitReturn(instruction, emitter);
  if (operand?.kind !== "target") return emitIndirect(instruction, context);
  if (mnemonic === "call") emitter.push(next);
  if (mnemonic === "call" || mnemonic === "jmp") {
    branch(context, operand.address);
    return "controlFlow";
  }
  if (condition >= 0) {
    const displacementAt = emitter.jumpIf(condition, emitter.address);
    context.branches.push({ target: operand.address, displacementAt });
  } else {
    // LOOP and JRCXZ have short displacements only: over the jump of the way that is not taken.
    emitter.copy(instruction.bytes.subarray(0, instruction.length - 1));
    emitter.put(5);
    branch(context, next);
    branch(context, operand.address);
    return "controlFlow";
  }
  branch(context, next);
  return "controlFlow";
}

/** Emits `jmp rel32` to a guest address; where it leads is filled in with its stub. */
export function branch(context: TranslationContext, target: bigint): void {
  const { emitter, branches } = context;
  const displacementAt = emitter.jump(emitter.address);
  branches.push({ target, displacementAt });
}

/** RET pops into the virtual CPU's page and looks up where that is translated. */
function emitReturn({ operands }: Instruction, emitter: Emitter): TranslationKind {
  emitter.put(0x8f, 0x04, 0x25);
  emitter.put32(vcpuField(VCPU.target));
  const [released] = operands;
  if (released?.kind === "immediate") {
    // lea rsp, [rsp + imm32]: an ADD would change the flags.
    emitter.put(0x48, 0x8d, 0xa4, 0x24);
    emitter.put32(Number(BigInt.asUintN(16, released.value)));
  }
  emitter.jump(VMM_ENTRY.lookup);
  return "controlFlow";
}

/** CALL and JMP through a register or memory: the target goes to the virtual CPU's page. */
function emitIndirect(instruction: Instruction, context: TranslationContext): TranslationKind {
  const { emitter } = context;
  const load = loadOfTarget(instruction);
  const before = emitter.length;
  emitter.save(GPR.rax, vcpuField(VCPU.savedRax));
  const bytes = isRipRelative(instruction) ? relocated(instruction, load, emitter.address) : load;
  if (bytes === undefined) {
    emitter.truncate(before);
    return emitCallout(instruction, context);
  }
  emitter.copy(bytes);
  emitter.save(GPR.rax, vcpuField(VCPU.target));
  emitter.restore(GPR.rax, vcpuField(VCPU.savedRax));
  if (instruction.mnemonic === "call") emitter.push(nextAddress(instruction));
  emitter.jump(VMM_ENTRY.lookup);
  return "controlFlow";
}

/** Sensitive instructions that translated code emulates on the virtual CPU's page by itself. */
const INLINE: Readonly<Partial<Record<Mnemonic, (emitter: Emitter) => void>>> = {
  cli: (emitter) => emitter.storeByte(vcpuField(VCPU.interruptFlag + 1), 0),
  sti: (emitter) => emitter.storeByte(vcpuField(VCPU.interruptFlag + 1), IF_BIT >> 8),
  pushfq: emitPushFlags,
  popfq: emitPopFlags,
};

/**
 * PUSHF: the real flags go onto the guest's stack, then IF and IOPL in them are replaced by the
 * virtual ones. AND and OR change the flags, which lie on the VMM's small stack meanwhile.
 */
function emitPushFlags(emitter: Emitter): void {
  emitter.put(0x9c);
  emitter.save(GPR.rsp, vcpuField(VCPU.savedRsp));
  // mov rsp, imm32 (sign-extended)
  emitter.put(0x48, 0xc7, 0xc4);
  emitter.put32(vcpuField(VCPU.stackTop));
  emitter.put(0x9c);
  emitter.save(GPR.rax, vcpuField(VCPU.savedRax));
  emitter.save(GPR.rcx, vcpuField(VCPU.savedRcx));
  emitter.restore(GPR.rax, vcpuField(VCPU.savedRsp));
  // mov rcx, [rax]; and ecx, ~(IF | IOPL) in 64 bits
  emitter.put(0x48, 0x8b, 0x08);
  emitter.put(0x48, 0x81, 0xe1);
  emitter.put32(~(IF_BIT | IOPL_BITS));
  for (const field of [VCPU.interruptFlag, VCPU.ioPrivilege]) {
    // or rcx, [field]
    emitter.put(0x48, 0x0b, 0x0c, 0x25);
    emitter.put32(vcpuField(field));
  }
  // mov [rax], rcx
  emitter.put(0x48, 0x89, 0x08);
  emitter.restore(GPR.rcx, vcpuField(VCPU.savedRcx));
  emitter.restore(GPR.rax, vcpuField(VCPU.savedRax));
  emitter.put(0x9d);
  emitter.restore(GPR.rsp, vcpuField(VCPU.savedRsp));
}

/**
 * POPF: IF and IOPL of what lies on the stack go to the virtual CPU's page; the real POPF, which
 * silently leaves both alone outside ring 0, does the rest.
 */
function emitPopFlags(emitter: Emitter): void {
  emitter.save(GPR.rax, vcpuField(VCPU.savedRax));
  for (const [field, bits] of [
    [VCPU.interruptFlag, IF_BIT],
    [VCPU.ioPrivilege, IOPL_BITS],
  ] as const) {
    // mov rax, [rsp]; and eax, bits
    emitter.put(0x48, 0x8b, 0x04, 0x24);
    emitter.put(0x25);
    emitter.put32(bits);
    emitter.save(GPR.rax, vcpuField(field));
  }
  emitter.restore(GPR.rax, vcpuField(VCPU.savedRax));
  emitter.put(0x9d);
}
