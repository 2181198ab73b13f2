/** How fast a run can be played, in events a second; 0 is as fast as the page draws. */
export const SPEEDS: readonly number[] = [1, 2, 5, 10, 30, 0];

/** Plays a run step by step. At rest it holds no timer, and a hidden page is at rest. */
export class Playback {
  readonly #step: () => boolean;
  readonly #changed: () => void;
  #timer = 0;
  #frame = 0;
  #perSecond = 1;

  /**
   * @param step Goes one step; false when there is nowhere to go.
   * @param changed Hears when playing begins or ends.
   */
  constructor(step: () => boolean, changed: () => void) {
    this.#step = step;
    this.#changed = changed;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.pause();
    });
  }

  /** Whether it plays. */
  get playing(): boolean {
    return this.#timer !== 0 || this.#frame !== 0;
  }

  /** Begins to play. */
  play(perSecond: number): void {
    this.#stop();
    this.#perSecond = perSecond;
    this.#next();
    this.#changed();
  }

  /** Stops where it is. */
  pause(): void {
    if (!this.playing) return;
    this.#stop();
    this.#changed();
  }

  #next(): void {
    const go = () => {
      this.#timer = 0;
      this.#frame = 0;
      if (this.#step()) this.#next();
      else this.#changed();
    };
    if (this.#perSecond === 0) this.#frame = requestAnimationFrame(go);
    else this.#timer = window.setTimeout(go, 1000 / this.#perSecond);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#timer = 0;
    this.#frame = 0;
  }
}
