import { expect } from "chai";
import { Schedule } from "../../../engine/core/schedule.ts";
import { Scheduler, type InterruptTaker } from "../../../engine/core/scheduler.ts";
import { HAND_OVER } from "../../../engine/core/task.ts";
import { ATask } from "./a-task.ts";

/** A vCPU that takes one pending interrupt at a time and runs `handler` for it. */
class AVcpu implements InterruptTaker {
  deliverableFromCycles = Infinity;
  pendingCount = 0;
  enabled = true;
  handler: () => void = () => {};
  readonly interruptsEnabled = true;
  readonly pendingStream = 40;

  get deliverable(): boolean {
    return this.enabled && this.pendingCount > 0;
  }

  takeInterrupt(): void {
    this.pendingCount--;
    this.enabled = false;
    this.handler();
    this.enabled = true;
  }
}

function aScheduler() {
  const vcpu = new AVcpu();
  const scheduler = new Scheduler(vcpu, (task) => task.run());
  const log: string[] = [];
  const say = (what: string) => log.push(`${scheduler.nowCycles} ${what}`);
  const access = () => scheduler.guestAccess(1, 0, 0);
  return { vcpu, scheduler, log, say, access };
}

describe("Scheduler", () => {
  it("runs tasks by due time, equal times in the order of posting", () => {
    const { scheduler, log, say } = aScheduler();
    scheduler.post(new ATask(() => say("late")), 20);
    scheduler.post(new ATask(() => say("first")), 10);
    scheduler.post(new ATask(() => say("second")), 10);
    scheduler.run();
    expect(log).to.deep.equal(["10 first", "10 second", "20 late"]);
  });

  it("lets a due hand-over happen between two guest accesses", () => {
    const { scheduler, log, say, access } = aScheduler();
    scheduler.post(new ATask(() => say("host")), 2);
    const guest = new ATask(() => {
      for (let i = 0; i < 3; i++) {
        access();
        say("guest");
      }
    });
    scheduler.postGuest(guest, 0);
    scheduler.run();
    expect(log).to.deep.equal(["1 guest", "2 host", "2 guest", "3 guest"]);
  });

  it("starts guest work only when the vCPU is idle", () => {
    const { scheduler, log, say, access } = aScheduler();
    const second = new ATask(() => say("second"));
    const first = new ATask(() => {
      scheduler.postGuest(second, 0);
      access();
      say("first ends");
    });
    scheduler.postGuest(first, 0);
    scheduler.run();
    expect(log).to.deep.equal(["1 first ends", "1 second"]);
    expect(scheduler.guestRunning).to.equal(false);
  });

  it("takes an interrupt between two accesses, and one that was held back as soon as it may", () => {
    const { vcpu, scheduler, log, say, access } = aScheduler();
    vcpu.handler = () => say("interrupt");
    const guest = new ATask(() => {
      vcpu.enabled = false;
      vcpu.pendingCount = 1;
      access();
      say("held back");
      vcpu.enabled = true;
      scheduler.attend();
      say("goes on");
    });
    scheduler.postGuest(guest, 0);
    scheduler.run();
    expect(log).to.deep.equal(["1 held back", "1 interrupt", "1 goes on"]);
  });

  it("takes a task back", () => {
    const { scheduler, log, say } = aScheduler();
    const host = new ATask(() => say("host"));
    const guest = new ATask(() => say("guest"));
    scheduler.post(host, 1);
    scheduler.postGuest(guest, 1);
    scheduler.cancel(host);
    scheduler.cancel(guest);
    scheduler.cancel(guest);
    scheduler.run();
    expect(log).to.deep.equal([]);
  });

  it("stops before the first task after `untilCycles`", () => {
    const { scheduler, log, say } = aScheduler();
    scheduler.post(new ATask(() => say("in")), 5);
    scheduler.post(new ATask(() => say("out")), 6);
    scheduler.run(5);
    expect(log).to.deep.equal(["5 in"]);
  });

  it("comes to rest while only background work waits, and does it while other work lasts", () => {
    const { scheduler, log, say } = aScheduler();
    const watchdog = new ATask((task) => {
      say("watchdog");
      scheduler.post(task, 10);
    });
    watchdog.background = true;
    scheduler.post(watchdog, 10);
    scheduler.post(new ATask(() => say("packet")), 25);
    scheduler.run();
    expect(log).to.deep.equal(["10 watchdog", "20 watchdog", "25 packet"]);
    scheduler.run(40);
    expect(log.slice(3)).to.deep.equal(["30 watchdog", "40 watchdog"]);
  });

  it("says so when a task repeats itself without any time passing", () => {
    const { scheduler } = aScheduler();
    scheduler.post(new ATask((task) => scheduler.post(task, 0)), 7);
    expect(() => scheduler.run()).to.throw(
      "more than 1,000,000 tasks ran at one moment, cycle 7: the machine does not come to rest",
    );
  });

  it("says so when guest work repeats itself without any time passing", () => {
    const { scheduler } = aScheduler();
    scheduler.postGuest(new ATask((task) => scheduler.postGuest(task, 0)), 3);
    expect(() => scheduler.run()).to.throw("more than 1,000,000 tasks ran at one moment, cycle 3");
  });

  it("says so when interrupts storm", () => {
    const { vcpu, scheduler } = aScheduler();
    vcpu.pendingCount = Infinity;
    vcpu.handler = () => scheduler.guestAccess(1, 0, 0);
    expect(() => scheduler.run()).to.throw("more than 1,000,000 interrupts were taken");
  });
});

