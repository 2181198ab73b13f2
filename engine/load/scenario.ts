import type { PriceList } from "../ledger/price-list.ts";
import type { Mode } from "../modes/define.ts";
import type { KnobValues } from "../modes/knob.ts";

/** Where packets come from. */
export type LoadSource =
  /** So many packets a second are offered, whatever becomes of them. */
  | {
      readonly kind: "open";
      readonly packetsPerSecond: number;
      /** Evenly apart, or with exponential gaps (a Poisson process). */
      readonly spacing: "constant" | "poisson";
    }
  /** So many packets are under way; the next sets out when one has arrived, and some time to think. */
  | {
      readonly kind: "closed";
      readonly outstanding: number;
      readonly thinkMicroseconds?: number;
    };

/**
 * Which way packets go: tx, the guest's application sends; rx, they arrive for it; forward, the
 * guest routes what arrives and sends it out again; rr, its application answers each request.
 */
export const LOAD_DIRECTIONS = ["tx", "rx", "forward", "rr"] as const;
/** One of {@link LOAD_DIRECTIONS}. */
export type LoadDirection = (typeof LOAD_DIRECTIONS)[number];

/** A mode under load. */
export interface LoadScenario {
  readonly mode: Mode;
  /** Knobs of the mode by name. */
  readonly knobs?: KnobValues;
  readonly prices: PriceList;
  /** Ethernet frames without FCS, used again when they run out; at least one. */
  readonly frames: readonly Uint8Array[];
  readonly direction: LoadDirection;
  readonly source: LoadSource;
  /** Packets that are measured, 1 to 1e7; as many as half of them come before, unmeasured. */
  readonly packetCount: number;
  readonly seed?: number;
  /** Ends the run early when it becomes true; the result is then of no use. */
  readonly signal?: { readonly aborted: boolean };
}
