/** Bytes of a line of the hex view. */
export const LINE_BYTES = 16;

/** The byte that a key leads to, or undefined for other keys. */
export function movedByte(
  { key, ctrlKey, altKey, metaKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">,
  at: number,
  { start, end, lines }: { readonly start: number; readonly end: number; readonly lines: number },
): number | undefined {
  if (altKey || metaKey) return undefined;
  const line = at - ((((at - start) % LINE_BYTES) + LINE_BYTES) % LINE_BYTES);
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - LINE_BYTES,
    ArrowDown: at + LINE_BYTES,
    PageUp: at - lines * LINE_BYTES,
    PageDown: at + lines * LINE_BYTES,
    Home: ctrlKey ? start : line,
    End: ctrlKey ? end - 1 : line + LINE_BYTES - 1,
  };
  const to = targets[key];
  if (to === undefined || (ctrlKey && key !== "Home" && key !== "End")) return undefined;
  return Math.min(Math.max(to, start), end - 1);
}

/**
 * The first line to show so that a byte is in view: moved as little as possible by a step, and with
 * what follows the byte in view after a jump.
 */
export function topShowing(
  top: number,
  at: number,
  { start, end, lines }: { readonly start: number; readonly end: number; readonly lines: number },
): number {
  const lineOf = (address: number) => Math.floor((address - start) / LINE_BYTES);
  const wanted = lineOf(at);
  const last = Math.max(0, Math.ceil((end - start) / LINE_BYTES) - lines);
  let first = lineOf(top);
  const isJump = wanted < first - lines || wanted >= first + 2 * lines;
  if (isJump) first = wanted - Math.floor(lines / 4);
  else if (wanted < first) first = wanted;
  else if (wanted >= first + lines) first = wanted - lines + 1;
  return start + Math.min(Math.max(first, 0), last) * LINE_BYTES;
}
