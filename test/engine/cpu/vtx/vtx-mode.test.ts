import { expect } from "chai";
import { VTX_DEFAULTS, type VtxSettings } from "../../../../engine/cpu/vtx/settings.ts";
import { native } from "../../../../engine/cpu/native.ts";
import { runVtx } from "../../../../engine/cpu/vtx/vtx-mode.ts";
import { PROGRAMS } from "../../../../engine/programs/index.ts";
import { aProgram, differingByte, exitsOf, runBoth } from "./a-program.ts";

const SELF_IPI = `
  mov edx, APIC
  mov dword [rdx + 0x300], 0x40031   ; fixed, to oneself, vector 0x31
`;
const HANDLER = `
on_interrupt:
  inc ebx
  mov edx, APIC
  mov dword [rdx + 0xb0], 0
  iretq
  handler 0x31, on_interrupt
`;
const END = `
  cli
  hlt
`;

const SOURCES: Readonly<Record<string, string>> = {
  ports: `start:\n mov al, 0x5a\n out 0x80, al\n mov dx, 0x3f8\n in eax, dx\n${END}`,
  cpuid: `start:\n xor eax, eax\n cpuid\n mov esi, ebx\n mov eax, 1\n cpuid\n${END}`,
  "control registers": `start:
    mov rax, cr0
    or eax, 8
    mov cr0, rax
    smsw ecx
    clts
    mov rbx, cr0
    mov rax, cr4
    mov cr4, rax
    mov rsi, cr4
    or eax, 0x200
    mov cr4, rax
    mov rdi, cr4
    mov rax, PML4_B
    mov cr3, rax
    mov r8, cr3
    ${END}`,
  "a masked bit of CR0": `start:
    mov rax, cr0
    or eax, 2
    mov cr0, rax
    smsw ecx
    mov ax, 0xffff
    lmsw ax
    smsw edx
    ${END}`,
  "an interrupt at once": `start:\n sti\n${SELF_IPI}\n nop\n${END}${HANDLER}`,
  "an interrupt that waits for STI": `start:\n cli\n${SELF_IPI}\n mov ecx, 7\n sti\n nop\n${END}${HANDLER}`,
  "an interrupt that waits for POPF": `start:
    pushfq
    cli
    ${SELF_IPI}
    or qword [rsp], 0x200
    popfq
    nop
    ${END}${HANDLER}`,
  "an interrupt below the task priority": `start:
    sti
    mov edx, APIC
    mov dword [rdx + 0x80], 0x40
    mov dword [rdx + 0x300], 0x40031
    mov ecx, 5
    mov dword [rdx + 0x80], 0
    nop
    mov eax, [rdx + 0x80]
    ${END}${HANDLER}`,
  "a timer that ends HLT": `start:
    mov edx, APIC
    mov dword [rdx + 0x320], 0x31
    mov dword [rdx + 0x380], 1000
    mov esi, [rdx + 0x380]
    sti
    hlt
    mov edi, [rdx + 0x380]
    ${END}${HANDLER}`,
  "a fault of its own": `start:
    mov eax, UNMAPPED
    mov ecx, [rax]
    ${END}
fault:
    mov rsi, cr2
    pop rdi
    mov rax, on
    mov [rsp], rax
    iretq
on:
    ${END}
    handler 14, fault`,
  "a refused value of CR4": `start:
    xor eax, eax
    mov cr4, rax
    ${END}
fault:
    inc ebx
    pop rdi
    mov rax, on
    mov [rsp], rax
    iretq
on:
    ${END}
    handler 13, fault`,
  "an unknown MSR": `start:
    mov ecx, 0x12345
    rdmsr
    ${END}
fault:
    inc ebx
    pop rdi
    mov rax, on
    mov [rsp], rax
    iretq
on:
    mov ecx, 0x1b
    rdmsr
    mov ecx, 0xc0000101
    mov eax, 0x5000
    xor edx, edx
    wrmsr
    ${END}
    handler 13, fault`,
};

const VARIANTS: readonly Partial<VtxSettings>[] = [
  {},
  { apicv: false },
  { lazyEpt: true },
  { lazyEpt: true, apicv: false },
  { descriptorTableExiting: true, rdtscExiting: true },
  { preemptionTimer: 3 },
];

