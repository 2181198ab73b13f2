/** Edits after which what lies between a common beginning and end is left without partners. */
const EDITS_MAX = 1000;

/**
 * Lays two sequences side by side in order: for each entry of the first the place of its partner in the
 * second, or -1. As many as possible have one (Myers, An O(ND) Difference Algorithm and Its Variations,
 * 1986), unless more than a thousand have none.
 */
export function alignPairs(a: readonly string[], b: readonly string[]): Int32Array {
  const partners = new Int32Array(a.length).fill(-1);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    partners[start] = start;
    start++;
  }
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
    partners[endA] = endB;
  }
  const inner = pairsBetween(a.slice(start, endA), b.slice(start, endB));
  for (const [x, y] of inner) partners[start + x] = start + y;
  return partners;
}

/** The pairs of two sequences that have neither beginning nor end in common. */
function pairsBetween(
  a: readonly string[],
  b: readonly string[],
): readonly (readonly [x: number, y: number])[] {
  const max = Math.min(a.length + b.length, EDITS_MAX);
  const middle = max + 1;
  const reach = new Int32Array(2 * max + 3);
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= max; edits++) {
    history.push(reach.slice());
    for (let k = -edits; k <= edits; k += 2) {
      const down =
        k === -edits || (k !== edits && at(reach, middle + k - 1) < at(reach, middle + k + 1));
      let x = down ? at(reach, middle + k + 1) : at(reach, middle + k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[middle + k] = x;
      if (x >= a.length && x - k >= b.length) return pairsBack(history, middle, a.length, b.length);
    }
  }
  return [];
}

/** Goes the way of the fewest edits back and collects what matched on it. */
function pairsBack(
  history: readonly Int32Array[],
  middle: number,
  lengthA: number,
  lengthB: number,
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let x = lengthA;
  let y = lengthB;
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const reach = history[edits] as Int32Array;
    const k = x - y;
    const down =
      k === -edits || (k !== edits && at(reach, middle + k - 1) < at(reach, middle + k + 1));
    const beforeK = down ? k + 1 : k - 1;
    const beforeX = edits === 0 ? 0 : at(reach, middle + beforeK);
    const beforeY = edits === 0 ? 0 : beforeX - beforeK;
    while (x > beforeX && y > beforeY) pairs.push([--x, --y]);
    x = beforeX;
    y = beforeY;
  }
  return pairs;
}

function at(values: Int32Array, index: number): number {
  return values[index] as number;
}
