import { expect } from "chai";
import { assemble } from "../../../../engine/cpu/assembler/assemble.ts";
import { LAYOUT } from "../../../../engine/cpu/guest/layout.ts";
import { GuestMachine } from "../../../../engine/cpu/guest/machine.ts";
import type { CpuRun } from "../../../../engine/cpu/mode.ts";
import { memoryDiffers } from "../../../../engine/cpu/difference.ts";
import { native } from "../../../../engine/cpu/native.ts";
import { paravirtual } from "../../../../engine/cpu/paravirtual/paravirtual.ts";
import type { GuestProgram } from "../../../../engine/cpu/program.ts";

function aProgram(source: string): GuestProgram {
  const image = assemble(source);
  const machine = () => new GuestMachine();
  return { id: "test", title: "", shows: "", source, image, machine };
}

/** Runs paravirtually, and expects what the hardware alone leaves. */
function runAsNative(source: string): CpuRun {
  const program = aProgram(source);
  const run = paravirtual.run(program);
  const reference = native.run(program);
  expect(run.end).to.equal(reference.end);
  expect(run.state).to.deep.equal(reference.state);
  expect(memoryDiffers(run, reference)).to.equal(-1);
  expect(run.output).to.deep.equal(reference.output);
  return run;
}

function hypercalls(run: CpuRun): string[] {
  return run.steps.filter(({ kind }) => kind === "hypercall").map(({ reason }) => reason);
}

const SELF_INTERRUPT = "mov edx, APIC\n mov dword [rdx + 0x300], 0x31";
const HANDLER = `
count:  inc     r12
        mov     edx, APIC
        mov     dword [rdx + 0xb0], 0
        iretq
        handler 0x31, count`;

describe("paravirtual", () => {
  it("replaces CLI in its place by a store to evtchn_upcall_mask", () => {
    const run = runAsNative("start: cli\n hlt");
    expect(run.blocks?.[0]?.source).to.deep.equal(["10000  fa 0f 1f 80 00 00 00 00  cli"]);
    expect(run.blocks?.[0]?.translated).to.deep.equal([
      "10000  c6 04 25 01 00 01 70 01  mov byte [evtchn_upcall_mask], 1",
    ]);
    expect(run.blocks?.[0]?.executions).to.equal(1);
    expect(hypercalls(run)).to.deep.equal(["vcpu_op.down"]);
  });

  it("replaces CPUID by Xen's prefix, which Xen emulates at #UD", () => {
    const run = runAsNative("start: mov eax, 0\n cpuid\n cli\n hlt");
    expect(run.blocks?.[0]?.translated[0]).to.match(/^10005 {2}0f 0b 78 65 6e 0f a2 90/);
    expect(run.steps[0]).to.include({ kind: "trap", reason: "#UD", instruction: "cpuid" });
  });

  it("makes a hypercall to let a waiting event in, and none when none waits", () => {
    const source = (before: string) => `start: cli\n ${before}\n sti\n nop\n cli\n hlt${HANDLER}`;
    expect(hypercalls(runAsNative(source("nop")))).to.deep.equal(["vcpu_op.down"]);
    const run = runAsNative(source(SELF_INTERRUPT));
    expect(hypercalls(run)).to.deep.equal(["xen_version", "iret.to_kernel", "vcpu_op.down"]);
    expect(run.state["r12"]).to.equal(1n);
    expect(run.steps.find(({ kind }) => kind === "interrupt")?.detail).to.contain("event callback");
  });

  it("keeps POPF's IF, which the processor would drop in silence", () => {
    const run = runAsNative(
      "start: push 0x202\n popfq\n pushfq\n pop rax\n cli\n pushfq\n pop rbx\n hlt",
    );
    expect(run.state["rax"]).to.equal(0x202n);
    expect(run.state["rbx"]).to.equal(2n);
    expect(run.silentFailures).to.deep.equal([]);
  });

  it("sleeps in sched_op.block and wakes by an event", () => {
    const timer = "mov edx, APIC\n mov dword [rdx + 0x320], 0x31\n mov dword [rdx + 0x380], 100";
    const run = runAsNative(`start: ${timer}\n safe_halt\n cli\n hlt${HANDLER}`);
    expect(hypercalls(run)).to.deep.equal(["sched_op.block", "iret.to_kernel", "vcpu_op.down"]);
  });

  it("switches address spaces by mmuext_op, and reads CR3 from its own copy", () => {
    const run = runAsNative(
      "start: mov rax, PML4_B\n mov cr3, rax\n mov rbx, cr3\n mov dword [PROCESS], 5\n cli\n hlt",
    );
    const step = run.steps.find(({ kind }) => kind === "hypercall");
    expect(step).to.include({
      reason: "mmuext_op.new_baseptr",
      instruction: "mov cr3, rax",
      detail: "mfn 0x9: Xen validates its tables",
    });
    expect(run.state["rbx"]).to.equal(BigInt(LAYOUT.PML4_B));
  });

  it("tells Xen of tables and segment bases", () => {
    const run = runAsNative(`start: sgdt [DATA]
 lgdt [DATA]
 sidt [DATA + 16]
 lidt [DATA + 16]
 clts
 mov ecx, 0xc0000101
 mov eax, 0x5000
 mov edx, 0
 wrmsr
 invlpg [DATA]
 cli
 hlt`);
    expect(hypercalls(run)).to.deep.equal([
      "set_gdt",
      "set_trap_table",
      "fpu_taskswitch",
      "set_segment_base.gs_kernel",
      "mmuext_op.invlpg_local",
      "vcpu_op.down",
    ]);
    expect(run.steps[0]?.detail).to.equal("7 entries in frame 0x7");
  });

  it("emulates what was left to trap: ports and other MSRs", () => {
    const run = runAsNative("start: mov al, 7\n out 0x80, al\n mov ecx, 0x1b\n rdmsr\n cli\n hlt");
    const traps = run.steps.filter(({ kind }) => kind === "trap");
    expect(traps.map(({ instruction }) => instruction)).to.deep.equal(["out 0x80, al", "rdmsr"]);
    expect(run.output).to.deep.equal(["port 80: 7 (8 bits)"]);
  });

  it("bounces system calls of user code and returns by iret", () => {
    const run = runAsNative(`start: mov ecx, 0xc0000081
 mov eax, 0
 mov edx, 0x00100008
 wrmsr
 mov ecx, 0xc0000082
 mov rax, entry
 mov edx, 0
 wrmsr
 mov ecx, 0xc0000084
 mov eax, 0x200
 wrmsr
 push 0x1b
 push USER_STACK
 push 0x202
 push 0x23
 push user
 iretq
entry: inc rbx
 cmp rbx, 2
 je done
 sysretq
done: hlt
 org 0x40000
user: syscall
 pushfq
 pop rdi
 syscall
 jmp user`);
    expect(hypercalls(run).filter((name) => name.startsWith("iret"))).to.deep.equal([
      "iret.to_user",
      "iret.to_user",
    ]);
    const bounces = run.steps.filter(({ reason }) => reason === "system call");
    expect(bounces).to.have.length(2);
    expect(bounces[0]).to.include({ detail: "Xen bounces it to the kernel's entry" });
  });

  it("does not change user code: CLI there faults as it would", () => {
    const run = runAsNative(`start: push 0x1b
 push USER_STACK
 push 0x202
 push 0x23
 push user
 iretq
fault: hlt
 handler 13, fault
 org 0x40000
user: cli`);
    expect(run.steps.at(-2)).to.include({ kind: "exception", reason: "#GP(0)" });
  });

  it("checks and writes a page-table entry that the kernel stores", () => {
    const run = runAsNative(`start: mov rax, [PT_B + 8 * (PROCESS >> 12)]
 mov [PT + 8 * (PROCESS >> 12)], rax
 mov dword [PROCESS], 9
 cli
 hlt`);
    const step = run.steps.find(({ reason }) => reason === "page-table write");
    expect(step?.detail).to.equal("Xen checks the level-1 entry at 0x4300 and writes it");
    expect(run.counts["tableWrites"]).to.equal(1);
  });
});

