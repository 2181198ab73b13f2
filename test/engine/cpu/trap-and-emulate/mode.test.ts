// J. Robin, C. Irvine: Analysis of the Intel Pentium's Ability to Support a Secure Virtual Machine
// Monitor, USENIX Security 2000: the instructions that do not trap.
import { expect } from "chai";
import { differences } from "../../../../engine/cpu/difference.ts";
import type { CpuRun } from "../../../../engine/cpu/mode.ts";
import { native } from "../../../../engine/cpu/native.ts";
import type { GuestProgram } from "../../../../engine/cpu/program.ts";
import { trapAndEmulate } from "../../../../engine/cpu/trap-and-emulate/mode.ts";
import { defineProgram } from "../../../../engine/programs/define.ts";
import { PROGRAMS } from "../../../../engine/programs/index.ts";

function theProgram(id: string): GuestProgram {
  const program = PROGRAMS.find((it) => it.id === id);
  if (program === undefined) throw new Error(`no program ${id}`);
  return program;
}

const traps = (run: CpuRun) =>
  run.steps
    .filter(({ kind }) => kind === "trap")
    .map(({ instruction, reason }) => `${instruction}: ${reason}`);

describe("trap-and-emulate", () => {
  for (const program of PROGRAMS) {
    const fails = program.id === "popf" || program.id === "leak";
    it(`${fails ? "goes wrong in" : "does what the hardware does in"} ${program.id}`, () => {
      const run = trapAndEmulate.run(program);
      const wrong = differences(run, native.run(program), program.image);
      expect(run.end).to.equal("halted");
      expect(wrong.length > 0).to.equal(fails);
      expect(run.silentFailures.length > 0).to.equal(fails);
    });
  }

  it("says which POPF lost what, and what the program then got wrong", () => {
    expect(trapAndEmulate.run(theProgram("popf")).silentFailures).to.deep.equal([
      "popfq at 10020 asked for IF = 0; nothing trapped and IF stays 1",
      "counter is 1, natively 0x65",
    ]);
  });

  it("names each instruction that shows the guest where it really is", () => {
    const run = trapAndEmulate.run(theProgram("leak"));
    const silent = run.steps.filter(({ kind }) => kind === "silent");
    expect(silent.map(({ instruction, handledBy }) => [instruction, handledBy])).to.deep.equal([
      ["sgdt [gdt]", "nobody"],
      ["sidt [idt]", "nobody"],
      ["smsw rax", "nobody"],
      ["str eax", "nobody"],
      ["mov eax, cs", "nobody"],
      ["pushfq", "nobody"],
    ]);
    expect(run.silentFailures).to.include("ring is 3, natively 0");
    expect(run.counts["silent"]).to.equal(6);
  });

  it("emulates what traps: ports by #GP, device pages by #PF, each with the device's name", () => {
    const run = trapAndEmulate.run(theProgram("transmit-ports"));
    expect(traps(run)).to.deep.equal([
      "out dx, al: #GP(0)",
      "out dx, ax: #GP(0)",
      "out dx, eax: #GP(0)",
      "sti: #GP(0)",
      "out dx, eax: #GP(0)",
      "in ax, dx: #GP(0)",
      "out dx, ax: #GP(0)",
      "mov dword [rdx + 0xb0], 0: #PF on a device page",
      "iretq: #GP(0)",
      "in eax, dx: #GP(0)",
      "cli: #GP(0)",
      "hlt: #GP(0)",
    ]);
    const eoi = run.steps.find(({ reason }) => reason === "#PF on a device page");
    expect(eoi).to.include({ handledBy: "deviceModel", detail: "local APIC EOI" });
    expect(run.counts["traps"]).to.equal(12);
  });

  it("gives the guest its own faults, and privileged instructions of its programs as #GP", () => {
    const program = defineProgram({
      id: "user-cli",
      title: "",
      shows: "",
      source: `
        start:  push USER_SS
                push USER_STACK
                push 2
                push USER_CS
                push user
                iretq
        gp:     mov  [where], rsp
                mov  ebx, [rsp + 8]
                cli
                hlt
                handler 13, gp
                org  DATA
        where:  dq 0
                org  USER_CODE
        user:   cli`,
    });
    const run = trapAndEmulate.run(program);
    expect(differences(run, native.run(program), program.image)).to.deep.equal([]);
    expect(run.state["rbx"], "RIP of CLI").to.equal(0x40000n);
    expect(
      run.steps.filter(({ kind }) => kind === "exception").map(({ reason }) => reason),
    ).to.deep.equal(["#GP(0)"]);
  });

  it("maps pages behind the guest's back, and again after MOV CR3", () => {
    const run = trapAndEmulate.run(theProgram("context-switch"));
    const hidden = run.steps.filter(({ kind }) => kind === "hiddenFault");
    expect(run.counts["hiddenFaults"]).to.equal(hidden.length);
    const writes = hidden.filter(({ detail }) => detail.startsWith("page 60 is mapped for write"));
    expect(writes.length, "once in each of six stays").to.equal(6);
  });
});
