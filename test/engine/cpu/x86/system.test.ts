// Intel SDM vol. 2 for each instruction; vol. 3A, chapters 3, 5 and 6 for descriptors and gates.
import { expect } from "chai";
import { assemble } from "../../../../engine/cpu/assembler/assemble.ts";
import { FLAG } from "../../../../engine/cpu/x86/flags.ts";
import { GPR, SEGMENT } from "../../../../engine/cpu/x86/instruction.ts";
import { aProcessor, CODE, STACK, UNMAPPED, USER } from "./a-processor.ts";

const hex = (value: bigint | number | undefined) => value?.toString(16);

/** A processor at the first of some lines; patch-site padding is left out. */
function at(...lines: readonly string[]) {
  const image = assemble(`start: ${lines.join("\n")}`);
  return aProcessor(image.lines.flatMap(({ bytes }) => [...bytes]));
}

/** What one line raises with RAX set. */
function raised(line: string, rax = 0n): string | undefined {
  const { cpu, processor } = at(line);
  cpu.gpr[GPR.rax] = rax;
  return processor.attempt().exception?.message;
}

describe("MOV to control registers", () => {
  it("refuses what 64-bit mode forbids", () => {
    expect(raised("mov cr0, rax", 0x1n), "paging off").to.equal("#GP(0)");
    expect(raised("mov cr0, rax", 0x1_8000_0001n), "upper half").to.equal("#GP(0)");
    expect(raised("mov cr4, rax", 0n), "PAE off").to.equal("#GP(0)");
    expect(raised("mov cr3, rax", 1n << 52n), "reserved bits").to.equal("#GP(0)");
    expect(raised("mov cr8, rax", 16n), "a priority above 15").to.equal("#GP(0)");
    expect(raised("mov cr3, rax", 0x9018n)).to.equal(undefined);
  });

  it("and SMSW, LMSW, CLTS work on the same bits", () => {
    const { cpu, processor } = at("mov cr0, rax", "smsw ebx", "clts", "lmsw cx", "smsw dx");
    cpu.gpr[GPR.rax] = 0x8001_000bn;
    cpu.gpr[GPR.rcx] = 0xfff4n;
    for (let i = 0; i < 5; i++) processor.step();
    expect(hex(cpu.gpr[GPR.rbx])).to.equal("8001000b");
    expect(hex(cpu.cr0), "LMSW sets EM and cannot clear PE").to.equal("80010005");
    expect(hex(cpu.gpr[GPR.rdx])).to.equal("5");
  });
});

describe("MSRs", () => {
  it("are read and written by EDX:EAX, and refused by #GP", () => {
    const { cpu, processor } = at("mov ecx, 0xc0000100", "wrmsr", "rdmsr");
    cpu.gpr[GPR.rax] = 0xffff_ffff_0000_1000n;
    cpu.gpr[GPR.rdx] = 0x7fn;
    for (let i = 0; i < 3; i++) processor.step();
    expect(hex(cpu.fsBase)).to.equal("7f00001000");
    expect([hex(cpu.gpr[GPR.rax]), hex(cpu.gpr[GPR.rdx])]).to.deep.equal(["1000", "7f"]);
    const refused = at("wrmsr");
    const cases: readonly [number, bigint, bigint][] = [
      [0xc000_0100, 0n, 0x8000n],
      [0xc000_0080, 0n, 0n],
      [0xc000_0084, 0n, 1n],
      [0x1234_5678, 0n, 0n],
    ];
    for (const [index, low, high] of cases) {
      refused.cpu.gpr[GPR.rcx] = BigInt(index);
      refused.cpu.gpr[GPR.rax] = low;
      refused.cpu.gpr[GPR.rdx] = high;
      expect(refused.processor.attempt().exception?.message, hex(index)).to.equal("#GP(0)");
    }
    expect(raised("rdmsr")).to.equal("#GP(0)");
  });

  it("give the time and the processor's identity without privilege", () => {
    const { cpu, processor } = at("rdtscp", "cpuid");
    cpu.tscAux = 7n;
    processor.step();
    expect([cpu.gpr[GPR.rax], cpu.gpr[GPR.rdx], cpu.gpr[GPR.rcx]]).to.deep.equal([
      0x2345_6789n,
      1n,
      7n,
    ]);
    cpu.gpr[GPR.rax] = 0xffff_ffff_0000_0001n;
    processor.step();
    expect([0, 3, 1, 2].map((register) => cpu.gpr[register])).to.deep.equal([2n, 9n, 3n, 4n]);
  });
});

