import type { History } from "../../../../engine/history/history.ts";
import { ringsAt } from "../../../../engine/inspect/rings/index.ts";
import type { RingPlaces } from "../../../../engine/inspect/rings/ring-places.ts";
import type { RingSlot, RingState } from "../../../../engine/inspect/rings/ring-state.ts";
import { ACTORS } from "../../../../engine/trace/actor.ts";
import { KIND } from "../../../../engine/trace/schema.ts";
import type { Trace } from "../../../../engine/trace/store.ts";

/**
 * What a run did against the rings' ownership: a side writes only into slots that are its own when it
 * does, the device puts frames only into buffers that were posted to it, and all slots have an owner.
 */
export function brokenRules(places: RingPlaces, history: History, trace: Trace): string[] {
  const broken: string[] = [];
  let before = ringsAt(places, history.at(-1));
  for (let row = 0; row < trace.length; row++) {
    const snapshot = history.at(row);
    const now = ringsAt(places, snapshot);
    const tell = (what: string): number => broken.push(`row ${row}: ${what}`);
    for (const ring of now) checkRing(ring, tell);
    const actor = trace.actor[row] as number;
    const side = actor <= ACTORS.guestDriver.code ? "driver" : "device";
    for (const { address, after } of snapshot.writes) {
      for (const ring of before) {
        for (const slot of touched(ring, address, after.length)) {
          if (slot.owner !== side)
            tell(`${side} writes ${ring.id}[${slot.index}], which is the ${slot.owner}'s`);
        }
      }
    }
    if (isPayload(trace, row, places.deviceActor)) checkPayload(before, trace, row, tell);
    before = now;
  }
  return broken;
}

function checkRing({ id, unit, slots, size, markers }: RingState, tell: (what: string) => number) {
  const total = slots.reduce((sum, slot) => sum + (unit === "byte" ? slot.byteCount : 1), 0);
  if (total !== size) tell(`${id} has ${total} of ${size}`);
  if (slots.some((slot) => slot.owner === "none")) tell(`${id}: a slot without an owner`);
  for (const { name, index } of markers) {
    if (!(index >= 0 && index < size)) tell(`${id}: ${name} is ${index} of ${size}`);
  }
}

function touched({ slots }: RingState, address: number, byteCount: number): RingSlot[] {
  return slots.filter(
    (slot) => slot.address < address + byteCount && slot.address + slot.byteCount > address,
  );
}

/** Rows of the device that move frames from or to guest buffers. */
function isPayload(trace: Trace, row: number, deviceActor: number): boolean {
  if (trace.actor[row] !== deviceActor) return false;
  const purpose = trace.names[trace.where[row] as number] ?? "";
  const kind = trace.kind[row];
  return (
    /payload|^frame$/.test(purpose) &&
    (kind === KIND.dmaRead || kind === KIND.dmaWrite || kind === KIND.copy)
  );
}

function checkPayload(
  rings: readonly RingState[],
  trace: Trace,
  row: number,
  tell: (what: string) => number,
) {
  const address = trace.b[row] as number;
  const posted = rings.some((ring) =>
    ring.slots.some((slot) => {
      const { owner, bufferAddress = 0, indirect } = slot;
      if (owner !== "device") return false;
      const starts = [bufferAddress, ...(indirect ?? []).map((entry) => entry.bufferAddress ?? 0)];
      const room = ring.unit === "byte" ? slot.byteCount : 65_536;
      const at = ring.unit === "byte" ? [slot.address] : starts;
      return at.some((start) => start > 0 && address >= start && address < start + room);
    }),
  );
  if (!posted) tell(`a frame at 0x${address.toString(16)}, in no buffer of the device's`);
}
