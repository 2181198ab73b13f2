import { expect } from "chai";
import type { Image } from "../../../engine/cpu/assembler/image.ts";
import { LAYOUT } from "../../../engine/cpu/guest/layout.ts";
import { GuestMachine } from "../../../engine/cpu/guest/machine.ts";
import { CPU_MODES } from "../../../engine/cpu/modes.ts";
import { native } from "../../../engine/cpu/native.ts";
import type { GuestProgram } from "../../../engine/cpu/program.ts";

function aProgram(code: readonly number[], handlers: Image["handlers"] = []): GuestProgram {
  const image: Image = {
    segments: [{ address: LAYOUT.CODE, bytes: Uint8Array.from(code) }],
    symbols: new Map(),
    labels: new Set(),
    lines: [],
    patchSites: [],
    handlers,
    entry: LAYOUT.CODE,
  };
  const machine = () => new GuestMachine();
  return { id: "bytes", title: "", shows: "", source: "", image, machine };
}

describe("native", () => {
  it("is the first of the CPU modes, and correct", () => {
    expect(CPU_MODES[0]).to.equal(native);
    expect(native.correct).to.equal(true);
  });

  it("runs until HLT with interrupts off and tells registers, memory and output", () => {
    // mov eax, 0x1234; mov [0x20000], eax; out 0x80, al; cli; hlt
    const store = [0x89, 0x04, 0x25, 0, 0, 2, 0];
    const run = native.run(aProgram([0xb8, 0x34, 0x12, 0, 0, ...store, 0xe6, 0x80, 0xfa, 0xf4]));
    expect(run.end).to.equal("halted");
    expect(run.state["rax"]).to.equal(0x1234n);
    expect(run.state["rip"]).to.equal(BigInt(LAYOUT.CODE + 16));
    expect([...run.memory.subarray(0x20000, 0x20004)]).to.deep.equal([0x34, 0x12, 0, 0]);
    expect(run.output).to.deep.equal(["port 80: 34 (8 bits)"]);
    expect(run.counts).to.deep.equal({ instructions: 5, interrupts: 0, exceptions: 0 });
  });

  it("takes an interrupt that the program sends itself before the next instruction", () => {
    // mov eax, 0x31; mov edx, apic; mov [rdx + 0x300], eax after sti; nop; cli; hlt; handler: inc ebx; iretq
    const code = [0xb8, 0x31, 0, 0, 0, 0xba, 0, 0, 0xe0, 0xfe, 0xfb, 0x90];
    code.push(0x89, 0x82, 0, 3, 0, 0, 0xfa, 0xf4, 0xff, 0xc3, 0x48, 0xcf);
    const address = LAYOUT.CODE + code.length - 4;
    const run = native.run(aProgram(code, [{ vector: 0x31, address, user: false }]));
    expect(run.state["rbx"]).to.equal(1n);
    expect(run.steps.map(({ kind, reason, address: at }) => [kind, reason, at])).to.deep.equal([
      ["interrupt", "vector 0x31", BigInt(LAYOUT.CODE + 18)],
    ]);
  });

  it("ends at a step limit, a triple fault and an unsupported opcode with the reason", () => {
    expect(native.run(aProgram([0xeb, 0xfe]), { stepLimit: 50 })).to.include({
      end: "stepLimit",
      endText: "the program did not end within 50 steps",
    });
    expect(native.run(aProgram([0x0f, 0x0b]))).to.include({ end: "tripleFault" });
    expect(native.run(aProgram([0x0f, 0x58, 0xc1]))).to.include({
      end: "unsupported",
      endText: "opcode 0f 58 at 10000 is not in the supported subset",
    });
  });
});
