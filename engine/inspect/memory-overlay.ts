import type { MemoryStretch } from "./memory-stretch.ts";

/**
 * Lays stretches over a map that has no gaps: where they lie, the map is theirs. Of two that overlap
 * the one that begins first keeps its bytes.
 * @param map Ascending and without gaps.
 */
export function overlay(
  map: readonly MemoryStretch[],
  top: readonly MemoryStretch[],
): MemoryStretch[] {
  const pieces = top.toSorted((one, other) => one.address - other.address);
  const result: MemoryStretch[] = [];
  let next = 0;
  for (const ground of map) {
    const end = endOf(ground);
    let at = ground.address;
    while (at < end) {
      while (next < pieces.length && endOf(pieces[next] as MemoryStretch) <= at) next++;
      const piece = pieces[next];
      const from = Math.max(piece?.address ?? Infinity, at);
      if (piece === undefined || from >= end) {
        push(result, ground, at, end);
        break;
      }
      if (from > at) push(result, ground, at, from);
      const to = Math.min(endOf(piece), end);
      push(result, piece, from, to);
      at = to;
    }
  }
  return result;
}

function endOf({ address, byteCount }: MemoryStretch): number {
  return address + byteCount;
}

/** What goes on from one stretch of the ground to the next is one piece. */
function push(result: MemoryStretch[], piece: MemoryStretch, from: number, to: number): void {
  const last = result.at(-1);
  if (last !== undefined && endOf(last) === from && isSame(last, piece)) {
    result[result.length - 1] = { ...last, byteCount: last.byteCount + to - from };
  } else result.push({ ...piece, address: from, byteCount: to - from });
}

function isSame(one: MemoryStretch, other: MemoryStretch): boolean {
  return (
    one.use === other.use &&
    one.owner === other.owner &&
    one.title === other.title &&
    one.ring === other.ring &&
    one.slot === other.slot &&
    one.packet === other.packet
  );
}
