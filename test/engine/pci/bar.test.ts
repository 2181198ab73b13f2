import { expect } from "chai";
import type { AccessCrossing } from "../../../engine/core/crossing.ts";
import { Bar } from "../../../engine/pci/bar.ts";
import { ConfigPort } from "../../../engine/pci/config-port.ts";
import { ConfigSpace } from "../../../engine/pci/config-space.ts";
import { defineRegisters } from "../../../engine/registers/define.ts";
import { RegisterFile } from "../../../engine/registers/register-file.ts";
import { aMachine, rowsOf } from "../a-machine.ts";

const common = { fidelity: "modelled", access: "rw", doc: "a register" } as const;
const REGISTERS = defineRegisters({
  CMD: { ...common, offset: 0, bytes: 1 },
  POLL: { ...common, offset: 4, bytes: 4, doorbell: true, banks: { count: 2, stride: 4 } },
});

function aBar(options: { reaches?: boolean } = {}) {
  const machine = aMachine();
  const log: string[] = [];
  const crossing = (name: string): AccessCrossing => ({
    enter: (space, address, sizeBytes, write) => {
      log.push(`${name} ${space} 0x${address.toString(16)} ${sizeBytes} ${write ? "w" : "r"}`);
      return options.reaches ?? true;
    },
    leave: () => log.push("leave"),
  });
  const file = new RegisterFile(
    REGISTERS,
    { POLL: { wrote: () => machine.note(21, 3, machine.trace.id("inside"), 0, 0) } },
    { name: "regs", byteCount: 16, device: undefined },
  );
  const bar = new Bar(machine, file, {
    space: "mmio",
    base: 0xfebc_0000,
    control: crossing("control"),
    doorbell: crossing("doorbell"),
  }).withDoorbells(REGISTERS);
  return { machine, bar, log, file };
}

describe("Bar", () => {
  it("takes the doorbell's crossing for stores to doorbells, in every bank, and control for the rest", () => {
    const { bar, log } = aBar();
    bar.store(REGISTERS.POLL, 1, 1);
    bar.load(REGISTERS.POLL);
    bar.store(REGISTERS.CMD, 1);
    expect(log).to.deep.equal([
      "doorbell mmio 0xfebc0008 4 w",
      "leave",
      "control mmio 0xfebc0004 4 r",
      "leave",
      "control mmio 0xfebc0000 1 w",
      "leave",
    ]);
  });

  it("traces an access as one row that encloses what the device does, and counts it once", () => {
    const { machine, bar } = aBar();
    bar.store(REGISTERS.POLL, 7);
    const trace = machine.trace.finish();
    expect(rowsOf(trace)).to.deep.equal([
      "mmioWrite regs offset=4 value=7",
      "deviceStep inside value=0 detail=0",
    ]);
    expect(trace.parent[1]).to.equal(0);
    expect(machine.scheduler.accessCount).to.equal(1);
  });

  it("traces the value that a load returned", () => {
    const { machine, bar, file } = aBar();
    file.set(REGISTERS.CMD, 0x5a);
    expect(bar.load(REGISTERS.CMD)).to.equal(0x5a);
    expect(rowsOf(machine.trace.finish())).to.deep.equal(["mmioRead regs offset=0 value=90"]);
  });

  it("cuts off what is wider than the access before anyone sees it", () => {
    const { machine, bar, file } = aBar();
    bar.write(0, 1, 0x1fe);
    bar.write(4, 4, -1);
    expect(file.get(REGISTERS.CMD)).to.equal(0xfe);
    expect(rowsOf(machine.trace.finish())[1]).to.equal("mmioWrite regs offset=4 value=4294967295");
  });

  it("does not reach the device when the crossing answers in its place", () => {
    const { bar, file } = aBar({ reaches: false });
    bar.store(REGISTERS.CMD, 3);
    expect(file.get(REGISTERS.CMD)).to.equal(0);
    expect(bar.load(REGISTERS.CMD)).to.equal(0);
  });
});

describe("ConfigPort", () => {
  it("traces what a write makes the device do inside the write's row", () => {
    const machine = aMachine();
    const space = new ConfigSpace();
    space.allowWrites(4, 2, 0xffff);
    space.onWrite(() => machine.note(21, 3, machine.trace.id("inside"), 0, 0));
    const port = new ConfigPort(machine, "nic", space, { enter: () => true, leave() {} });
    port.write(4, 2, 0x10007);
    expect(port.read(4, 2)).to.equal(7);
    const trace = machine.trace.finish();
    expect(rowsOf(trace)).to.deep.equal([
      "configWrite nic offset=4 value=7",
      "deviceStep inside value=0 detail=0",
      "configRead nic offset=4 value=7",
    ]);
    expect([...trace.parent]).to.deep.equal([-1, 0, -1]);
  });
});
