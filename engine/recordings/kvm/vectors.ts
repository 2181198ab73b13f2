import type { KvmEvent } from "./event.ts";
import { TIMER_VECTOR } from "./exits.ts";
import { FIRST_DEVICE_VECTOR, type RecordedNic } from "./nics.ts";

/**
 * By how much the recorded guest's vectors of the NIC are higher than those of a guest whose first
 * device the NIC is: other devices of the guest came before it. 0 where any is as expected, so that
 * one vector that is wrong stays wrong.
 */
export function vectorOffset(
  phases: readonly (readonly KvmEvent[])[],
  { transmitVector, receiveVector }: RecordedNic,
): number {
  let lowest = TIMER_VECTOR;
  for (const events of phases) {
    for (const event of events) {
      if (event.ev !== "accept" || event.vector < FIRST_DEVICE_VECTOR) continue;
      lowest = Math.min(lowest, event.vector);
    }
  }
  const expected = Math.min(transmitVector, receiveVector);
  const known = lowest <= Math.max(transmitVector, receiveVector) || lowest === TIMER_VECTOR;
  return known ? 0 : lowest - expected;
}

/** The events with their vectors of devices lowered; the timer's is Linux's own. */
export function withVectorsLowered(events: readonly KvmEvent[], by: number): readonly KvmEvent[] {
  if (by === 0) return events;
  return events.map((event) => {
    if (!("vector" in event) || event.vector < FIRST_DEVICE_VECTOR) return event;
    // The vector of any other exit is the host's.
    const guests = event.ev !== "exit" || event.reason === "EOI_INDUCED";
    return guests && event.vector < TIMER_VECTOR ? { ...event, vector: event.vector - by } : event;
  });
}
