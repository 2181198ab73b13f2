import { type ArrivalCounts, place } from "./arrival-counts.ts";
import type { RecordedEvent } from "./event.ts";

const COMPLETION_BYTES = 16;

/**
 * Frames arriving at a vmxnet3, shown by a message from QEMU's main loop, by a message inside the
 * write that unmasks, and by completions that the driver finds (where rings are recorded).
 */
export function vmxnet3Arrivals(events: readonly RecordedEvent[], sent: number): ArrivalCounts {
  const counts: ArrivalCounts = new Map();
  let arrived = 0;
  let consumed = 0;
  /** Something has happened since the last message that a pending interrupt would explain. */
  let pending = false;
  /** The write that unmasked the vector, while it is unmasked: an arrival then sends a message. */
  let unmasked = -1;
  let lastWrite = -1;
  let firstMasked = -1;
  const arrive = (at: number): void => {
    if (arrived >= sent) return;
    place(counts, at);
    arrived++;
    pending = true;
  };
  for (const [at, event] of events.entries()) {
    if (event.op === "mmio_write" && event.region === "vmxnet3-b0") {
      lastWrite = at;
      if (isUnmask(event)) unmasked = at;
      if (event.offset >= 0x600 && event.offset < 0x800) pending = true;
    } else if (event.op === "msix") {
      const fromUnmask = event.from === "vcpu-thread" && lastWrite >= 0 && lastWrite === unmasked;
      if (event.from === "main-loop") arrive(at);
      if (fromUnmask && !pending) arrive(lastWrite);
      if (fromUnmask && firstMasked < 0) firstMasked = lastWrite;
      // A message masks its vector, except one that the unmasking itself sent.
      if (!fromUnmask) unmasked = -1;
      pending = false;
    } else if (isCompletionSeen(events, at)) {
      if (arrived === consumed) {
        // Without a message of its own it came before the write that unmasked.
        arrive(unmasked >= 0 ? unmasked : at);
        if (unmasked >= 0) pending = false;
      }
      if (isCompletionFound(events, at)) consumed++;
    }
  }
  const hiddenAt = firstMasked >= 0 ? firstMasked : Math.max(0, ...counts.keys());
  place(counts, hiddenAt, sent - arrived);
  return counts;
}

function isUnmask(event: RecordedEvent | undefined): boolean {
  return event?.op === "mmio_write" && event.offset < 0x200 && event.value === 0n;
}

/**
 * Whether the driver read the generation byte of a completion that was there: one that it goes on
 * with now, or at its next look when the poll's budget was spent.
 */
function isCompletionSeen(events: readonly RecordedEvent[], at: number): boolean {
  const look = events[at] as RecordedEvent;
  if (look.op !== "mem_read" || look.block !== "rx_comp_ring" || look.sizeBytes !== 1) return false;
  if (look.offset % COMPLETION_BYTES !== COMPLETION_BYTES - 1) return false;
  if (isCompletionFound(events, at)) return true;
  const again = events.findIndex(
    (e, i) => i > at && e.op === "mem_read" && e.block === look.block && e.offset === look.offset,
  );
  const next = events[again];
  return next?.op === "mem_read" && next.value === look.value && isCompletionFound(events, again);
}

/** Whether the driver read a completion's generation byte and went on with that completion. */
function isCompletionFound(events: readonly RecordedEvent[], at: number): boolean {
  const event = events[at] as RecordedEvent;
  if (event.op !== "mem_read" || event.block !== "rx_comp_ring" || event.sizeBytes !== 1)
    return false;
  if (event.offset % COMPLETION_BYTES !== COMPLETION_BYTES - 1) return false;
  const next = events.slice(at + 1, at + 12).find((e) => e.op === "mem_read");
  if (next?.op !== "mem_read" || next.block !== "rx_comp_ring") return false;
  const sameEntry =
    Math.floor(next.offset / COMPLETION_BYTES) === Math.floor(event.offset / COMPLETION_BYTES);
  return sameEntry && next.offset % COMPLETION_BYTES !== COMPLETION_BYTES - 1;
}
