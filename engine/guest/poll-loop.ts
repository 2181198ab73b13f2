import type { Poller } from "../core/poller.ts";
import { RESOURCES, type ResourceCode } from "../core/resource.ts";
import { HAND_OVER, Task } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { KIND } from "../trace/schema.ts";

/** Who polls, and where its work stands in the trace. */
export interface PollLoopOptions {
  /** Name of the loop: "testpmd", "vhost-user PMD thread". */
  readonly name: string;
  /** Actor whose core it is. */
  readonly actor: number;
  /** Whether it runs on the guest's vCPU, which then never halts; else on a core of the host. */
  readonly guest: boolean;
}

/**
 * A core that never sleeps: it polls again and again whether there is something or not. Polls that
 * find nothing are not played but counted: one row for each stretch of them, just before the poll
 * that finds something. While there is work it polls again at once. The machine rests when nothing
 * is left to do but polling.
 */
export abstract class PollLoop extends Task implements Poller {
  readonly #machine: Machine;
  readonly #options: PollLoopOptions;
  readonly #emptyId: number;
  /** Cycles from one empty poll to the next. */
  readonly #pollCycles: number;
  #idleSinceCycles = 0;
  #running = false;
  #inTurn = false;

  /** @param stream Stream of its host steps; a guest's loop has none of its own. */
  constructor(machine: Machine, options: PollLoopOptions, stream = 0) {
    super(HAND_OVER.hostStep, stream);
    this.resource = RESOURCES.pollingCore.code;
    this.#machine = machine;
    this.#pollCycles = machine.costCycles("emptyPoll");
    this.#options = options;
    this.#emptyId = machine.trace.id(`${options.name}, empty polls:`);
  }

  /** Whether a poll would find something: looks at memory without a row and without time. */
  protected abstract ready(): boolean;
  /** One turn of the loop, with its rows. */
  protected abstract poll(): void;

  get core(): ResourceCode {
    return this.#options.guest ? RESOURCES.vcpu.code : RESOURCES.pollingCore.code;
  }

  /** Whether the loop turns. */
  get running(): boolean {
    return this.#running;
  }

  /** The loop begins to turn. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#idleSinceCycles = this.#machine.nowCycles;
    this.#machine.scheduler.pollers.push(this);
    this.look();
  }

  /** The loop ends. */
  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    const { pollers } = this.#machine.scheduler;
    pollers.splice(pollers.indexOf(this), 1);
    if (this.queued) this.#machine.scheduler.cancel(this);
  }

  look(): void {
    if (this.queued || this.#inTurn || !this.ready()) return;
    const sinceCycles = this.#machine.nowCycles - this.#idleSinceCycles;
    this.#post(this.#pollCycles - (sinceCycles % this.#pollCycles));
  }

  override run(): void {
    const { trace, nowCycles } = this.#machine;
    trace.packet = -1;
    const emptyCount = Math.floor((nowCycles - this.#idleSinceCycles) / this.#pollCycles) - 1;
    if (emptyCount > 0) this.#countEmpty(emptyCount);
    this.#inTurn = true;
    this.poll();
    this.#inTurn = false;
    trace.packet = -1;
    this.#idleSinceCycles = this.#machine.nowCycles;
    if (this.#running && this.ready()) this.#post(1);
  }

  /** Counts polls that found nothing. */
  #countEmpty(count: number): void {
    const machine = this.#machine;
    const { name, actor } = this.#options;
    machine.emptyPollsByLoop.set(name, (machine.emptyPollsByLoop.get(name) ?? 0) + count);
    machine.note(KIND.deviceStep, actor, this.#emptyId, count, 0);
  }

  #post(delayCycles: number): void {
    const { scheduler } = this.#machine;
    this.causeRow = -1;
    this.packet = -1;
    if (this.#options.guest) scheduler.postGuest(this, delayCycles);
    else scheduler.post(this, delayCycles);
  }
}
