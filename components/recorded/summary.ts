import type { AlignedAspect, AlignedPhase } from "#engine";
import { counted, grouped } from "../number-text.ts";
import { isDivergence } from "./item.ts";

/** What is compared, in the order of the table, with its noun. */
export const ASPECT_NOUNS: readonly (readonly [
  aspect: AlignedAspect,
  label: string,
  noun: string,
])[] = [
  ["registers", "Registers", "register accesses"],
  ["interrupts", "Interrupts", "interrupt events"],
  ["rings", "Rings", "ring accesses"],
  ["configuration", "Configuration", "configuration accesses"],
  ["wire", "Wire", "frames"],
  ["exits", "VM exits", "VM exits"],
  ["userExits", "Exits to user space", "exits to user space"],
  ["eoi", "EOIs", "EOIs"],
  ["threads", "Threads", "steps of threads"],
  ["grants", "Grants", "grant accesses"],
  ["events", "Event words", "accesses to event words"],
  ["backend", "Back end", "accesses of dom0 and Xen"],
  ["hypercalls", "Hypercalls", "hypercalls"],
  ["cpu", "CPU", "system calls, exceptions, upcalls and switches"],
];

/** What of recordings phases have anything to compare of, in the order of the table. */
export function comparedAspects(phases: readonly AlignedPhase[]): typeof ASPECT_NOUNS {
  return ASPECT_NOUNS.filter(([aspect]) =>
    phases.some(({ matches }) => (matches[aspect]?.total ?? 0) > 0),
  );
}

/** What agrees and what was taken from the recording, of one phase or of several. */
export function agreementText(phases: readonly AlignedPhase[]): string {
  const parts = ASPECT_NOUNS.flatMap(([aspect, , noun]) => {
    const matched = phases.reduce((sum, { matches }) => sum + (matches[aspect]?.matched ?? 0), 0);
    const total = phases.reduce((sum, { matches }) => sum + (matches[aspect]?.total ?? 0), 0);
    return total === 0 ? [] : [`${grouped(matched)} of ${grouped(total)} ${noun}`];
  });
  const points = pointCount(phases);
  const left = phases.reduce((sum, phase) => sum + leftOutCount(phase), 0);
  const sentences = [
    parts.length === 0 ? "Nothing is compared" : `${joined(parts)} agree`,
    points === 1
      ? "1 point of hand-over was taken from the recording"
      : `${points === 0 ? "no" : grouped(points)} points of hand-over were taken from the recording`,
  ];
  if (left > 0) sentences.push(`${counted(left, "line is", "lines are")} left out by rule`);
  return `${sentences.join("; ")}.`;
}

/** How a burst was judged whose races did not come out as recorded, or "". */
export function rulesText({ rules }: AlignedPhase): string {
  if (rules === undefined) return "";
  const broken = rules.filter(({ holds }) => !holds);
  const verdict =
    broken.length === 0
      ? `all ${rules.length} hold`
      : `${broken.length} of ${rules.length} do not hold`;
  return `A burst is a race, and this one did not come out as recorded: rules judge it, and ${verdict}.`;
}

/** How many lines of a phase differ. */
export function divergenceCount({ lines }: AlignedPhase): number {
  return lines.filter(isDivergence).length;
}

/** Points of hand-over that were taken from the recording. */
export function pointCount(phases: readonly AlignedPhase[]): number {
  return phases.reduce((sum, { points }) => {
    return sum + Object.values(points).reduce((all, count) => all + count, 0);
  }, 0);
}

/** Recorded lines that rules leave out. */
export function leftOutCount({ leftOut }: AlignedPhase): number {
  return Object.values(leftOut).reduce((sum, count) => sum + count, 0);
}

function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
