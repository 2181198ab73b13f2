import type { ReactiveController, ReactiveControllerHost } from "lit";

/**
 * How much larger type is than on a desk. To ask for it makes the browser work out styles in the
 * middle of an update, so it is read once and again when the page's theme changes.
 */
export class TypeScale implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #themes = new MutationObserver(() => {
    this.#value = undefined;
    this.#host.requestUpdate();
  });
  #value: number | undefined;

  /** @param host The element that draws; its styles have `--_scale`. */
  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  /** 1 on a desk, more on a projector. */
  get value(): number {
    this.#value ??= Number(getComputedStyle(this.#host).getPropertyValue("--_scale")) || 1;
    return this.#value;
  }

  hostConnected(): void {
    this.#value = undefined;
    this.#themes.observe(document.documentElement, {
      attributeFilter: ["class", "data-theme", "style"],
    });
  }

  hostDisconnected(): void {
    this.#themes.disconnect();
  }
}
