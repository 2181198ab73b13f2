import type { ReactiveController, ReactiveControllerHost } from "lit";

const FOCUSABLE =
  "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";

/**
 * Draws, and gives the focus to what stands nearest when the focused element is gone after it: whoever
 * goes by keyboard stays where they were.
 * @param root What is drawn into.
 */
export function keepFocus(root: HTMLElement | ShadowRoot, draw: () => void): void {
  const giveBack = focusIn(root);
  draw();
  giveBack();
}

/** Does the same for whatever an element draws. */
export class KeptFocus implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #giveBack: (() => void) | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdate(): void {
    const { shadowRoot } = this.#host;
    this.#giveBack = shadowRoot?.activeElement ? focusIn(shadowRoot) : undefined;
  }

  hostUpdated(): void {
    this.#giveBack?.();
    this.#giveBack = undefined;
  }
}

/** Remembers where the focus is; the function that comes back puts it near there if it is lost. */
function focusIn(root: HTMLElement | ShadowRoot): () => void {
  const { activeElement: focused } = root instanceof ShadowRoot ? root : document;
  if (!(focused instanceof HTMLElement) || !root.contains(focused)) return () => undefined;
  const around = ancestorsOf(focused);
  const before = focusablesIn(root);
  const at = before.indexOf(focused);
  return () => {
    if (focused.isConnected) return;
    const home = around.find((element) => element.isConnected && root.contains(element)) ?? root;
    // Behind it first, as one that is taken out leaves its place to the next.
    const others = [...before.slice(at + 1), ...before.slice(0, Math.max(0, at)).toReversed()];
    const near = others.find((element) => home.contains(element) && canFocus(element));
    const next = near ?? focusablesIn(home)[0] ?? focusablesIn(root)[0];
    next?.focus();
  };
}

function ancestorsOf(element: HTMLElement): readonly HTMLElement[] {
  const ancestors: HTMLElement[] = [];
  for (let outer = element.parentElement; outer !== null; outer = outer.parentElement) {
    ancestors.push(outer);
  }
  return ancestors;
}

function focusablesIn(root: HTMLElement | ShadowRoot): readonly HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(canFocus);
}

function canFocus(element: HTMLElement): boolean {
  return element.isConnected && element.checkVisibility() && !element.matches(":disabled");
}
