import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Follows the width of the place where an element draws, and lets it draw anew when it changes. */
export class PlotWidth implements ReactiveController {
  /** Whole pixels; a guess until the place is there. */
  widthPx: number;
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #selector: string;
  #observed: Element | null = null;
  readonly #observer = new ResizeObserver(([entry]) => {
    const widthPx = Math.floor(entry?.contentRect.width ?? 0);
    if (widthPx <= 0 || widthPx === this.widthPx) return;
    this.widthPx = widthPx;
    this.#host.requestUpdate();
  });

  /** @param selector The place in the host's shadow tree. */
  constructor(host: ReactiveControllerHost & HTMLElement, selector: string, guessPx = 640) {
    this.#host = host;
    this.#selector = selector;
    this.widthPx = guessPx;
    host.addController(this);
  }

  hostUpdated(): void {
    const place = this.#host.shadowRoot?.querySelector(this.#selector) ?? null;
    if (place === this.#observed) return;
    this.#observer.disconnect();
    this.#observed = place;
    if (place !== null) this.#observer.observe(place);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#observed = null;
  }
}
