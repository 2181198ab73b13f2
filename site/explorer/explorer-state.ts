import type { Direction, PriceChoice } from "#engine";
import { GENERATED } from "../packets/packet-source.ts";
import type { ModeChoice } from "./mode-choice.ts";

/** What the page is for at the moment. */
export const VIEWS = ["one", "compare", "recorded"] as const;
/** One of the views. */
export type ExplorerView = (typeof VIEWS)[number];

/** What stands beside the crossing. */
export const PANELS = ["state", "rings", "frame", "events"] as const;
/** One of the panels. */
export type ExplorerPanel = (typeof PANELS)[number];

/** What lies below. */
export const DRAWERS = ["timeline", "ledger"] as const;
/** One of the drawers. */
export type ExplorerDrawer = (typeof DRAWERS)[number];

/** A stretch of time in cycles. */
export type CycleRange = readonly [startCycles: number, endCycles: number];

/** Everything that decides what the explorer shows: plain values, and all of it stands in the link. */
export interface ExplorerState {
  readonly view: ExplorerView;
  /** The mode that is looked into, with its knobs. */
  readonly choice: ModeChoice;
  /** What it is compared with: one to three. */
  readonly others: readonly ModeChoice[];
  /** GENERATED, OWN_FILE or the file of a bundled capture. */
  readonly source: string;
  readonly direction: Direction;
  /** Generated packets: how many. */
  readonly count: number;
  /** Generated packets: bytes of a frame without FCS. */
  readonly sizeBytes: number;
  readonly gapMicroseconds: number;
  readonly prices: PriceChoice;
  /** From 1. */
  readonly packet: number;
  /** Step of the packet's journey, from 1; 0 for the most telling one. */
  readonly step: number;
  readonly panel: ExplorerPanel;
  readonly drawer: ExplorerDrawer;
  /** Sections that are open. */
  readonly open: readonly string[];
  /** Sections of the block that was opened; empty for all. */
  readonly only: readonly string[];
  readonly filter: string;
  /** The stretch of time in view; undefined for all. */
  readonly range: CycleRange | undefined;
  /** Address that the inspector is at, -1 for where the packet is. */
  readonly address: number;
  /** Stage of a packet's way that a comparison is at; empty for none. */
  readonly stage: string;
  /** The recording beside the model. */
  readonly recording: string;
}

/** The mode that the explorer opens with: the one with the most to see. */
export const RESTING_MODE = "vtx-rtl8139";

/** What the explorer shows before anybody touched it. */
export function restingState(prices: PriceChoice): ExplorerState {
  return {
    view: "one",
    choice: { modeId: RESTING_MODE, knobs: {} },
    others: [{ modeId: "virtio-vhost", knobs: {} }],
    source: GENERATED,
    direction: "tx",
    count: 3,
    sizeBytes: 60,
    gapMicroseconds: 100,
    prices,
    packet: 1,
    step: 0,
    panel: "state",
    drawer: "timeline",
    open: [],
    only: [],
    filter: "",
    range: undefined,
    address: -1,
    stage: "",
    recording: "",
  };
}

/** What a run depends on, as a text. */
export function scenarioKey(state: ExplorerState): string {
  const { source, direction, count, sizeBytes, gapMicroseconds, prices } = state;
  const generated = source === GENERATED ? [count, sizeBytes] : [];
  return JSON.stringify([source, direction, generated, gapMicroseconds, prices]);
}
