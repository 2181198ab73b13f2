// Intel SDM vol. 3C, table 28-5 "Exit Qualification for I/O Instructions"; vol. 3D, appendix C.
// What an exit costs, and how it is handled, is not covered.
import { expect } from "chai";
import { ForwardedInterrupt } from "../../../engine/crossings/forwarded-interrupt.ts";
import { InjectedInterrupt } from "../../../engine/crossings/injected-interrupt.ts";
import { PostedInterrupt } from "../../../engine/crossings/posted-interrupt.ts";
import { TrappedAccess } from "../../../engine/crossings/trapped.ts";
import type { InterruptCrossing } from "../../../engine/core/crossing.ts";
import type { Machine } from "../../../engine/machine.ts";
import { ATask } from "../core/a-task.ts";
import { aMachine, rowsOf, stepsOf } from "../a-machine.ts";

/** A machine with a handler on a line and one on a vector. */
function aGuest(interruptCrossing: (machine: Machine) => InterruptCrossing) {
  const machine = aMachine({ interruptCrossing });
  const pin = machine.pin(10);
  machine.kernel.requestLevelIrq(pin, { handleIrq: () => pin.setLevel(false) });
  machine.kernel.requestEdgeIrq(0x40, "vec0", { handleIrq: () => {} });
  const message = () => machine.sendMsix(3, machine.trace.id("vec0"), 0xfee0_0000, 0x40);
  const exits = () => stepsOf(machine.trace.finish()).filter((step) => step.startsWith("vmExit"));
  return { machine, pin, message, exits };
}

describe("TrappedAccess", () => {
  it("exits for port I/O with size, direction and port in the qualification", () => {
    const machine = aMachine();
    const trapped = new TrappedAccess(machine);
    trapped.enter("pio", 0xc034, 2, true);
    expect(machine.exited).to.equal(true);
    trapped.leave();
    trapped.enter("config", 0xcfc, 4, false);
    trapped.leave();
    expect(machine.exited).to.equal(false);
    expect(rowsOf(machine.trace.finish()).filter((row) => row.startsWith("vmExit"))).to.deep.equal([
      `vmExit I/O instruction reason=30 qualification=${0xc034_0001}`,
      `vmExit I/O instruction reason=30 qualification=${0x0cfc_000b}`,
    ]);
    expect(machine.exitsByReason[30]).to.equal(2);
  });

  it("exits for memory-mapped I/O as KVM marks device pages", () => {
    const machine = aMachine();
    const trapped = new TrappedAccess(machine);
    trapped.enter("mmio", 0xfebc_0000, 4, true);
    trapped.leave();
    expect(rowsOf(machine.trace.finish())).to.deep.equal([
      "vmExit EPT misconfiguration reason=49 qualification=0",
      "vmEntry EPT misconfiguration reason=49 vector=0",
    ]);
  });
});

describe("InjectedInterrupt", () => {
  it("needs no exit of its own when the guest is idle or already out", () => {
    const { machine, message, exits } = aGuest((m) => new InjectedInterrupt(m, { apicv: true }));
    machine.post(new ATask(message), 5);
    machine.run();
    machine.postGuest(
      new ATask(() => {
        machine.vmExit(0, 49, 0);
        message();
        machine.vmEntry(0, 49);
        machine.scheduler.attend();
      }),
      5,
    );
    machine.run();
    expect(exits()).to.deep.equal(["vmExit "]);
  });

  it("brings a running guest out, and out again through a window when interrupts are disabled", () => {
    const { machine, message, exits } = aGuest((m) => new InjectedInterrupt(m, { apicv: true }));
    machine.postGuest(
      new ATask(() => {
        machine.kernel.disableInterrupts();
        message();
        machine.kernel.enableInterrupts();
      }),
      5,
    );
    machine.run();
    expect(exits()).to.deep.equal(["vmExit external interrupt", "vmExit interrupt window"]);
  });

  it("exits on EOI always without APICv, and with it for a level-triggered line only", () => {
    for (const [apicv, expected] of [
      [true, ["vmExit virtualized EOI"]],
      [false, ["vmExit APIC access", "vmExit APIC access"]],
    ] as const) {
      const { machine, pin, message, exits } = aGuest((m) => new InjectedInterrupt(m, { apicv }));
      machine.post(new ATask(message), 5);
      machine.post(new ATask(() => pin.setLevel(true)), 50);
      machine.run();
      expect(exits()).to.deep.equal(expected);
    }
  });

  it("hears of a line as of a message: a running guest is brought out", () => {
    const { machine, pin, exits } = aGuest((m) => new InjectedInterrupt(m, { apicv: true }));
    machine.post(new ATask(() => pin.setLevel(true)), 2);
    machine.postGuest(
      new ATask(() => [1, 2, 3].forEach(() => machine.scheduler.guestAccess(7, 0, 0))),
      0,
    );
    machine.run();
    expect(exits()).to.deep.equal(["vmExit external interrupt", "vmExit virtualized EOI"]);
  });

  it("injects a line that is asserted again when the exit of its EOI ends: no further exit", () => {
    const machine = aMachine({
      interruptCrossing: (m) => new InjectedInterrupt(m, { apicv: true }),
    });
    const pin = machine.pin(10);
    let count = 0;
    const handleIrq = () => {
      if (++count === 2) pin.setLevel(false);
    };
    machine.kernel.requestLevelIrq(pin, { handleIrq });
    machine.post(new ATask(() => pin.setLevel(true)), 5);
    machine.run();
    const exits = stepsOf(machine.trace.finish()).filter((step) => step.startsWith("vmExit"));
    expect(exits).to.deep.equal([
      "vmExit virtualized EOI",
      "vmExit interrupt window",
      "vmExit virtualized EOI",
    ]);
  });
});

describe("ForwardedInterrupt and PostedInterrupt", () => {
  it("signal through an irqfd, or write the descriptor without any exit", () => {
    for (const [make, expected] of [
      [
        (m: Machine) => new ForwardedInterrupt(m, { apicv: true }),
        ["vmExit external interrupt", "signal irqfd"],
      ],
      [(m: Machine) => new PostedInterrupt(m), ["signal posted-interrupt descriptor (PIR, ON)"]],
    ] as const) {
      const { machine, message } = aGuest(make);
      machine.postGuest(
        new ATask(() => {
          message();
          machine.scheduler.attend();
        }),
        5,
      );
      machine.run();
      const steps = stepsOf(machine.trace.finish()).filter((step) => /^(vmExit|signal)/.test(step));
      expect(steps).to.deep.equal(expected);
    }
  });
});
