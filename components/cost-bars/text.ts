import { CATEGORIES } from "#engine";
import { figure, percentText, withRange } from "../range-text.ts";
import { type CostBar, type CostPart, TONES } from "./bar.ts";

/** One sentence on a piece of a bar: what, by whom, how many cycles, how sure. */
export function partText(bar: CostBar, part: CostPart): string {
  const who = TONES.find(({ tone }) => tone === part.tone)?.label ?? "";
  const by = part.tone === "boundary" ? who : `by the ${who}`;
  const { typical } = bar.total;
  const share = typical > 0 ? ` ${percentText(part.cycles.typical / typical)} of the packet` : "";
  return (
    `${bar.title}. ${CATEGORIES[part.category].label}, ${by}: ` +
    `${withRange(part.cycles)} cycles,${share}${assumedText(part)}.`
  );
}

/** One sentence on a whole bar. */
export function barText(bar: CostBar): string {
  const latency =
    bar.latencyMicroseconds === undefined ? "" : `; latency ${figure(bar.latencyMicroseconds)} µs`;
  return `${bar.title}: ${withRange(bar.total)} CPU cycles per packet${latency}`;
}

function assumedText({ cycles, assumedCycles }: CostPart): string {
  if (assumedCycles === undefined) return "";
  if (assumedCycles <= 0) return "; nothing assumed";
  if (assumedCycles >= cycles.typical * 0.995) return "; all of it at assumed prices";
  return `; ${percentText(assumedCycles / cycles.typical)} of it at assumed prices`;
}
