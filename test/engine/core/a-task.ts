import { HAND_OVER, Task, type HandOver } from "../../../engine/core/task.ts";

/** A task that runs what it is given. */
export class ATask extends Task {
  readonly #body: (task: ATask) => void;

  constructor(body: (task: ATask) => void, handOver: HandOver = HAND_OVER.hostStep, stream = 0) {
    super(handOver, stream);
    this.#body = body;
  }

  override run(): void {
    this.#body(this);
  }
}
