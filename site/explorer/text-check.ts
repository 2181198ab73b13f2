/** Whether a text of a link can be the name or value of a mode or knob: word characters, dots, hyphens. */
export function isName(text: string): boolean {
  return /^[\w.-]{1,64}$/.test(text);
}

/** A whole number of at most nine digits, or what stands for one that is not there. */
export function whole(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}
