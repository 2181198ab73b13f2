/** Frames that arrive just before the event with an index, by index. */
export type ArrivalCounts = Map<number, number>;

/** Adds arrivals before an event. */
export function place(counts: ArrivalCounts, at: number, count = 1): void {
  if (count > 0) counts.set(at, (counts.get(at) ?? 0) + count);
}
