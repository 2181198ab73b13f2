import type { TextRange } from "../range-text.ts";

/** One more thing that a row says when it is opened. */
export interface RangeDetail {
  readonly term: string;
  readonly text: string;
  /** Where it can be read. */
  readonly url?: string;
}

/** A value with its range, in a list that is drawn on one axis. */
export interface RangeRow {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  /** Undefined where there is no value: the row then says why in `text`. */
  readonly range: TextRange | undefined;
  /** The value in words. */
  readonly text: string;
  /** How it stands: as hoped, in between, or not. */
  readonly verdict: "good" | "open" | "bad" | "none";
  /** What stands in the further columns. */
  readonly cells: readonly string[];
  readonly details: readonly RangeDetail[];
}

/** What the axis of a list is like. */
export interface RangeAxis {
  /** What is drawn, with its unit. */
  readonly label: string;
  readonly kind: "ratio" | "decades";
  /** A line through all rows. */
  readonly reference: { readonly value: number; readonly label: string } | undefined;
  /** A region behind all rows. */
  readonly band: { readonly from: number; readonly to: number; readonly label: string } | undefined;
}