describe("VT-x", () => {
  for (const [name, source] of Object.entries(SOURCES)) {
    it(`leaves the same registers, memory and output as the CPU alone: ${name}`, () => {
      for (const settings of VARIANTS) {
        const { run, bare } = runBoth(source, settings);
        const what = JSON.stringify(settings);
        expect(run.end, `${what}: ${run.endText}`).to.equal(bare.end);
        expect(run.state, what).to.deep.equal(bare.state);
        expect(run.output, what).to.deep.equal(bare.output);
        expect(
          run.memory.every((byte, at) => byte === bare.memory[at]),
          what,
        ).to.equal(true);
      }
    });
  }

  for (const program of PROGRAMS) {
    it(`leaves what the CPU alone leaves of ${program.id}, under all settings`, () => {
      const bare = native.run(program);
      for (const settings of VARIANTS) {
        const run = runVtx(program, {}, { ...VTX_DEFAULTS, ...settings });
        const what = JSON.stringify(settings);
        expect(run.state, what).to.deep.equal(bare.state);
        expect(run.output, what).to.deep.equal(bare.output);
        expect(differingByte(run.memory, bare.memory), what).to.equal(-1);
      }
    });
  }

  it("exits on ports with the qualification of table 28-5, and on HLT", () => {
    const { run } = runBoth(SOURCES["ports"] as string);
    expect(exitsOf(run)).to.deep.equal([
      "I/O instruction 800040",
      "I/O instruction 3f8000b",
      "HLT 0",
    ]);
  });

  it("does not exit on CR0.TS, CLTS, MOV CR3 and guest-owned bits of CR4", () => {
    const { run } = runBoth(SOURCES["control registers"] as string);
    expect(exitsOf(run)).to.deep.equal(["HLT 0"]);
  });

  it("exits when a bit of CR0 changes that the host owns, and the guest sees its own value", () => {
    const { run } = runBoth(SOURCES["a masked bit of CR0"] as string);
    expect(exitsOf(run)).to.deep.equal([
      "control-register access 0",
      "control-register access ffff0030",
      "HLT 0",
    ]);
    // NE is 1 in the real CR0 and 0 for the guest.
    expect((run.state["rdx"] ?? 0n) & 0x20n).to.equal(0n);
  });

  it("delivers a posted interrupt without an exit with APICv, and injects it without", () => {
    const { run } = runBoth(SOURCES["an interrupt at once"] as string);
    expect(exitsOf(run)).to.deep.equal(["HLT 0"]);
    expect(run.counts["virtualDeliveries"]).to.equal(1);
    const injected = runBoth(SOURCES["an interrupt at once"] as string, { apicv: false }).run;
    expect(exitsOf(injected)).to.deep.equal(["APIC access 1300", "APIC access 10b0", "HLT 0"]);
    expect(injected.counts["injections"]).to.equal(1);
  });

  it("asks for an interrupt window when the guest has interrupts off, and only without APICv", () => {
    for (const name of ["an interrupt that waits for STI", "an interrupt that waits for POPF"]) {
      const { run } = runBoth(SOURCES[name] as string, { apicv: false });
      expect(exitsOf(run), name).to.deep.equal([
        "APIC access 1300",
        "interrupt window 0",
        "APIC access 10b0",
        "HLT 0",
      ]);
      expect(exitsOf(runBoth(SOURCES[name] as string).run)).to.deep.equal(["HLT 0"]);
    }
  });

  it("maps pages one by one at EPT violations when they are not mapped beforehand", () => {
    const { run } = runBoth(SOURCES["cpuid"] as string, { lazyEpt: true });
    const violations = run.steps.filter((step) => step.reason === "EPT violation");
    const pages = violations.map((step) => step.guestPhysical ?? 0).map((gpa) => gpa >> 12);
    // Four levels of guest page tables, each read through EPT first, then the code.
    expect(pages).to.deep.equal([1, 2, 3, 4, 0x10]);
    expect(violations.map((step) => (step.qualification ?? 0n).toString(16))).to.deep.equal([
      "81",
      "81",
      "81",
      "81",
      "184",
    ]);
  });

  it("ends time slices with the preemption timer", () => {
    const source = `start:\n mov ecx, 10\nagain: dec ecx\n jne again\n${END}`;
    const { run } = runBoth(source, { preemptionTimer: 4 });
    expect(run.counts["exits: VMX-preemption timer"]).to.equal(5);
  });

  it("answers a hypercall that KVM does not know with -KVM_ENOSYS", () => {
    const { run } = runBoth(`start:\n mov eax, 77\n vmcall\n${END}`);
    expect(run.state["rax"]).to.equal(0xffff_ffff_ffff_fc18n);
    expect(exitsOf(run)).to.deep.equal(["VMCALL 0", "HLT 0"]);
  });

  it("exits on APIC writes that the CPU does not virtualize, after the instruction", () => {
    const { run } = runBoth(SOURCES["a timer that ends HLT"] as string);
    expect(exitsOf(run)).to.deep.equal(["APIC write 320", "APIC write 380", "HLT 0", "HLT 0"]);
  });

  it("exits on descriptor tables and RDTSC when the controls say so", () => {
    const source = `start:\n sgdt [DATA]\n rdtsc\n${END}`;
    expect(exitsOf(runBoth(source).run)).to.deep.equal(["HLT 0"]);
    const settings = { descriptorTableExiting: true, rdtscExiting: true };
    expect(exitsOf(runBoth(source, settings).run)).to.deep.equal([
      "access to GDTR or IDTR 20000",
      "RDTSC 0",
      "HLT 0",
    ]);
  });

  it("has every exit say a reason, who handled it and what came of it", () => {
    for (const source of Object.values(SOURCES)) {
      for (const step of runBoth(source, { ...VTX_DEFAULTS, apicv: false }).run.steps) {
        if (step.kind !== "exit") continue;
        expect(step.reason).to.match(/\w/);
        expect(step.detail).to.match(/\w[^.]$/);
        expect(step.handledBy).to.be.oneOf(["hypervisor", "deviceModel"]);
      }
    }
  });

  it("stops a program that does not end", () => {
    const run = runBoth("start:\n jmp start\n").run;
    expect([run.end, aProgram("start:\n hlt").id]).to.deep.equal(["stepLimit", "test"]);
  });
});
