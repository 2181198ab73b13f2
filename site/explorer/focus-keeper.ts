const FOCUSABLE =
  "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";

/**
 * Draws, and gives the focus to what stands nearest when the focused element is gone after it: whoever
 * goes by keyboard stays where they were.
 * @param host What is drawn into.
 */
export function keepFocus(host: HTMLElement, draw: () => void): void {
  const { activeElement: focused } = document;
  if (!(focused instanceof HTMLElement) || !host.contains(focused)) {
    draw();
    return;
  }
  const around = ancestorsOf(focused, host);
  const before = focusablesIn(host);
  const at = before.indexOf(focused);
  draw();
  if (focused.isConnected) return;
  const home = around.find((element) => element.isConnected) ?? host;
  // Behind it first, as one that is taken out leaves its place to the next.
  const others = [...before.slice(at + 1), ...before.slice(0, Math.max(0, at)).toReversed()];
  const near = others.find((element) => home.contains(element) && canFocus(element));
  const next = near ?? focusablesIn(home)[0] ?? focusablesIn(host)[0];
  next?.focus();
}

function ancestorsOf(element: HTMLElement, host: HTMLElement): readonly HTMLElement[] {
  const ancestors: HTMLElement[] = [];
  for (let outer = element.parentElement; outer !== null; outer = outer.parentElement) {
    ancestors.push(outer);
    if (outer === host) break;
  }
  return ancestors;
}

function focusablesIn(root: HTMLElement): readonly HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(canFocus);
}

function canFocus(element: HTMLElement): boolean {
  return element.isConnected && element.checkVisibility() && !element.matches(":disabled");
}
