// The CPU mode, on programs from readable source in the machine that all modes share.
import { expect } from "chai";
import { assemble } from "../../../../engine/cpu/assembler/assemble.ts";
import { differences, memoryDiffers } from "../../../../engine/cpu/difference.ts";
import { GuestMachine } from "../../../../engine/cpu/guest/machine.ts";
import type { CpuRun } from "../../../../engine/cpu/mode.ts";
import { CPU_MODES } from "../../../../engine/cpu/modes.ts";
import { native } from "../../../../engine/cpu/native.ts";
import type { GuestProgram } from "../../../../engine/cpu/program.ts";
import { translator } from "../../../../engine/cpu/translator/mode.ts";
import { PROGRAMS } from "../../../../engine/programs/index.ts";

function aProgram(source: string): GuestProgram {
  const image = assemble(source);
  const machine = () => new GuestMachine();
  return { id: "test", title: "", shows: "", source, image, machine };
}

/** Runs in both modes, and holds what they leave against each other. */
function run(source: string): CpuRun {
  const program = aProgram(source);
  const expected = native.run(program);
  const translated = translator.run(program);
  expect(translated.end).to.equal("halted");
  expect(expected.end).to.equal("halted");
  expect(translated.state).to.deep.equal(expected.state);
  expect(translated.output).to.deep.equal(expected.output);
  const differing = expected.memory.findIndex((byte, at) => byte !== translated.memory[at]);
  expect(differing, "first byte of memory that differs").to.equal(-1);
  return translated;
}

const lines = ({ steps }: CpuRun, ...kinds: string[]): string[] =>
  steps
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, instruction, reason }) => `${kind} ${instruction} ${reason}`.replace("  ", " "));

describe("CPU mode translator", () => {
  it("is one of the modes, and claims to be correct", () => {
    expect(CPU_MODES).to.include(translator);
    expect(translator.correct).to.equal(true);
  });

  for (const program of PROGRAMS) {
    it(`leaves what the processor alone leaves: program ${program.id}`, () => {
      const expected = native.run(program);
      const translated = translator.run(program);
      expect(differences(translated, expected, program.image)).to.deep.equal([]);
      expect(memoryDiffers(translated, expected)).to.equal(-1);
      expect(translated.silentFailures).to.deep.equal([]);
    });
  }

  it("runs an interrupt that the guest sends itself, with EOI", () => {
    const result = run(`
      handler 0x31, wake
      start:
        mov eax, APIC
        sti
        mov dword [rax + 0x300], 0x31
        nop
        cli
        mov dword [rax + 0x300], 0x31
        sti
        nop
        cli
        hlt
      wake:
        inc ebx
        mov dword [rax + 0xb0], 0
        iretq
    `);
    expect(result.state["rbx"]).to.equal(2n);
    expect(lines(result, "interrupt")).to.deep.equal([
      "interrupt vector 0x31",
      "interrupt vector 0x31",
    ]);
    expect(lines(result, "hiddenFault")).to.include(
      "hiddenFault mov dword [rax + 0x300], 0x31 hidden page fault, device page",
    );
    expect(result.counts["interrupts"]).to.equal(2);
  });

  it("switches address spaces", () => {
    const result = run(`
      start:
        mov qword [PROCESS], 1
        mov eax, PML4_B
        mov cr3, rax
        mov qword [PROCESS], 2
        mov eax, PML4
        mov cr3, rax
        mov rbx, [PROCESS]
        hlt
    `);
    expect(result.state["rbx"]).to.equal(1n);
    expect(lines(result, "callout")).to.deep.equal([
      "callout mov cr3, rax callout",
      "callout mov cr3, rax callout",
      "callout hlt callout",
    ]);
    expect(result.counts["addressSpaces"]).to.equal(2);
  });

  it("enters user code, runs it directly, and comes back by SYSCALL", () => {
    const result = run(`
      start:
        mov ecx, 0xc0000081
        xor eax, eax
        mov edx, 0x00130008
        wrmsr
        mov ecx, 0xc0000082
        mov eax, entry
        xor edx, edx
        wrmsr
        mov ecx, 0x40000
        mov r11d, 0x202
        sysretq
      entry:
        mov rbx, rdi
        cli
        hlt
      org 0x40000
        mov edi, 5
        add edi, 37
        syscall
    `);
    expect(result.state["rbx"]).to.equal(42n);
    expect(result.counts["directInstructions"]).to.equal(2);
    expect(lines(result, "trap")).to.deep.equal(["trap syscall user code that the VMM has to see"]);
  });

  it("gives the translated blocks with the names of the source", () => {
    const { blocks = [] } = run(`
      start:
        mov ecx, 3
      again:
        dec ecx
        jne again
        hlt
    `);
    expect(blocks.map(({ executions }) => executions)).to.deep.equal([1, 2, 1]);
    expect(blocks[0]?.source.join("\n")).to.include("jne again");
    expect(blocks[1]?.translated.join("\n")).to.include("jne translation of again");
  });

  it("ends as native does where a program does not come to an end of its own", () => {
    for (const [source, end] of [
      ["start:\n jmp start", "stepLimit"],
      ["start:\n ud2", "tripleFault"],
    ] as const) {
      const program = aProgram(source);
      expect(translator.run(program, { stepLimit: 500 }).end).to.equal(end);
      expect(native.run(program, { stepLimit: 500 }).end).to.equal(end);
    }
  });
});
