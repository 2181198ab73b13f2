import {
  assembleSizing,
  planSizing,
  planSweep,
  type SizeOptions,
  type SizeResult,
  type Sizing,
  type SweepResult,
} from "#engine";
import { WorkPool } from "../work-pool.ts";
import { doTask, type SizeTask, type SizeTaskResult } from "./size-task.ts";

/** What has been worked out so far. */
export interface Found {
  readonly sizing: Sizing;
  /** What modes carry, by size of packets. */
  readonly sweeps: readonly SweepResult[];
}

/** Who hears of a sizing. */
export interface SizeListener {
  /** So many tasks of all are done, and this is what is known by now. */
  found(found: Found, done: number, all: number): void;
  problem(problem: string): void;
  done(): void;
}

/** Packets measured of each size of packets: the capacity is what is asked, not a percentile. */
const SWEEP_PACKETS = 600;

/** Works sizings out in workers; a new one takes the place of the one before. */
export class SizeRun {
  readonly #pool = new WorkPool<SizeTask, SizeTaskResult>(
    () => new Worker(new URL("./size-worker.ts", import.meta.url), { type: "module" }),
    doTask,
  );

  /**
   * Begins: first each mode with the wanted packets, then each with packets of each size.
   * @throws InputError when an option is out of its range.
   */
  start(options: SizeOptions, listener: SizeListener): void {
    const plan = planSizing(options);
    const { prices, direction = "forward" } = options;
    const sweep = planSweep({
      prices,
      direction,
      loads: [{ share: 0.5 }],
      packetCount: SWEEP_PACKETS,
      modes: plan.points.map(({ mode }) => mode),
    });
    const tasks: SizeTask[] = [
      ...plan.points.map((point) => ({ kind: "size", point }) as const),
      ...sweep.points.map((point) => ({ kind: "sweep", point }) as const),
    ];
    const results: (SizeResult | undefined)[] = plan.points.map(() => undefined);
    const sweeps: SweepResult[] = [];
    let done = 0;
    const tell = () => {
      const sizing = assembleSizing(plan, results);
      listener.found({ sizing, sweeps: [...sweeps] }, done, tasks.length);
    };
    this.#pool.order(tasks, {
      result: (_, answer) => {
        done++;
        if (answer.kind === "sweep") sweeps.push(answer.result);
        else {
          const at = plan.points.findIndex(({ mode }) => mode === answer.result.mode);
          results[at] = answer.result;
        }
        tell();
      },
      problem: (task, problem) => {
        done++;
        listener.problem(`${task.point.mode}: ${problem}`);
        tell();
      },
      done: () => listener.done(),
    });
    tell();
  }

  /** Stops at once. */
  cancel(): void {
    this.#pool.cancel();
  }
}
