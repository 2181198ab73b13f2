// Adams and Agesen, "A Comparison of Software and Hardware Techniques for x86 Virtualization"
// (ASPLOS 2006), 3.3. The translated code itself is tested in cpu/translator.
import { expect } from "chai";
import { HostedWorld } from "../../../engine/crossings/hosted-world.ts";
import { TranslatedAccess } from "../../../engine/crossings/translated-access.ts";
import { TranslatedInterrupt } from "../../../engine/crossings/translated-interrupt.ts";
import { TranslatedSites } from "../../../engine/crossings/translated-site.ts";
import type { Machine } from "../../../engine/machine.ts";
import { ATask } from "../core/a-task.ts";
import { aMachine, rowsOf, stepsOf } from "../a-machine.ts";

const AS_BUILT = { adaptive: true, faultsMax: 2 };

function crossingsOf(machine: Machine) {
  const { interruptCrossing } = machine;
  if (!(interruptCrossing instanceof TranslatedInterrupt)) throw new Error("not translated");
  return interruptCrossing;
}

function aTranslatedMachine(): Machine {
  return aMachine({
    interruptCrossing: (machine) =>
      new TranslatedInterrupt(
        machine,
        new HostedWorld(machine),
        new TranslatedSites(machine, AS_BUILT),
      ),
  });
}

describe("TranslatedAccess", () => {
  it("is a callout from the first time on for IN and OUT, which are sensitive by their opcode", () => {
    const machine = aTranslatedMachine();
    const { sites, world } = crossingsOf(machine);
    const access = new TranslatedAccess(machine, sites, world, "vmm");
    expect(access.enter("pio", 0xc034, 2, true)).to.equal(true);
    expect(machine.exited).to.equal(true);
    access.leave();
    expect(machine.exited).to.equal(false);
    access.enter("config", 0xcfc, 4, false);
    access.leave();
    expect(rowsOf(machine.trace.finish())).to.deep.equal([
      `callout OUT, to the VMM's device model address=${0xc034} value=0`,
      `callout IN, to the VMM's device model address=${0xcfc} value=0`,
    ]);
  });

  it("faults on a device's page until the instruction is translated again; others go on faulting", () => {
    const machine = aTranslatedMachine();
    const { sites, world } = crossingsOf(machine);
    const access = new TranslatedAccess(machine, sites, world, "vmm");
    const once = (address: number, write: boolean) => {
      access.enter("mmio", address, 2, write);
      access.leave();
    };
    for (let n = 0; n < 3; n++) once(0x3e, true);
    once(0x3e, false);
    const fault = "exception #PF, hidden: device page, decoded and emulated vector=14";
    expect(rowsOf(machine.trace.finish())).to.deep.equal([
      `${fault} errorCode=2`,
      `${fault} errorCode=2`,
      "translation keeps faulting, now a callout address=62 bytes=2",
      "callout store, to the VMM's device model address=62 value=0",
      `${fault} errorCode=0`,
    ]);
  });

  it("goes to the host's world and back when the VMApp models the register", () => {
    const machine = aTranslatedMachine();
    const { sites, world } = crossingsOf(machine);
    const access = new TranslatedAccess(machine, sites, world, "application");
    access.enter("pio", 0xc0d9, 1, true);
    expect(world.inHost).to.equal(true);
    access.leave();
    expect(world.inHost).to.equal(false);
    expect(stepsOf(machine.trace.finish())).to.deep.equal([
      "callout OUT, to the VMApp's device model",
      "contextSwitch host world",
      "userExit VMApp",
      "systemCall ioctl(VMDriver): run the guest",
      "contextSwitch VMM world",
    ]);
  });
});

describe("TranslatedInterrupt", () => {
  it("asks, builds the frame, hears EOI as a store and IRET as a callout: nothing exits", () => {
    const machine = aTranslatedMachine();
    const pin = machine.pin(10);
    machine.kernel.requestLevelIrq(pin, { handleIrq: () => pin.setLevel(false) });
    machine.post(new ATask(() => pin.setLevel(true)), 5);
    machine.run();
    expect(stepsOf(machine.trace.finish())).to.deep.equal([
      "intxAssert INTA#",
      "signal virtual IRQ",
      "interruptTaken intx",
      "interruptInjected frame built at a block boundary",
      "intxDeassert INTA#",
      "exception #PF, hidden: device page, decoded and emulated",
      "lapicEoi intx",
      "ioapicEoi INTA#",
      "callout IRET",
    ]);
    expect(machine.exitsByReason.every((n) => n === 0)).to.equal(true);
  });
});

describe("HostedWorld", () => {
  it("yields to the host for a hardware interrupt while the guest runs, and comes back after it", () => {
    const machine = aTranslatedMachine();
    const { world } = crossingsOf(machine);
    machine.post(new ATask(() => world.hardwareInterrupt()), 2);
    machine.postGuest(
      new ATask(() => [1, 2, 3, 4].forEach(() => machine.scheduler.guestAccess(7, 0, 0))),
      0,
    );
    machine.run();
    expect(world.inHost).to.equal(false);
    expect(stepsOf(machine.trace.finish())).to.deep.equal([
      "contextSwitch host world, for a hardware interrupt",
      "systemCall ioctl(VMDriver): run the guest",
      "contextSwitch VMM world",
    ]);
  });

  it("stays with the host while the guest is idle and has nothing to take", () => {
    const machine = aTranslatedMachine();
    const { world } = crossingsOf(machine);
    machine.post(new ATask(() => world.hardwareInterrupt()), 2);
    machine.run();
    expect(world.inHost).to.equal(true);
    expect(stepsOf(machine.trace.finish())).to.deep.equal([]);
  });
});
