import type { ReactiveController, ReactiveControllerHost } from "lit";

const PASSAGE_MS = 200;

/**
 * Shows once where a hand-over went, by drawing its arrow along the way. Any key or pointer stops it;
 * readers who want no motion get none.
 */
export class Passage implements ReactiveController {
  #running: Animation | undefined;

  constructor(host: ReactiveControllerHost) {
    host.addController(this);
  }

  /** Whether the reader wants no motion. */
  get reduced(): boolean {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** Draws a way, whose length counts as 1, from its start to its end. */
  show(way: Element | null): void {
    this.stop();
    if (way === null || this.reduced) return;
    const running = way.animate(
      [
        { strokeDasharray: "1 1", strokeDashoffset: 1 },
        { strokeDasharray: "1 1", strokeDashoffset: 0 },
      ],
      { duration: PASSAGE_MS, easing: "ease-out" },
    );
    this.#running = running;
    addEventListener("keydown", this.stop, { capture: true });
    addEventListener("pointerdown", this.stop, { capture: true });
    running.finished.then(this.stop, () => undefined);
  }

  /** Ends what runs; the drawing rests as it is. */
  readonly stop = (): void => {
    removeEventListener("keydown", this.stop, { capture: true });
    removeEventListener("pointerdown", this.stop, { capture: true });
    this.#running?.cancel();
    this.#running = undefined;
  };

  hostDisconnected(): void {
    this.stop();
  }
}
