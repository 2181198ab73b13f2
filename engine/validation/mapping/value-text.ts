/** What a source states: a number, from one to another, or a limit. */
export interface PublishedValue {
  readonly low: number;
  readonly high: number;
  /** At least low, at most high, or between them. */
  readonly bound: "least" | "most" | "between";
}

/** Units by what one of them is in the engine's: packets or transactions a second, microseconds, GHz, a ratio. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^Mpps|million packets/i, 1e6],
  [/^kpps/i, 1e3],
  [/^pps|packets\/s/i, 1],
  [/^k(ilo)? ?transactions/i, 1e3],
  [/^transactions/i, 1],
  [/^(us|µs|microseconds)\b/i, 1],
  [/^ms\b/i, 1e3],
  [/^ns\b/i, 1e-3],
  [/^%/i, 0.01],
  [/^(exits|ratio|x|GHz|interrupts\/s|cycles)\b/i, 1],
];

/**
 * Reads a published value in the engine's units: "2 - 5", "at least 2", "under 800", 18.4. Undefined
 * when it is several values in one, or of a unit that is not known.
 */
export function readValue(value: number | string, unit: string): PublishedValue | undefined {
  const factor = UNITS.find(([pattern]) => pattern.test(unit.trim()))?.[1];
  if (factor === undefined) return undefined;
  const text = String(value).replaceAll(",", "").replaceAll("–", "-").trim();
  const found =
    /^(at least|over|under|at most|up to|about)?\s*(\d+(?:\.\d+)?)(?:\s*-\s*(\d+(?:\.\d+)?))?$/i.exec(
      text,
    );
  if (found === null) return undefined;
  const [, word = "", first, second] = found;
  const low = Number(first) * factor;
  const high = second === undefined ? low : Number(second) * factor;
  if (/at least|over/i.test(word)) return { low, high: Infinity, bound: "least" };
  if (/under|at most|up to/i.test(word)) return { low: 0, high, bound: "most" };
  return { low, high, bound: "between" };
}

/** How far a prediction is off: 1 inside of what is published, else the quotient with its nearer end; NaN for none. */
export function ratioTo(predicted: number, { low, high }: PublishedValue): number {
  if (Number.isNaN(predicted)) return NaN;
  if (predicted < low) return predicted / low;
  return predicted > high ? predicted / high : 1;
}
