// Linux 6.12, virt/kvm/kvm_main.c, kvm_vcpu_halt, grow_halt_poll_ns, shrink_halt_poll_ns.
import { expect } from "chai";
import { HaltPolling } from "../../../engine/crossings/halt-polling.ts";
import { HAND_OVER } from "../../../engine/core/task.ts";
import { ATask } from "../core/a-task.ts";
import { aKvmGuest, VECTOR } from "./a-kvm.ts";

describe("HaltPolling", () => {
  it("grows from 10 µs by doubling while wake-ups come before the maximum, and not beyond it", () => {
    const polling = new HaltPolling(200);
    const times = [50, 50, 50, 150, 190, 199, 199].map((after) => {
      polling.ended(after);
      return polling.microseconds;
    });
    expect(times).to.deep.equal([10, 20, 40, 80, 160, 200, 200]);
  });

  it("stays as it is when it caught the wake-up, and shrinks when the halt was long", () => {
    const polling = new HaltPolling(200);
    for (const after of [50, 50, 50]) polling.ended(after);
    polling.ended(30);
    expect(polling.microseconds).to.equal(40);
    polling.ended(5000);
    expect(polling.microseconds).to.equal(20);
    polling.ended(5000);
    polling.ended(5000);
    expect(polling.microseconds).to.equal(0);
  });

  it("never polls with a maximum of 0", () => {
    const polling = new HaltPolling(0);
    polling.ended(1);
    expect(polling.microseconds).to.equal(0);
  });

  it("spares a vCPU that polls the wake-up and both context switches", () => {
    const guest = aKvmGuest({ haltPollMicroseconds: 200 });
    const arrive = (microseconds: number) => {
      const task = new ATask(() => guest.message(VECTOR.low), HAND_OVER.frameArrival);
      guest.machine.post(task, guest.machine.microseconds(microseconds));
      guest.machine.run();
      return guest.steps().filter((step) => /^(wakeUp|contextSwitch)/.test(step));
    };
    expect(arrive(5)).to.deep.equal(["wakeUp vCPU", "contextSwitch vCPU"]);
    expect(arrive(5)).to.deep.equal([]);
    expect(arrive(90)).to.deep.equal(["contextSwitch idle", "wakeUp vCPU", "contextSwitch vCPU"]);
  });
});