describe("paravirtual, malformed guests", () => {
  const refused = (entry: string): CpuRun =>
    paravirtual.run(
      aProgram(`start: mov rax, ${entry}
 mov [PT + 8 * (BUFFER >> 12)], rax
 mov ebx, 1
 cli
 hlt
fault: mov rcx, cr2
 cli
 hlt
 handler 14, fault`),
    );

  it("may not map a page-table page writable: the entry stays, the kernel gets the fault", () => {
    const run = refused("PT + 0x63");
    expect(run.state["rbx"]).to.equal(0n);
    expect(run.state["rcx"]).to.equal(BigInt(LAYOUT.PT + 8 * (LAYOUT.BUFFER >> 12)));
    const entry = new DataView(run.memory.buffer).getBigUint64(
      LAYOUT.PT + 8 * (LAYOUT.BUFFER >> 12),
      true,
    );
    expect(entry & 0xf_f000n).to.equal(BigInt(LAYOUT.BUFFER));
    expect(run.steps.find(({ reason }) => reason === "page-table write")?.detail).to.equal(
      "Xen refuses a writable mapping of a page-table page, and the kernel gets the fault",
    );
  });

  it("may map a page-table page read-only", () => {
    expect(refused("PT + 0x61").state["rbx"]).to.equal(1n);
  });

  it("gets #GP for a base that is not canonical, with registers as before", () => {
    const run = runAsNative(`start: mov ecx, 0xc0000101
 mov eax, 1
 mov edx, 0x8000
 wrmsr
 hlt
fault: hlt
 handler 13, fault`);
    expect(run.state["rcx"]).to.equal(0xc000_0101n);
    expect(run.state["rdx"]).to.equal(0x8000n);
  });

  it("meets the fault of a replaced instruction at that instruction", () => {
    const run = runAsNative(`start: lgdt [UNMAPPED]
 hlt
fault: mov rax, [rsp + 8]
 hlt
 handler 14, fault`);
    expect(run.state["rax"]).to.equal(BigInt(LAYOUT.CODE));
  });

  it("is told of sensitive instructions that nobody replaced", () => {
    const program = aProgram("start: pushfq\n pop rax\n cli\n hlt");
    const image = { ...program.image, patchSites: [] };
    const run = paravirtual.run({ ...program, image });
    expect(run.silentFailures).to.deep.equal([
      "pushfq at 0x10000 was not replaced and does not trap",
    ]);
  });
});