describe("Descriptor tables", () => {
  it("are stored and loaded as 2 and 8 bytes", () => {
    const { cpu, platform, processor } = at("sgdt [0x50000]", "lidt [0x50000]");
    processor.step();
    expect(hex(platform.read(0x5_0000, 2))).to.equal("37");
    expect(hex(platform.read(0x5_0002, 8))).to.equal("6000");
    processor.step();
    expect([cpu.idtr.limit, hex(cpu.idtr.base)]).to.deep.equal([0x37, "6000"]);
    platform.write(0x5_0002, 8, 0x8000_0000_0000n);
    cpu.rip = BigInt(CODE + 8);
    expect(processor.attempt().exception?.message, "not canonical").to.equal("#GP(0)");
  });

  it("LTR wants an available TSS and makes it busy", () => {
    const { cpu, platform, processor } = at("ltr ax", "ltr ax");
    cpu.gpr[GPR.rax] = 40n;
    cpu.trBase = 0n;
    processor.step();
    expect([cpu.tr, hex(cpu.trBase), hex(platform.read(0x6000 + 45, 1))]).to.deep.equal([
      40,
      "6100",
      "8b",
    ]);
    expect(processor.attempt().exception?.message, "busy").to.equal("#GP(40)");
    expect(raised("ltr ax", 8n), "code").to.equal("#GP(8)");
    expect(raised("ltr ax", 0n), "null").to.equal("#GP(0)");
    expect(raised("lldt ax", 8n)).to.equal("#GP(8)");
  });

  it("segments are checked where 64-bit mode still does", () => {
    expect(raised("mov ds, ax", 16n)).to.equal(undefined);
    expect(raised("mov ds, ax", 0n)).to.equal(undefined);
    expect(raised("mov ds, ax", 0x80n), "beyond the table").to.equal("#GP(128)");
    expect(raised("mov ss, ax", 24n), "another ring's stack").to.equal("#GP(24)");
    expect(raised("mov ss, ax", 8n), "code").to.equal("#GP(8)");
    expect(raised("mov ds, ax", 12n), "in the LDT").to.equal("#GP(12)");
  });
});

describe("Gates", () => {
  const gate = (vector: number) => 0x7000 + 16 * vector;

  it("of software interrupts ask for the caller's privilege", () => {
    for (const [vector, message] of [
      [0x80, undefined],
      [0x81, `#GP(${0x81 * 8 + 2})`],
    ] as const) {
      const { cpu, platform, processor } = aProcessor([]);
      platform.bytes.set([0xcd, vector], USER);
      Object.assign(cpu, { cpl: 3, rip: BigInt(USER) });
      expect(processor.attempt().exception?.message, hex(vector)).to.equal(message);
      if (message !== undefined) continue;
      expect([cpu.cpl, cpu.rip]).to.deep.equal([0, 0x5080n]);
      expect(hex(platform.read(STACK - 40, 8)), "RIP behind INT").to.equal(hex(BigInt(USER + 2)));
    }
  });

  it("switch to the stack of the interrupt stack table, aligned to 16", () => {
    const { cpu, platform, processor } = aProcessor([0xcd, 0x40]);
    platform.bytes[gate(0x40) + 4] = 2;
    platform.write(0x6100 + 28 + 16, 8, 0x5_1005n);
    processor.step();
    expect(hex(cpu.gpr[GPR.rsp])).to.equal("50fd8");
    expect(hex(platform.read(0x5_0ff0, 8)), "RSP in the frame").to.equal(hex(STACK));
  });

  it("that are missing, absent or not 64-bit code are #GP and #NP with the vector or selector", () => {
    const cases: readonly [string, (bytes: Uint8Array) => void][] = [
      [`#GP(${0x40 * 8 + 2})`, (bytes) => bytes.fill(0, gate(0x40), gate(0x41))],
      [`#NP(${0x40 * 8 + 2})`, (bytes) => (bytes[gate(0x40) + 5] = 0x0e)],
      ["#GP(16)", (bytes) => (bytes[gate(0x40) + 2] = 16)],
      ["#GP(0)", (bytes) => (bytes[gate(0x40) + 2] = 0)],
    ];
    for (const [message, change] of cases) {
      const { platform, processor } = aProcessor([0xcd, 0x40]);
      change(platform.bytes);
      expect(processor.attempt().exception?.message).to.equal(message);
    }
    const short = aProcessor([0xcd, 0x40]);
    short.cpu.idtr.limit = 0x40 * 16 + 14;
    expect(short.processor.attempt().exception?.message, "limit").to.equal(`#GP(${0x40 * 8 + 2})`);
  });

  it("that are trap gates leave IF on", () => {
    for (const [type, flags] of [
      [0x8e, 0n],
      [0x8f, FLAG.IF],
    ] as const) {
      const { cpu, platform, processor } = aProcessor([0xcd, 0x40]);
      platform.bytes[gate(0x40) + 5] = type;
      cpu.rflags |= FLAG.IF;
      processor.step();
      expect(cpu.rflags & FLAG.IF, hex(type)).to.equal(flags);
    }
  });
});

