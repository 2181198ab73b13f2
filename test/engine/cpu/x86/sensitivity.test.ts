// Popek and Goldberg's classes, held against what the executor does at CPL 3.
import { expect } from "chai";
import { assemble } from "../../../../engine/cpu/assembler/assemble.ts";
import { decodeBytes } from "../../../../engine/cpu/x86/decode.ts";
import { FLAG } from "../../../../engine/cpu/x86/flags.ts";
import { GPR } from "../../../../engine/cpu/x86/instruction.ts";
import { classify } from "../../../../engine/cpu/x86/sensitivity.ts";
import { aProcessor, USER } from "./a-processor.ts";

/** The lines of a text, split at semicolons. */
function listed(text: string): string[] {
  return text.split(";").map((line) => line.trim());
}

const PRIVILEGED = listed(`
  in al, dx; in eax, 0x60; out dx, ax; out 0x80, al; insb; outsd; cli; sti; hlt;
  mov rax, cr0; mov cr3, rax; mov cr8, rax; clts; lmsw ax; lgdt [rsi]; lidt [rsi];
  lldt ax; ltr ax; rdmsr; wrmsr; invlpg [rsi]; invd; wbinvd; swapgs; sysretq`);
const SENSITIVE = listed(`
  pushfq; popfq; pushf; popf; sgdt [rsi]; sidt [rsi]; smsw rax; sldt eax; str eax;
  mov eax, cs; mov eax, ss; cpuid; rdtsc; rdtscp`);
const HYPERCALLS = ["vmcall", "vmmcall"];
const CONTROL_FLOW = [
  "jmp start",
  "je start",
  "call start",
  "ret",
  "loop start",
  "jrcxz start",
  "jmp rax",
];
const HARMLESS = listed(`
  mov rax, rbx; mov [rsi], rax; add eax, 5; push rax; pop rax; lea rax, [rbx]; nop;
  sete al; cmove eax, ebx; movsq; stosb; xchg rax, rbx; mfence; pause; cld; lahf;
  lock xadd [rsi], eax; mul rbx; endbr64; leave`);

function classOf(line: string) {
  const { bytes } = assemble(`start: ${line}`).lines[0] ?? { bytes: new Uint8Array() };
  return { is: classify(decodeBytes(bytes, 0n)), bytes };
}

/** Executes one line in ring 3; what it raises, and its processor. */
function inRing3(line: string) {
  const { cpu, platform, processor } = aProcessor([]);
  platform.bytes.set(classOf(line).bytes, USER);
  cpu.cpl = 3;
  cpu.rip = BigInt(USER);
  cpu.rflags |= FLAG.IF;
  for (const register of [GPR.rsi, GPR.rdi, GPR.rsp, GPR.rbp])
    cpu.gpr[register] = BigInt(USER + 0x800);
  const before = cpu.clone();
  return { raised: processor.attempt().exception?.message, cpu, before };
}

describe("classify", () => {
  it("calls privileged exactly what faults in ring 3", () => {
    for (const line of PRIVILEGED) {
      expect(classOf(line).is.sensitivity, line).to.equal("privileged");
      expect(inRing3(line).raised, line).to.equal("#GP(0)");
    }
    for (const line of HYPERCALLS) {
      expect(classOf(line).is, line).to.include({ sensitivity: "privileged", kind: "hypercall" });
      expect(inRing3(line).raised, line).to.equal("#UD");
    }
  });

  it("calls sensitive what does not fault there although it shows or needs privileged state", () => {
    for (const line of SENSITIVE) {
      expect(classOf(line).is.sensitivity, line).to.equal("sensitive");
      expect(inRing3(line).raised, line).to.equal(undefined);
    }
  });

  it("calls harmless what changes registers, memory and arithmetic flags only", () => {
    for (const line of HARMLESS) {
      expect(classOf(line).is, line).to.include({
        sensitivity: "harmless",
        kind: "none",
        branches: false,
      });
      const { raised, cpu, before } = inRing3(line);
      expect(raised, line).to.equal(undefined);
      for (const name of [
        "cr0",
        "cr3",
        "cr4",
        "cr8",
        "efer",
        "gsBase",
        "lstar",
        "cpl",
        "tr",
      ] as const) {
        expect(cpu[name], `${line} ${name}`).to.equal(before[name]);
      }
      expect(cpu.rflags & FLAG.IF, line).to.equal(FLAG.IF);
      expect([...cpu.selectors], line).to.deep.equal([...before.selectors]);
    }
  });

  it("tells control flow, which ends a block, from the rest", () => {
    for (const line of CONTROL_FLOW) {
      expect(classOf(line).is, line).to.include({ sensitivity: "controlFlow", branches: true });
    }
    for (const line of ["iretq", "int 3", "int3", "syscall", "sysretq"]) {
      expect(classOf(line).is.branches, line).to.equal(true);
    }
  });

  it("knows a kind for each sensitive instruction", () => {
    const kinds = [...PRIVILEGED, ...SENSITIVE].map((line) => classOf(line).is.kind);
    expect(new Set(kinds)).to.deep.equal(
      new Set(
        listed(`portIo; interruptFlag; halt; controlRegister; descriptorTable; msr; tlb; cache;
          systemCall; flags; segment; cpuid; timestamp`),
      ),
    );
  });
});
