import { expect } from "chai";
import { native } from "../../../engine/cpu/native.ts";
import { PROGRAMS } from "../../../engine/programs/index.ts";
import { defineProgram } from "../../../engine/programs/define.ts";
import { InputError } from "../../../engine/core/input-error.ts";

const hex = (value: number) => value.toString(16);

/** A program run natively: its outcome by the names of its own data. */
function ran(id: string) {
  const program = PROGRAMS.find((it) => it.id === id);
  if (program === undefined) throw new Error(`no program ${id}`);
  const run = native.run(program);
  const view = new DataView(run.memory.buffer, run.memory.byteOffset);
  const at = (name: string) => program.image.symbols.get(name) ?? -1;
  return {
    run,
    dword: (name: string, offset = 0) => view.getUint32(at(name) + offset, true),
    text: (name: string) =>
      /^[^\0]*/.exec(String.fromCharCode(...run.memory.slice(at(name), at(name) + 16)))?.[0],
  };
}

describe("Guest programs", () => {
  it("have names of their own, a sentence each, and end natively by HLT", () => {
    expect(new Set(PROGRAMS.map(({ id }) => id)).size).to.equal(PROGRAMS.length);
    for (const program of PROGRAMS) {
      expect(program.shows, program.id).to.match(/\.$/);
      expect(native.run(program), program.id).to.include({ end: "halted", endText: "" });
    }
  });

  it("checksum: the Internet checksum of 256 bytes", () => {
    // The words are 0x0700 + 0x0e0e * n modulo 2^16 bytewise; summed independently.
    let sum = 0;
    for (let i = 0; i < 256; i += 2) sum += ((7 * i) & 0xff) + 256 * ((7 * (i + 1)) & 0xff);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    expect(ran("checksum").dword("result")).to.equal(~sum & 0xffff);
  });

  it("transmit: the card sends the frame, gives the descriptor back, interrupts once", () => {
    const { run, dword } = ran("transmit");
    expect(run.output).to.have.length(1);
    expect(run.output[0]).to.match(/^frame of 60 bytes: 52540012345752540012345688b548656c6c6f/);
    expect(hex(dword("ring"))).to.equal("7000003c");
    expect([dword("sent"), run.counts["interrupts"]]).to.deep.equal([1, 1]);
  });

  it("transmit-ports: the same by ports, with OWN and TOK in the slot's status", () => {
    const { run, dword } = ran("transmit-ports");
    expect(run.output[0]).to.match(/^frame of 60 bytes: 52540012345752540012345688b5/);
    expect(hex(dword("status"))).to.equal("a03c");
  });

  it("interrupt: high before low, low held back by the task priority, timer out of HLT", () => {
    expect(ran("interrupt").text("log")).to.equal("HL-LT.");
  });

  it("popf: the critical section is not interrupted", () => {
    const { dword } = ran("popf");
    expect([dword("counter"), hex(dword("flags"))]).to.deep.equal([101, "200"]);
  });

  it("leak: in ring 0 there is nothing to find out", () => {
    const { dword } = ran("leak");
    expect([hex(dword("gdt", 2)), hex(dword("idt", 2)), hex(dword("machine"))]).to.deep.equal([
      "7000",
      "8000",
      "80010001",
    ]);
    expect([dword("ring"), dword("code"), dword("task"), dword("flags") & 0x200]).to.deep.equal([
      0, 8, 0x28, 0,
    ]);
  });

  it("context-switch: each address space has its own page", () => {
    const { dword } = ran("context-switch");
    expect([dword("seen_a"), dword("seen_b")]).to.deep.equal([3, 0x300]);
  });

  it("memory: remapping shows at once, two faults are mended", () => {
    const { run, dword } = ran("memory");
    expect([run.state["rbx"], run.state["rcx"], run.state["rdx"]]).to.deep.equal([
      0x11111111n,
      0x22222222n,
      0x44444444n,
    ]);
    expect([hex(dword("addresses")), hex(dword("addresses", 8))]).to.deep.equal([
      "100004",
      "1ff008",
    ]);
    expect([dword("faults"), dword("codes"), dword("codes", 8)]).to.deep.equal([2, 3, 2]);
  });

  it("system-call: three calls, their results, and the end by INT", () => {
    const { run, dword } = ran("system-call");
    expect([dword("calls"), dword("code")]).to.deep.equal([3, 5]);
    expect(run.state["cpl"]).to.equal(0n);
  });

  it("self-modifying: the processor executes what memory holds now", () => {
    const { run } = ran("self-modifying");
    expect([run.state["rax"], run.state["rbx"]]).to.deep.equal([6n, 0xffff_ffffn]);
  });

  it("are refused with the line that is wrong", () => {
    const program = { id: "wrong", title: "", shows: "", source: "start: nop\n  mov eax" };
    expect(() => defineProgram(program)).to.throw(InputError, 'line 2, "mov eax"');
  });
});
