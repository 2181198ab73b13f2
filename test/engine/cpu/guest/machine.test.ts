// Intel SDM vol. 3A, chapter 11 "Advanced Programmable Interrupt Controller"; chapter 4 for the tables.
import { expect } from "chai";
import { APIC_REGISTER } from "../../../../engine/cpu/guest/apic-window.ts";
import { LAYOUT, SELECTOR } from "../../../../engine/cpu/guest/layout.ts";
import { loadProgram } from "../../../../engine/cpu/guest/loader.ts";
import { GuestMachine } from "../../../../engine/cpu/guest/machine.ts";
import { SEGMENT } from "../../../../engine/cpu/x86/instruction.ts";
import { MSR } from "../../../../engine/cpu/x86/msr.ts";
import { translate } from "../../../../engine/cpu/x86/paging.ts";
import { CpuState } from "../../../../engine/cpu/x86/state.ts";
import { defineProgram } from "../../../../engine/programs/define.ts";

const AN_APIC = LAYOUT.APIC;

describe("GuestMachine", () => {
  it("reads and writes memory in all widths, little-endian", () => {
    const machine = new GuestMachine();
    machine.write(0x100, 8, 0x1122_3344_5566_7788n);
    expect([1, 2, 4, 8].map((bytes) => machine.read(0x100, bytes as 1 | 2 | 4 | 8))).to.deep.equal([
      0x88n,
      0x7788n,
      0x5566_7788n,
      0x1122_3344_5566_7788n,
    ]);
    machine.write(0x102, 2, 0xabcdn);
    expect(machine.read(0x100, 4)).to.equal(0xabcd_7788n);
  });

  it("answers ones where nobody is, and lets such writes vanish", () => {
    const machine = new GuestMachine();
    expect(machine.isMmio(LAYOUT.MEMORY_BYTES)).to.equal(true);
    expect(machine.read(0x3000_0000, 4)).to.equal(0xffff_ffffn);
    machine.write(0x3000_0000, 4, 1n);
    expect([machine.portRead(0x70, 1), machine.portRead(0x70, 4)]).to.deep.equal([
      0xff, 0xffff_ffff,
    ]);
    machine.portWrite(0x80, 2, 0x1234);
    expect(machine.output).to.deep.equal(["port 80: 1234 (16 bits)"]);
  });

  it("gives devices their windows of memory and ports, 8 bytes in two halves", () => {
    const machine = new GuestMachine();
    const seen: string[] = [];
    const device = {
      name: "device",
      base: 0xfeb0_0000,
      byteCount: 0x10,
      portCount: 0x10,
      read: (offset: number, bytes: number) => 0x10 * offset + bytes,
      write: (offset: number, bytes: number, value: number) =>
        seen.push(`${offset}.${bytes}=${value.toString(16)}`),
    };
    machine.addMmio(device);
    machine.addPorts({ ...device, base: 0x500 });
    expect(machine.read(0xfeb0_0004, 2)).to.equal(0x42n);
    expect(machine.read(0xfeb0_0000, 8)).to.equal(0x44_0000_0004n);
    machine.write(0xfeb0_0008, 8, 0x1_0000_0002n);
    machine.portWrite(0x503, 1, 7);
    expect(seen).to.deep.equal(["8.4=2", "12.4=1", "3.1=7"]);
    expect(machine.portRead(0x501, 4)).to.equal(0x14);
  });

  it("has a time-stamp counter that counts its readings", () => {
    const machine = new GuestMachine();
    expect([machine.timestamp(), machine.timestamp()]).to.deep.equal([1000n, 2000n]);
  });

  it("keeps the APIC's base where it is", () => {
    const machine = new GuestMachine();
    expect(machine.readMsr(MSR.APIC_BASE)).to.equal(0xfee0_0900n);
    expect(machine.writeMsr(MSR.APIC_BASE, 0xfee0_0900n)).to.equal(true);
    expect(machine.writeMsr(MSR.APIC_BASE, 0xfee1_0900n)).to.equal(false);
    expect(machine.readMsr(0x8b)).to.equal(undefined);
  });
});

