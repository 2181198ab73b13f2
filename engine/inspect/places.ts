import type { Machine } from "../machine.ts";
import type { HostArea } from "../memory/guest-memory.ts";
import { type RingMode, type RingPlaces, ringPlacesOf } from "./rings/ring-places.ts";

/** Where the rings, structures and areas of a run lie: plain values, so that a worker can post them. */
export interface Places extends RingPlaces {
  /** Guest-physical memory ends here; behind it lies host memory. */
  readonly guestBytes: number;
  /** Guest memory that its kernel and driver have taken, from the first byte to the last. */
  readonly guestTaken: { readonly from: number; readonly to: number };
  /** All bytes, guest and host. */
  readonly memoryBytes: number;
  readonly hostAreas: readonly HostArea[];
}

/** The places of a machine that is up. */
export function placesOf(machine: Machine, mode: RingMode): Places {
  const { memory } = machine;
  return {
    ...ringPlacesOf(machine, mode),
    guestBytes: memory.guestBytes,
    guestTaken: memory.guestTaken,
    memoryBytes: memory.bytes.length,
    hostAreas: memory.hostAreas.map((area) => ({ ...area })),
  };
}
