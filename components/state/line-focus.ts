/** Where the arrows moved the focus to. */
export interface FocusedLine {
  readonly section: string;
  readonly line: string;
}

/** Moves the focus among the names of a section's lines; undefined when the key does not. */
export function movedFocus(event: KeyboardEvent): FocusedLine | undefined {
  const { currentTarget: body, target, key } = event;
  if (!(body instanceof HTMLElement) || !(target instanceof HTMLElement)) return undefined;
  if (event.ctrlKey || event.altKey || event.metaKey || !target.matches("[data-line]"))
    return undefined;
  const lines = [...body.querySelectorAll<HTMLElement>("[data-line]")];
  const at = lines.indexOf(target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[key];
  const next = to === undefined ? undefined : lines[to];
  if (to !== undefined) event.preventDefault();
  if (next === undefined) return undefined;
  next.focus();
  const section = body.closest<HTMLElement>("[data-section]")?.dataset["section"] ?? "";
  return { section, line: next.dataset["line"] ?? "" };
}
