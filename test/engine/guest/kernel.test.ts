// kernel/irq/chip.c (handle_edge_irq, handle_fasteoi_irq), kernel/softirq.c, net/core/dev.c.
import { expect } from "chai";
import { Napi } from "../../../engine/guest/napi.ts";
import type { Machine } from "../../../engine/machine.ts";
import { ACTORS } from "../../../engine/trace/actor.ts";
import { KIND } from "../../../engine/trace/schema.ts";
import { ATask } from "../core/a-task.ts";
import { aMachine, stepsOf } from "../a-machine.ts";

/** A poll routine that handles what waits and completes when less than its budget did. */
class ANapi extends Napi {
  waiting = 0;
  readonly polls: number[] = [];
  onPoll: () => void = () => {};
  readonly #machine: Machine;

  constructor(machine: Machine) {
    super();
    this.#machine = machine;
  }

  override poll(budget: number): number {
    const worked = Math.min(budget, this.waiting);
    this.waiting -= worked;
    this.polls.push(worked);
    mark(this.#machine, "poll");
    this.onPoll();
    if (worked < budget) this.#machine.kernel.completeNapi(this);
    return worked;
  }
}

function mark(machine: Machine, what: string): void {
  machine.note(KIND.mark, ACTORS.guestDriver.code, machine.trace.id(what), 0, 0);
}

/** Requests a vector at the APIC at cycle 10 and lets the machine run. */
function interruptAt(machine: Machine, vector: number): void {
  machine.post(new ATask(() => machine.vcpu.apic.request(vector)), 10);
  machine.run();
}

function steps(machine: Machine): string[] {
  return stepsOf(machine.trace.finish());
}

describe("GuestKernel interrupts", () => {
  it("write EOI before the handler of an edge-triggered vector", () => {
    const machine = aMachine();
    const handler = { handleIrq: () => mark(machine, "handler") };
    machine.kernel.requestEdgeIrq(0x26, "vec0", handler);
    interruptAt(machine, 0x26);
    expect(steps(machine)).to.deep.equal(["interruptTaken vec0", "lapicEoi vec0", "mark handler"]);
  });

  it("write EOI after the handler of a level-triggered line, and end it at the IOAPIC", () => {
    const machine = aMachine();
    const pin = machine.pin(10);
    const handleIrq = () => {
      mark(machine, "handler");
      pin.setLevel(false);
    };
    machine.kernel.requestLevelIrq(pin, { handleIrq });
    machine.post(new ATask(() => pin.setLevel(true)), 10);
    machine.run();
    expect(steps(machine)).to.deep.equal([
      "intxAssert INTA#",
      "interruptTaken intx",
      "mark handler",
      "intxDeassert INTA#",
      "lapicEoi intx",
      "ioapicEoi INTA#",
    ]);
  });

  it("come again while the line stays asserted", () => {
    const machine = aMachine();
    const pin = machine.pin(10);
    let count = 0;
    const handleIrq = () => {
      if (++count === 3) pin.setLevel(false);
    };
    machine.kernel.requestLevelIrq(pin, { handleIrq });
    machine.post(new ATask(() => pin.setLevel(true)), 10);
    machine.run();
    expect(count).to.equal(3);
  });

  it("of a vector without a handler are ended and otherwise ignored", () => {
    const machine = aMachine();
    const action = machine.kernel.requestEdgeIrq(0x26, "vec0", {
      handleIrq: () => mark(machine, "no"),
    });
    machine.kernel.freeIrq(action);
    interruptAt(machine, 0x26);
    expect(steps(machine)).to.deep.equal(["interruptTaken spurious", "lapicEoi spurious"]);
  });

  it("reach the next driver of a line that the former left asserted", () => {
    const machine = aMachine();
    const pin = machine.pin(10);
    let count = 0;
    const former = machine.kernel.requestLevelIrq(pin, { handleIrq: () => {} });
    machine.kernel.disableInterrupts();
    pin.setLevel(true);
    machine.kernel.freeIrq(former);
    machine.kernel.enableInterrupts();
    const handleIrq = () => {
      count++;
      pin.setLevel(false);
    };
    machine.kernel.requestLevelIrq(pin, { handleIrq });
    machine.run();
    expect(count).to.equal(1);
  });

  it("rewrite an entry whose affinity changed at the next interrupt, before EOI, once", () => {
    const machine = aMachine();
    const action = machine.kernel.requestEdgeIrq(0x26, "vec0", { handleIrq: () => {} });
    action.setAffinity(() => mark(machine, "rewritten"));
    interruptAt(machine, 0x26);
    interruptAt(machine, 0x26);
    expect(steps(machine).filter((step) => step !== "interruptTaken vec0")).to.deep.equal([
      "mark rewritten",
      "lapicEoi vec0",
      "lapicEoi vec0",
    ]);
  });

  it("name what requested them as their cause and enclose what the handler does", () => {
    const machine = aMachine();
    machine.kernel.requestEdgeIrq(0x26, "vec0", { handleIrq: () => mark(machine, "handler") });
    const send = new ATask(() => machine.sendMsix(3, machine.trace.id("vec0"), 0xfee0_0000, 0x26));
    machine.post(send, 10);
    machine.run();
    const trace = machine.trace.finish();
    expect([...trace.cause]).to.deep.equal([-1, 0, 0, 0]);
    expect([...trace.parent]).to.deep.equal([-1, -1, 1, 1]);
  });
});

describe("GuestKernel and packets", () => {
  it("count an interrupt for the packet that it is about, and go on with their own", () => {
    const machine = aMachine();
    machine.kernel.requestEdgeIrq(0x26, "vec0", { handleIrq: () => mark(machine, "handler") });
    machine.postGuest(
      new ATask(() => {
        machine.trace.packet = 7;
        machine.sendMsix(3, machine.trace.id("vec0"), 0xfee0_0000, 0x26);
        machine.trace.packet = 8;
        machine.scheduler.attend();
        mark(machine, "goes on");
      }),
      5,
    );
    machine.run();
    expect([...machine.trace.finish().packet]).to.deep.equal([7, 7, 7, 7, 8]);
  });
});

describe("GuestKernel softirqs", () => {
  it("run after the handler, with interrupts enabled", () => {
    const machine = aMachine();
    const napi = new ANapi(machine);
    let enabled = false;
    napi.waiting = 3;
    napi.onPoll = () => (enabled = machine.vcpu.interruptsEnabled);
    const handleIrq = () => {
      machine.kernel.scheduleNapi(napi);
      mark(machine, "handler ends");
    };
    machine.kernel.requestEdgeIrq(0x26, "vec0", { handleIrq });
    interruptAt(machine, 0x26);
    expect(steps(machine).slice(2)).to.deep.equal(["mark handler ends", "mark poll"]);
    expect(enabled).to.equal(true);
    expect(napi.polls).to.deep.equal([3]);
  });

  it("wait until the last of nested local_bh_disable is undone", () => {
    const machine = aMachine();
    const napi = new ANapi(machine);
    const { kernel } = machine;
    kernel.disableBottomHalves();
    kernel.disableBottomHalves();
    kernel.scheduleNapi(napi);
    kernel.enableBottomHalves();
    expect(napi.polls).to.deep.equal([]);
    kernel.enableBottomHalves();
    expect(napi.polls).to.deep.equal([0]);
    expect(() => kernel.enableBottomHalves()).to.throw("only after they were disabled");
  });

  it("do not run in an interrupt that comes while they are held off, but when they are let go", () => {
    const machine = aMachine();
    const napi = new ANapi(machine);
    machine.kernel.requestEdgeIrq(0x26, "vec0", {
      handleIrq: () => machine.kernel.scheduleNapi(napi),
    });
    machine.kernel.disableBottomHalves();
    interruptAt(machine, 0x26);
    expect(napi.polls).to.deep.equal([]);
    machine.kernel.enableBottomHalves();
    expect(napi.polls).to.deep.equal([0]);
  });

  it("are not nested by an interrupt in a poll: its work waits for the next turn", () => {
    const machine = aMachine();
    const napi = new ANapi(machine);
    const other = new ANapi(machine);
    const nesting: string[] = [];
    machine.kernel.requestEdgeIrq(0x26, "vec0", {
      handleIrq: () => {
        nesting.push("interrupt");
        machine.kernel.scheduleNapi(other);
      },
    });
    napi.onPoll = () => {
      machine.vcpu.apic.request(0x26);
      machine.scheduler.attend();
      nesting.push("poll ends");
    };
    other.onPoll = () => nesting.push("other poll");
    machine.kernel.runProcess(() => machine.kernel.scheduleNapi(napi));
    expect(nesting).to.deep.equal(["interrupt", "poll ends", "other poll"]);
  });

  it("stay at one level of nesting however fast interrupts follow each other", () => {
    const machine = aMachine();
    const napi = new ANapi(machine);
    let depth = 0;
    let deepest = 0;
    let left = 20_000;
    machine.kernel.requestEdgeIrq(0x26, "vec0", {
      handleIrq: () => {
        deepest = Math.max(deepest, ++depth);
        machine.kernel.scheduleNapi(napi);
        if (left-- > 0) machine.vcpu.apic.request(0x26);
        depth--;
      },
    });
    machine.kernel.disableBottomHalves();
    interruptAt(machine, 0x26);
    machine.kernel.enableBottomHalves();
    expect([left, deepest]).to.deep.equal([-1, 1]);
  });

  it("do transmit work once, however often it was raised", () => {
    const machine = aMachine();
    let count = 0;
    const action = () => count++;
    machine.kernel.runProcess(() => {
      machine.kernel.raiseTransmitSoftirq(action);
      machine.kernel.raiseTransmitSoftirq(action);
    });
    expect(count).to.equal(1);
  });
});

describe("GuestKernel NAPI", () => {
  it("polls again with the whole weight while a poll uses it up", () => {
    const machine = aMachine();
    const napi = new ANapi(machine);
    napi.waiting = 130;
    machine.kernel.runProcess(() => machine.kernel.scheduleNapi(napi));
    expect(napi.polls).to.deep.equal([64, 64, 2]);
    expect(napi.scheduled).to.equal(false);
  });

  it("polls again when it was scheduled during a poll, and loses no wake-up", () => {
    const machine = aMachine();
    const napi = new ANapi(machine);
    const returned: boolean[] = [];
    napi.waiting = 1;
    napi.onPoll = () => {
      if (napi.polls.length > 1) return;
      napi.waiting = 5;
      returned.push(machine.kernel.scheduleNapi(napi));
    };
    machine.kernel.runProcess(() => returned.push(machine.kernel.scheduleNapi(napi)));
    expect(returned).to.deep.equal([true, false]);
    expect(napi.polls).to.deep.equal([1, 5]);
    expect([napi.scheduled, napi.missed]).to.deep.equal([false, false]);
  });

  it("polls in turn when several are scheduled", () => {
    const machine = aMachine();
    const order: string[] = [];
    const make = (name: string, waiting: number) => {
      const napi = new ANapi(machine);
      napi.waiting = waiting;
      napi.onPoll = () => order.push(name);
      return napi;
    };
    const [a, b] = [make("a", 100), make("b", 1)];
    machine.kernel.runProcess(() => {
      machine.kernel.scheduleNapi(a);
      machine.kernel.scheduleNapi(b);
    });
    expect(order).to.deep.equal(["a", "b", "a"]);
  });
});