describe("IRETQ", () => {
  it("cannot return to an inner ring, nor to a selector that is no code", () => {
    const { cpu, platform, processor } = aProcessor([]);
    platform.bytes.set([0x48, 0xcf], USER);
    const top = USER + 0x800;
    for (const [index, value] of [BigInt(USER), 8n, 2n, BigInt(top), 16n].entries())
      platform.write(top + 8 * index, 8, value);
    Object.assign(cpu, { cpl: 3, rip: BigInt(USER) });
    cpu.gpr[GPR.rsp] = BigInt(top);
    expect(processor.attempt().exception?.message).to.equal("#GP(8)");
    platform.write(top + 8, 8, 27n);
    expect(processor.attempt().exception?.message, "data").to.equal("#GP(24)");
    expect(cpu.gpr[GPR.rsp]).to.equal(BigInt(top));
    platform.write(top + 8, 8, 35n);
    expect(processor.attempt().exception).to.equal(undefined);
    expect(cpu.selectors[SEGMENT.cs]).to.equal(35);
  });
});

describe("Port strings", () => {
  it("read and write memory element by element, and do not read the port for a store that faults", () => {
    const { cpu, platform, processor } = at("rep outsw", "insb", "insd");
    platform.bytes.set([1, 2, 3, 4], 0x5_0000);
    cpu.gpr.set([0x5_0000n, 0x5_1000n], GPR.rsi);
    cpu.gpr[GPR.rcx] = 2n;
    cpu.gpr[GPR.rdx] = 0xabcd_0060n;
    platform.portValues.set(0x60, 0x11223344);
    for (let i = 0; i < 3; i++) processor.step();
    expect(platform.ports).to.deep.equal(["out 60.2 201", "out 60.2 403", "in 60.1"]);
    expect(platform.bytes[0x5_1000]).to.equal(0x44);
    cpu.gpr[GPR.rdi] = BigInt(UNMAPPED);
    expect(processor.attempt().exception?.message).to.equal("#PF(2)");
    expect(platform.ports).to.have.length(3);
  });

  it("need IOPL, which CPL 0 can give away", () => {
    const { cpu, platform, processor } = aProcessor([]);
    platform.bytes.set([0xe6, 0x80, 0xfb], USER);
    Object.assign(cpu, { cpl: 3, rip: BigInt(USER) });
    expect(processor.attempt().exception?.message).to.equal("#GP(0)");
    cpu.rflags |= FLAG.IOPL;
    expect([processor.attempt().exception, processor.attempt().exception]).to.deep.equal([
      undefined,
      undefined,
    ]);
    expect(cpu.rflags & FLAG.IF).to.equal(FLAG.IF);
  });
});
