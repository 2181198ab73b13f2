/** How far a bet was off, in words. */
export function gapText(guess: number, outcome: number): string {
  if (guess === outcome) return "as you bet";
  const gap = Math.abs(guess - outcome);
  return `you bet ${guess}: ${gap} too ${guess > outcome ? "many" : "few"}`;
}
