import { expect } from "chai";
import fc from "fast-check";
import { Schedule } from "../../../engine/core/schedule.ts";
import { HAND_OVER, type HandOver } from "../../../engine/core/task.ts";
import { TaskQueue } from "../../../engine/core/task-queue.ts";
import { ATask } from "./a-task.ts";

const SEED = 20_261;
const KINDS = Object.values(HAND_OVER);

/** The queue's order, written down the simple way: a sorted array. */
class Model {
  tasks: { task: ATask; dueCycles: number; order: number }[] = [];
  #order = 0;

  push(task: ATask, dueCycles: number): void {
    this.tasks.push({ task, dueCycles, order: this.#order++ });
    this.tasks.sort((a, b) => a.dueCycles - b.dueCycles || a.order - b.order);
  }

  remove(task: ATask): boolean {
    const at = this.tasks.findIndex((entry) => entry.task === task);
    if (at >= 0) this.tasks.splice(at, 1);
    return at >= 0;
  }

  find(kind: number, stream: number): ATask | undefined {
    return this.tasks.find(
      ({ task }) => task.handOver === kind && (stream < 0 || task.stream === stream),
    )?.task;
  }
}

const step = fc.oneof(
  fc.record({ do: fc.constant("push" as const), at: fc.nat(9), due: fc.nat(5) }),
  fc.record({ do: fc.constant("pop" as const) }),
  fc.record({ do: fc.constant("remove" as const), at: fc.nat(9) }),
  fc.record({
    do: fc.constant("find" as const),
    kind: fc.nat(3),
    stream: fc.integer({ min: -1, max: 2 }),
  }),
);

describe("TaskQueue", () => {
  it(`behaves as a sorted array, whatever the sequence, seed ${SEED}`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const queue = new TaskQueue();
        const model = new Model();
        const tasks = Array.from({ length: 10 }, (_, i) => {
          const task = new ATask(() => {}, KINDS[i % 4] as HandOver, i % 3);
          task.background = i >= 8;
          return task;
        });
        for (const action of steps) {
          if (action.do === "push") {
            const task = tasks[action.at] as ATask;
            if (task.queued) continue;
            queue.push(task, action.due);
            model.push(task, action.due);
          } else if (action.do === "pop") {
            expect(queue.pop()).to.equal(model.tasks.shift()?.task);
          } else if (action.do === "remove") {
            const task = tasks[action.at] as ATask;
            expect(queue.remove(task)).to.equal(model.remove(task));
          } else {
            expect(queue.find(action.kind, action.stream)).to.equal(
              model.find(action.kind, action.stream),
            );
          }
          expect(queue.size).to.equal(model.tasks.length);
          expect(queue.dueCycles).to.equal(model.tasks[0]?.dueCycles ?? Infinity);
          expect(queue.foregroundCount).to.equal(
            model.tasks.filter(({ task }) => !task.background).length,
          );
          for (const task of tasks) {
            expect(task.queued).to.equal(model.tasks.some((entry) => entry.task === task));
          }
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("refuses a task that already waits", () => {
    const queue = new TaskQueue();
    const task = new ATask(() => {});
    queue.push(task, 1);
    expect(() => queue.push(task, 2)).to.throw("a task is posted once until it has run");
  });

  it("finds the earliest task that the schedule leaves to time, and none that is not due", () => {
    const queue = new TaskQueue();
    const covered = new ATask(() => {}, HAND_OVER.hostStep, 1);
    const free = new ATask(() => {}, HAND_OVER.hostStep, 2);
    const schedule = new Schedule([{ handOver: HAND_OVER.hostStep, stream: 1, afterAccesses: 1 }]);
    queue.push(covered, 1);
    queue.push(free, 5);
    expect(queue.findFree(schedule, 4)).to.equal(undefined);
    expect(queue.findFree(schedule, 5)).to.equal(free);
  });
});
