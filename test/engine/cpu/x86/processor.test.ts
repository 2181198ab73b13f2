// Intel SDM vol. 3A, chapter 6 "Interrupt and Exception Handling", and vol. 2 for each instruction.
import { expect } from "chai";
import { FLAG } from "../../../../engine/cpu/x86/flags.ts";
import { GPR, SEGMENT } from "../../../../engine/cpu/x86/instruction.ts";
import { TripleFault } from "../../../../engine/cpu/x86/processor.ts";
import { aProcessor, CODE, READ_ONLY, STACK, steps, UNMAPPED, USER } from "./a-processor.ts";

const hex = (value: bigint | undefined) => value?.toString(16);

describe("Processor", () => {
  it("executes code from memory and counts what it completed", () => {
    // mov eax, 5; add rax, -1; push rax; pop rbx
    const { cpu, processor } = aProcessor([0xb8, 5, 0, 0, 0, 0x48, 0x83, 0xc0, 0xff, 0x50, 0x5b]);
    expect(steps(processor, 4)).to.deep.equal(["executed", "executed", "executed", "executed"]);
    expect(cpu.gpr[GPR.rbx]).to.equal(4n);
    expect(cpu.gpr[GPR.rsp]).to.equal(BigInt(STACK));
    expect(cpu.rip).to.equal(BigInt(CODE + 11));
    expect(cpu.retired).to.equal(4);
  });

  it("delivers a page fault with CR2 and error code, and RIP of the instruction", () => {
    // mov [rax], ecx
    const { cpu, platform, processor } = aProcessor([0x89, 0x08]);
    cpu.gpr[GPR.rax] = BigInt(READ_ONLY + 8);
    cpu.rflags |= FLAG.IF;
    expect(processor.step()).to.equal("exception");
    expect(cpu.cr2).to.equal(BigInt(READ_ONLY + 8));
    expect(cpu.rip).to.equal(0x500en);
    expect(cpu.rflags & FLAG.IF).to.equal(0n);
    const frame = [0, 1, 2, 3, 4, 5].map((i) => hex(platform.read(STACK - 48 + 8 * i, 8)));
    expect(frame).to.deep.equal(["3", "10000", "8", "202", "20000", "10"]);
  });

  it("tells the kernel's and the user's faults apart in the error code", () => {
    const { cpu, platform, processor } = aProcessor([]);
    platform.bytes.set([0x8a, 0x00], USER); // mov al, [rax]
    cpu.cpl = 3;
    cpu.selectors[SEGMENT.cs] = 35;
    cpu.selectors[SEGMENT.ss] = 27;
    cpu.rip = BigInt(USER);
    cpu.gpr[GPR.rax] = BigInt(UNMAPPED);
    cpu.gpr[GPR.rsp] = BigInt(USER + 0x800);
    processor.step();
    expect([cpu.cpl, cpu.cr2, cpu.rip]).to.deep.equal([0, BigInt(UNMAPPED), 0x500en]);
    expect(hex(platform.read(STACK - 48, 8)), "error code: user, read, not present").to.equal("4");
    expect(hex(platform.read(STACK - 48 + 8 * 4, 8)), "the user's RSP").to.equal("40800");
    expect(cpu.selectors[SEGMENT.cs]).to.equal(8);
    expect(cpu.selectors[SEGMENT.ss]).to.equal(0);
  });

  it("undoes registers when the memory part of an instruction faults", () => {
    // pop [rax]
    const { cpu, processor } = aProcessor([0x8f, 0x00]);
    cpu.gpr[GPR.rax] = BigInt(READ_ONLY);
    const { processor: same } = { processor };
    expect(() => same.execute(same.fetch())).to.throw("#PF");
    expect(cpu.gpr[GPR.rsp]).to.equal(BigInt(STACK));
    expect(cpu.rip).to.equal(BigInt(CODE));
  });

  it("sets accessed and dirty bits as the walk and the write need them", () => {
    // mov [rax], al
    const { cpu, platform, processor } = aProcessor([0x88, 0x00]);
    cpu.gpr[GPR.rax] = 0x5_0000n;
    const entry = () => Number(platform.read(0x4000 + 8 * 0x50, 8) & 0x60n);
    expect(entry()).to.equal(0);
    processor.step();
    expect(entry()).to.equal(0x60);
    expect(Number(platform.read(0x4000 + 8 * 0x10, 8) & 0x60n), "code is only accessed").to.equal(
      0x20,
    );
  });

  it("takes an interrupt only with IF set, and not right behind STI", () => {
    const { cpu, platform, processor } = aProcessor([0x90, 0xfb, 0x90, 0x90]);
    platform.pending = 0x31;
    expect(steps(processor, 3)).to.deep.equal(["executed", "executed", "executed"]);
    expect(processor.step()).to.equal("interrupt");
    expect(cpu.rip).to.equal(0x5031n);
    expect(hex(platform.read(STACK - 40, 8)), "RIP in the frame").to.equal(hex(BigInt(CODE + 3)));
  });

  it("wakes from HLT by an interrupt and returns behind it with IRETQ", () => {
    const { cpu, platform, processor } = aProcessor([0xfb, 0xf4, 0x90]);
    platform.bytes.set([0x48, 0xcf], 0x5031);
    expect(steps(processor, 3)).to.deep.equal(["executed", "executed", "halted"]);
    platform.pending = 0x31;
    expect(steps(processor, 2)).to.deep.equal(["interrupt", "executed"]);
    expect(cpu.rip).to.equal(BigInt(CODE + 2));
    expect(cpu.rflags & FLAG.IF).to.equal(FLAG.IF);
    expect(cpu.gpr[GPR.rsp]).to.equal(BigInt(STACK));
  });

  it("lets POPF at CPL 3 lose IF without a fault, where CLI faults", () => {
    // pushfq; pop rax; and ah, 0xfd; push rax; popfq; cli
    const code = [0x9c, 0x58, 0x80, 0xe4, 0xfd, 0x50, 0x9d, 0xfa];
    const { cpu, platform, processor } = aProcessor([]);
    platform.bytes.set(code, USER);
    cpu.cpl = 3;
    cpu.rip = BigInt(USER);
    cpu.gpr[GPR.rsp] = BigInt(USER + 0x800);
    cpu.rflags |= FLAG.IF;
    expect(steps(processor, 5).every((it) => it === "executed")).to.equal(true);
    expect(cpu.rflags & FLAG.IF, "IF kept its value").to.equal(FLAG.IF);
    expect(processor.step()).to.equal("exception");
    expect(cpu.rip, "#GP").to.equal(0x500dn);
  });

  it("goes through SYSCALL and SYSRET with the registers of the SDM", () => {
    const { cpu, platform, processor } = aProcessor([]);
    platform.bytes.set([0x0f, 0x05, 0x90], USER);
    platform.bytes.set([0x48, 0x0f, 0x07], 0x5100);
    Object.assign(cpu, { cpl: 3, rip: BigInt(USER), lstar: 0x5100n, fmask: FLAG.IF });
    cpu.star = (0x10n << 48n) | (8n << 32n);
    cpu.rflags |= FLAG.IF | FLAG.CF;
    processor.step();
    expect([cpu.cpl, cpu.rip, cpu.gpr[GPR.rcx]]).to.deep.equal([0, 0x5100n, BigInt(USER + 2)]);
    expect([cpu.selectors[SEGMENT.cs], cpu.selectors[SEGMENT.ss]]).to.deep.equal([8, 16]);
    expect([hex(cpu.rflags), hex(cpu.gpr[GPR.r11])]).to.deep.equal(["3", "203"]);
    processor.step();
    expect([cpu.cpl, cpu.rip, hex(cpu.rflags)]).to.deep.equal([3, BigInt(USER + 2), "203"]);
    expect([cpu.selectors[SEGMENT.cs], cpu.selectors[SEGMENT.ss]]).to.deep.equal([35, 27]);
  });

  it("turns an opcode that 64-bit mode does not have into #UD, and throws for one outside the subset", () => {
    const { cpu, processor } = aProcessor([0x06]);
    expect(processor.step()).to.equal("exception");
    expect(cpu.rip).to.equal(0x5006n);
    // addps xmm0, xmm1
    const other = aProcessor([0x0f, 0x58, 0xc1]);
    expect(() => other.processor.step()).to.throw(
      "opcode 0f 58 at 10000 is not in the supported subset",
    );
  });

  it("doubles a fault whose delivery faults, and shuts down when that faults as well", () => {
    const { cpu, processor } = aProcessor([0x8a, 0x00]);
    cpu.gpr[GPR.rax] = BigInt(UNMAPPED);
    cpu.gpr[GPR.rsp] = BigInt(UNMAPPED + 0x800);
    expect(() => processor.step()).to.throw(TripleFault);
    const second = aProcessor([0x8a, 0x00]);
    second.cpu.gpr[GPR.rax] = BigInt(UNMAPPED);
    second.platform.bytes.fill(0, 0x70e0, 0x70f0);
    second.processor.step();
    expect(second.cpu.rip, "#GP of the missing gate after #PF: #DF").to.equal(0x5008n);
  });

  it("repeats a string instruction one element a step, RIP unchanged until the last", () => {
    const { cpu, platform, processor } = aProcessor([0xf3, 0xa4]);
    platform.bytes.set([1, 2, 3], 0x5_0000);
    cpu.gpr.set([0x5_0000n, 0x5_1000n], GPR.rsi);
    cpu.gpr[GPR.rcx] = 3n;
    processor.step();
    expect([cpu.rip, cpu.gpr[GPR.rcx], cpu.retired]).to.deep.equal([BigInt(CODE), 2n, 0]);
    steps(processor, 2);
    expect([cpu.rip, cpu.gpr[GPR.rcx], cpu.retired]).to.deep.equal([BigInt(CODE + 2), 0n, 1]);
    expect([...platform.bytes.subarray(0x5_1000, 0x5_1003)]).to.deep.equal([1, 2, 3]);
  });

  it("asks the hook about sensitive instructions only, and leaves those to it that it handles", () => {
    const seen: string[] = [];
    // mov eax, 1; cpuid; out 0x80, al
    const { cpu, platform, processor } = aProcessor([0xb8, 1, 0, 0, 0, 0x0f, 0xa2, 0xe6, 0x80], {
      sensitive(instruction, is, state) {
        seen.push(`${instruction.mnemonic} ${is.sensitivity} ${is.kind}`);
        if (is.kind !== "cpuid") return "native";
        state.rip += BigInt(instruction.length);
        return "handled";
      },
    });
    steps(processor, 3);
    expect(seen).to.deep.equal(["cpuid sensitive cpuid", "out privileged portIo"]);
    expect(cpu.gpr[GPR.rax]).to.equal(1n);
    expect(platform.ports).to.deep.equal(["out 80.1 1"]);
  });
});
