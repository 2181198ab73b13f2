import type { CategoryName, CostRange } from "#engine";
import type { Lane } from "../flow/lane.ts";

/** Whose code spends the cycles: one actor's, several actors', or the crossing of the line itself. */
export type CostTone = Lane["tone"] | "boundary" | "several";

/** A piece of a bar: what one actor spends on one category, per packet. */
export interface CostPart {
  /** Unique in its bar: category and tone. */
  readonly id: string;
  readonly category: CategoryName;
  readonly tone: CostTone;
  readonly cycles: CostRange;
  /** How many of the typical cycles have assumed prices; undefined where that is not known. */
  readonly assumedCycles: number | undefined;
}

/** What a packet costs in one mode. */
export interface CostBar {
  readonly id: string;
  readonly title: string;
  readonly parts: readonly CostPart[];
  /** CPU cycles per packet. */
  readonly total: CostRange;
  /** Cycles per packet of polls that found nothing; not in the total. */
  readonly emptyPolls: number;
  /** Median latency; undefined while it is worked out. */
  readonly latencyMicroseconds: number | undefined;
  /** The typical total at the prices without the reader's changes, where there are any. */
  readonly before?: number;
}

/** How lengths are drawn: cycles, cycles on a logarithmic axis, or shares of the total. */
export const COST_SCALES = ["linear", "log", "share"] as const;
/** One of {@link COST_SCALES}. */
export type CostScale = (typeof COST_SCALES)[number];

/** What the pieces of a bar are ordered by: whose code runs, or what the cycles are spent on. */
export const STACK_ORDERS = ["actor", "category"] as const;
/** One of {@link STACK_ORDERS}. */
export type StackOrder = (typeof STACK_ORDERS)[number];

/** The tones in the order of the lanes, the line between guest and host. */
export const TONES: readonly { readonly tone: CostTone; readonly label: string }[] = [
  { tone: "guest", label: "guest" },
  { tone: "boundary", label: "crossing the line" },
  { tone: "hypervisor", label: "hypervisor" },
  { tone: "device-model", label: "device model" },
  { tone: "host-network", label: "host network" },
  { tone: "hardware", label: "hardware" },
  { tone: "wire", label: "wire" },
  { tone: "several", label: "guest and host" },
];

/** How strong a category's tint of its actor's colour is: the actor's main work is the fullest. */
export const TINTS: Readonly<Record<CategoryName, 1 | 2 | 3 | 4 | 5>> = {
  guestDriver: 1,
  guestStack: 2,
  transition: 1,
  hypervisor: 1,
  deviceEmulation: 1,
  copy: 4,
  notification: 2,
  interrupt: 3,
  dma: 3,
  hostStack: 1,
  scheduling: 5,
  polling: 5,
  wire: 1,
  idle: 5,
};