describe("ApicWindow", () => {
  const write = (machine: GuestMachine, register: number, value: number) => {
    machine.write(AN_APIC + register, 4, BigInt(value));
  };

  it("delivers by priority, above CR8 and the task-priority register, and after EOI the next", () => {
    const machine = new GuestMachine();
    const cpu = new CpuState();
    write(machine, APIC_REGISTER.ICR, 0x31);
    write(machine, APIC_REGISTER.ICR, 0x52);
    expect(machine.pendingVector(cpu)).to.equal(0x52);
    cpu.cr8 = 5n;
    expect(machine.pendingVector(cpu)).to.equal(-1);
    cpu.cr8 = 4n;
    write(machine, APIC_REGISTER.TPR, 0x50);
    expect(machine.pendingVector(cpu)).to.equal(-1);
    write(machine, APIC_REGISTER.TPR, 0);
    expect(machine.acceptInterrupt()).to.equal(0x52);
    cpu.cr8 = 0n;
    expect(machine.pendingVector(cpu), "lower than what is in service").to.equal(-1);
    write(machine, APIC_REGISTER.EOI, 0);
    expect(machine.pendingVector(cpu)).to.equal(0x31);
  });

  it("requests nothing for other delivery modes", () => {
    const machine = new GuestMachine();
    write(machine, APIC_REGISTER.ICR, 0x531);
    expect(machine.pendingVector(new CpuState())).to.equal(-1);
  });

  it("lets the timer run out once, when the processor sleeps, unless it is masked", () => {
    const machine = new GuestMachine();
    write(machine, APIC_REGISTER.TIMER_INITIAL, 5);
    expect(machine.sleep(), "masked").to.equal(false);
    write(machine, APIC_REGISTER.LVT_TIMER, 0x71);
    expect(machine.sleep()).to.equal(true);
    expect(machine.pendingVector(new CpuState())).to.equal(0x71);
    expect(machine.sleep(), "one-shot").to.equal(false);
  });

  it("tells who listens which vector an EOI retired, and names its registers", () => {
    const machine = new GuestMachine();
    const retired: number[] = [];
    machine.apicWindow.onEoi = (vector) => retired.push(vector);
    write(machine, APIC_REGISTER.EOI, 0);
    write(machine, APIC_REGISTER.ICR, 0x31);
    machine.acceptInterrupt();
    write(machine, APIC_REGISTER.EOI, 0);
    expect(retired).to.deep.equal([0x31]);
    expect(machine.apicWindow.nameOf(0xb0)).to.equal("EOI");
  });
});

describe("loadProgram", () => {
  const program = defineProgram({
    id: "loaded",
    title: "",
    shows: "",
    source: "start: nop\nhandler 0x21, start\nhandler 0x80, start, user\norg DATA\ndb 7",
  });

  it("begins at the entry in ring 0 with interrupts off and the stack of the layout", () => {
    const { cpu, machine } = loadProgram(program);
    expect([cpu.rip, cpu.gpr[4], cpu.cpl, cpu.rflags]).to.deep.equal([0x1_0000n, 0x1_0000n, 0, 2n]);
    expect(cpu.selectors[SEGMENT.cs]).to.equal(SELECTOR.KERNEL_CS);
    expect([machine.bytes[LAYOUT.CODE], machine.bytes[LAYOUT.DATA]]).to.deep.equal([0x90, 7]);
  });

  it("maps memory one to one, user pages for ring 3, devices, and one page in two ways", () => {
    const { cpu, machine } = loadProgram(program);
    const go = (linear: number, user: boolean) =>
      translate(machine, cpu, BigInt(linear), "write", user);
    expect([go(0x1_2345, false), go(0x4_2345, true)]).to.deep.equal([0x1_2345, 0x4_2345]);
    expect(() => go(0x1_2345, true)).to.throw("#PF(7)");
    expect(() => go(LAYOUT.UNMAPPED, false)).to.throw("#PF(2)");
    expect([go(LAYOUT.APIC, false), go(LAYOUT.NIC + 0x37, false)]).to.deep.equal([
      LAYOUT.APIC,
      LAYOUT.NIC + 0x37,
    ]);
    expect(go(LAYOUT.PROCESS, true)).to.equal(LAYOUT.PROCESS);
    cpu.cr3 = BigInt(LAYOUT.PML4_B);
    expect(go(LAYOUT.PROCESS, true)).to.equal(LAYOUT.PROCESS_B);
    expect(go(0x1_2345, false)).to.equal(0x1_2345);
  });

  it("puts a gate for each handler into the interrupt table, with its privilege", () => {
    const { machine } = loadProgram(program);
    const gate = (vector: number) => machine.read(LAYOUT.IDT + 16 * vector, 8).toString(16);
    expect([gate(0x21), gate(0x80), gate(0x22)]).to.deep.equal([
      "18e0000080000",
      "1ee0000080000",
      "0",
    ]);
  });
});
