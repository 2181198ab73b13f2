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
      "translation first time address=16384 bytes=28",
      `callout OUT, VMM's device address=${0xc034} value=0`,
      "translation first time address=16400 bytes=28",
      `callout IN, VMM's device address=${0xcfc} value=0`,
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
    for (let n = 0; n < 4; n++) once(0xfebf_003e, true);
    once(0xfebf_003e, false);
    const fault = "exception #PF, hidden: device vector=14";
    expect(rowsOf(machine.trace.finish())).to.deep.equal([
      "translation first time address=16384 bytes=15",
      `${fault} errorCode=2`,
      `${fault} errorCode=2`,
      "translation now calls out address=16384 bytes=28",
      `callout store, VMM's device address=${0xfebf_003e} value=0`,
      `callout store, VMM's device address=${0xfebf_003e} value=0`,
      "translation first time address=16400 bytes=15",
      `${fault} errorCode=0`,
    ]);
  });

  it("shows its accessors beside their translations", () => {
    const machine = aTranslatedMachine();
    const { sites, world } = crossingsOf(machine);
    const access = new TranslatedAccess(machine, sites, world, "vmm");
    access.enter("mmio", 0xfebf_00d9, 1, true);
    access.leave();
    const [block] = sites.blocks;
    expect(block?.source[0]).to.match(/^4000 {2}40 88 3e +mov \[rsi\], dil {2}; identical$/);
    expect(block?.translated[0]).to.match(/^ffffffffffd00000 {2}40 88 3e +mov \[rsi\], dil$/);
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
      "translation first time",
      "callout OUT, VMApp's device",
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
      "interruptInjected block boundary",
      "intxDeassert INTA#",
      "translation first time",
      "exception #PF, hidden: device",
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
      "contextSwitch host world, for IRQ",
      "systemCall select(VMNet)",
      "systemCall ioctl(VMDriver): run the guest",
      "contextSwitch VMM world",
    ]);
  });

  it("gives the CPU to the host when the guest halts, until an interrupt or a timer is due", () => {
    const machine = aTranslatedMachine();
    const { world } = crossingsOf(machine);
    machine.host = world.host;
    machine.postGuest(new ATask(() => machine.scheduler.guestAccess(7, 0, 0)), 0);
    machine.post(new ATask(() => world.hardwareInterrupt()), 50);
    machine.postGuest(new ATask(() => machine.scheduler.guestAccess(7, 0, 0)), 90);
    machine.run();
    expect(world.inHost).to.equal(true);
    const idle = ["callout HLT", "contextSwitch host world", "userExit VMApp"];
    expect(stepsOf(machine.trace.finish())).to.deep.equal([
      ...idle,
      "systemCall select(VMNet)",
      // A frame that brings no interrupt: the VMApp waits again.
      "wakeUp VMApp",
      "systemCall select(VMNet)",
      "deviceStep the host's timer for the guest expires",
      "signal virtual IRQ",
      "systemCall ioctl(VMDriver): run the guest",
      "contextSwitch VMM world",
      "interruptTaken timer",
      "interruptInjected block boundary",
      "translation first time",
      "exception #PF, hidden: device",
      "lapicEoi timer",
      "callout IRET",
      ...idle,
      "systemCall select(VMNet)",
    ]);
  });
});