describe("Scheduler with a schedule", () => {
  it("hands over after the n-th access, whatever the time", () => {
    const { scheduler, log, say, access } = aScheduler();
    scheduler.follow(new Schedule([{ handOver: HAND_OVER.hostStep, stream: 0, afterAccesses: 2 }]));
    scheduler.post(new ATask(() => say("host")), 1000);
    const guest = new ATask(() => {
      for (let i = 1; i <= 3; i++) {
        access();
        say(`access ${i}`);
      }
    });
    scheduler.postGuest(guest, 0);
    scheduler.runSchedule();
    expect(log.map((line) => line.replace(/^\d+ /, ""))).to.deep.equal([
      "access 1",
      "host",
      "access 2",
      "access 3",
    ]);
  });

  it("counts what was taken, what was used early and what never came", () => {
    const { scheduler } = aScheduler();
    const schedule = new Schedule([
      { handOver: HAND_OVER.frameArrival, stream: 0, afterAccesses: 9 },
      { handOver: HAND_OVER.deviceTimer, stream: 4, afterAccesses: 9 },
      { handOver: HAND_OVER.interruptTaken, stream: -1, afterAccesses: 9 },
    ]);
    scheduler.follow(schedule);
    scheduler.post(new ATask(() => {}, HAND_OVER.frameArrival), 50);
    scheduler.runSchedule();
    expect(schedule.takenCount).to.equal(1);
    expect(schedule.forcedCount).to.equal(1);
    expect(schedule.missedCount).to.equal(2);
    expect(schedule.next).to.equal(undefined);
  });

  it("drops an optional point when nothing waits for it", () => {
    const { scheduler, log, say } = aScheduler();
    const schedule = new Schedule([
      { handOver: HAND_OVER.hostStep, stream: 1, afterAccesses: 0, optional: true },
      { handOver: HAND_OVER.hostStep, stream: 0, afterAccesses: 0 },
    ]);
    scheduler.follow(schedule);
    scheduler.post(new ATask(() => say("second")), 0);
    scheduler.runSchedule();
    expect(log).to.deep.equal(["0 second"]);
    expect(schedule.missedCount).to.equal(0);
  });

  it("leaves host steps of other streams to time", () => {
    const { scheduler, log, say, access } = aScheduler();
    scheduler.follow(new Schedule([{ handOver: HAND_OVER.hostStep, stream: 1, afterAccesses: 3 }]));
    scheduler.post(new ATask(() => say("covered"), HAND_OVER.hostStep, 1), 0);
    scheduler.post(new ATask(() => say("free"), HAND_OVER.hostStep, 2), 2);
    scheduler.postGuest(new ATask(() => [1, 2, 3].forEach(access)), 0);
    scheduler.runSchedule();
    expect(log).to.deep.equal(["2 free", "3 covered"]);
  });
});
