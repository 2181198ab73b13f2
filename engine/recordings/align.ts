/** Edits after which alignment gives up counting exactly. */
const EDITS_MAX = 3000;

/** Length of what two sequences have in common at their beginning. */
export function commonPrefix(a: readonly string[], b: readonly string[]): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a[at] === b[at]) at++;
  return at;
}

/**
 * How many entries match when both sequences are laid side by side in order: the length of their
 * longest common subsequence (Myers, An O(ND) Difference Algorithm and Its Variations, 1986). Far
 * apart, only what matches at both ends is counted.
 */
export function matchedCount(a: readonly string[], b: readonly string[]): number {
  const start = commonPrefix(a, b);
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const ends = start + (a.length - endA);
  const edits = editCount(a.slice(start, endA), b.slice(start, endB));
  if (edits < 0) return ends;
  return ends + (endA - start + (endB - start) - edits) / 2;
}

/** Insertions and deletions that turn one sequence into the other, or -1 beyond EDITS_MAX. */
function editCount(a: readonly string[], b: readonly string[]): number {
  const max = Math.min(a.length + b.length, EDITS_MAX);
  const reach = new Int32Array(2 * max + 3);
  const middle = max + 1;
  for (let edits = 0; edits <= max; edits++) {
    for (let k = -edits; k <= edits; k += 2) {
      const down =
        k === -edits || (k !== edits && at(reach, middle + k - 1) < at(reach, middle + k + 1));
      let x = down ? at(reach, middle + k + 1) : at(reach, middle + k - 1) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      reach[middle + k] = x;
      if (x >= a.length && y >= b.length) return edits;
    }
  }
  return -1;
}

function at(values: Int32Array, index: number): number {
  return values[index] as number;
}
