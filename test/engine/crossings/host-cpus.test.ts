// Linux 6.12, kernel/sched/core.c: who wakes, who is switched to. Priorities and time slices are not
// modelled.
import { expect } from "chai";
import { HostCpus } from "../../../engine/crossings/host-cpus.ts";
import { HOST_THREAD } from "../../../engine/core/task.ts";
import { aMachine, rowsOf } from "../a-machine.ts";

const { vcpu, mainLoop, vhostWorker } = HOST_THREAD;

function aHost(count: number) {
  const machine = aMachine();
  const cpus = new HostCpus(machine, count);
  const rows = () => rowsOf(machine.trace.finish()).map((row) => row.replace(/ none=0$/, ""));
  return { cpus, rows };
}

describe("HostCpus", () => {
  it("wakes a thread once, and switches to it once", () => {
    const { cpus, rows } = aHost(2);
    expect([cpus.wake(mainLoop), cpus.wake(mainLoop)]).to.deep.equal([true, false]);
    cpus.switchTo(mainLoop);
    cpus.switchTo(mainLoop);
    cpus.sleep(mainLoop);
    expect(rows()).to.deep.equal([
      "wakeUp QEMU main loop value=1",
      "contextSwitch QEMU main loop cpu=1",
      "contextSwitch idle cpu=1",
    ]);
  });

  it("gives the vCPU's CPU back to it when all share one", () => {
    const { cpus, rows } = aHost(1);
    cpus.wake(vhostWorker);
    expect(cpus.vcpuHasCompany).to.equal(true);
    cpus.switchTo(vhostWorker);
    cpus.sleep(vhostWorker);
    cpus.sleep(vcpu);
    expect(rows()).to.deep.equal([
      "wakeUp vhost worker value=2",
      "contextSwitch vhost worker cpu=0",
      "contextSwitch vCPU cpu=0",
      "contextSwitch idle cpu=0",
    ]);
  });

  it("does not let a CPU idle for which another thread waits", () => {
    const { cpus, rows } = aHost(1);
    cpus.wake(mainLoop);
    cpus.sleep(vcpu);
    expect(rows()).to.deep.equal(["wakeUp QEMU main loop value=1"]);
  });

  it("gives each thread a CPU of its own when there are three", () => {
    for (const [count, shared] of [
      [1, [true, true]],
      [2, [false, false]],
      [3, [false, false]],
    ] as const) {
      const { cpus } = aHost(count);
      expect([mainLoop, vhostWorker].map((t) => cpus.sharesWithVcpu(t))).to.deep.equal(shared);
    }
    const { cpus, rows } = aHost(3);
    cpus.wake(vhostWorker);
    cpus.switchTo(vhostWorker);
    expect(rows()[1]).to.equal("contextSwitch vhost worker cpu=2");
  });
});
