// Lists and controls that fold out over a page.

/** Folds in at Escape, and gives the focus back to what folded out. */
export function closeOnEscape(event: KeyboardEvent): void {
  const { currentTarget: details } = event;
  if (event.key !== "Escape" || !(details instanceof HTMLDetailsElement)) return;
  details.open = false;
  details.querySelector("summary")?.focus();
}

/** Folds in when the reader goes on elsewhere: it lies over what stands below. */
export function closeWhenLeft({ currentTarget: details, relatedTarget }: FocusEvent): void {
  if (!(details instanceof HTMLDetailsElement) || !(relatedTarget instanceof Node)) return;
  if (!details.contains(relatedTarget)) details.open = false;
}
