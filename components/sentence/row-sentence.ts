import { grouped } from "../number-text.ts";
import { stepOfRow, tellerOf } from "../flow/story.ts";
import { functionOf, rowCause } from "./cause.ts";
import { predicateOf } from "./predicate.ts";
import { costText, type PricedRun, rowCost } from "./row-cost.ts";
import { agentOf, subjectOf } from "./subject.ts";

/**
 * A row in one sentence, with its place in its packet's journey, why it happened and what it cost:
 * "3 of 41 · QEMU reads the transmit descriptor … because the guest wrote TPPoll; 212 – 340 cycles,
 * derived." Empty for a row that there is not.
 */
export function rowSentence(run: PricedRun, row: number): string {
  if (row < 0 || row >= run.trace.length) return "";
  const story = tellerOf(run).storyOfRow(row);
  const place = `${grouped(stepOfRow(story, row) + 1)} of ${grouped(story.rows.length)}`;
  const cost = rowCost(run, row);
  const price = cost === undefined ? "" : `; ${costText(cost)}`;
  return `${place} · ${clauseOf(run, row)}${price}.`;
}

/** Who did what, where and why, without place and price. */
export function clauseOf(run: PricedRun, row: number): string {
  const agent = agentOf(run, row);
  const within = functionOf(run, row);
  // Who acts is not named twice.
  const cause = rowCause(run, row).replace(new RegExp(`^${agent} `), "it ");
  const what = predicateOf(run, row) + (within === "" ? "" : `, in ${within}`);
  const why = cause === "" ? "" : `${/[,:]/.test(what) ? "," : ""} because ${cause}`;
  return `${subjectOf(run, row)} ${what}${why}`;
}
