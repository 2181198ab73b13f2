import { expect } from "chai";
import { PvKernel } from "../../../../engine/cpu/paravirtual/pv-kernel.ts";
import { TickTimer } from "../../../../engine/cpu/paravirtual/tick-timer.ts";
import { Machine } from "../../../../engine/machine.ts";

function aTimer(): { timer: TickTimer; set: () => number[] } {
  const machine = new Machine();
  const idle = { name: "swapper", root: 0, stackTop: 1 };
  const kernel = new PvKernel(machine, idle, { domain: "domU" });
  const timer = new TickTimer(kernel, { tick: 1e6, wheel: 50e6, other: 900e6 });
  const set = (): number[] => {
    const trace = machine.trace.finish();
    const deadlines = [...trace.a];
    machine.trace.clear();
    return deadlines;
  };
  return { timer, set };
}

describe("TickTimer", () => {
  it("sets Xen's timer for a sleeper only when that is due before the tick", () => {
    const { timer, set } = aTimer();
    timer.sleepUntil(1.05e6);
    expect(set()).to.deep.equal([]);
    timer.sleepUntil(0.5e6);
    expect(set()).to.deep.equal([0.5e6]);
  });

  it("sets the next deadline at every interrupt", () => {
    const { timer, set } = aTimer();
    timer.sleepUntil(1.9e6);
    expect(timer.interrupt()).to.equal(true);
    expect(set()).to.deep.equal([1.9e6]);
    expect(timer.interrupt()).to.equal(false);
    expect(set()).to.deep.equal([5e6]);
  });

  it("stops the tick after one that came while idle, and starts it anew with two hypercalls", () => {
    const { timer, set } = aTimer();
    timer.sleepUntil(1.9e6);
    timer.interrupt();
    timer.stopTick();
    expect(set()).to.deep.equal([1.9e6]);
    timer.interrupt();
    expect(set()).to.deep.equal([50e6]);
    timer.leaveIdle(1.95e6);
    expect(set()).to.deep.equal([900e6, 5e6]);
  });

  it("leaves a running tick alone when idle ends", () => {
    const { timer, set } = aTimer();
    timer.leaveIdle(0.2e6);
    expect(set()).to.deep.equal([]);
  });
});
