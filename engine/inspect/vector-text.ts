/** Interrupt vectors as a reader sees them: `0x26, 0x2a`, or `none`. */
export function vectorText(vectors: readonly number[]): string {
  if (vectors.length === 0) return "none";
  return vectors.map((vector) => `0x${vector.toString(16).padStart(2, "0")}`).join(", ");
}
