import type { AlignedLine, LineAspect } from "#engine";
import { counted } from "../number-text.ts";

/** What the reader wants to see of a phase. */
export type AspectChoice = LineAspect | "all";

/** A row of the list: a line, or lines that are not compared, folded to one. */
export interface ListItem {
  /** The first line's place in the phase, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** What a fold says; empty for a line. */
  readonly fold: string;
  readonly isOpen: boolean;
}

/** Whether both sides differ in a line. */
export function isDivergence({ status }: AlignedLine): boolean {
  return status === "differs" || status === "recorded" || status === "engine";
}

/** Whether a line divides a phase into its packets and is always shown. */
export function isMark({ aspect, status, note }: AlignedLine): boolean {
  return aspect === "moments" && status === "moment" && note === "";
}

/** The rows of the list: what is not compared is folded unless its first line is among the open ones. */
export function listItems(
  lines: readonly AlignedLine[],
  aspect: AspectChoice,
  open: ReadonlySet<number>,
): readonly ListItem[] {
  const items: ListItem[] = [];
  const wanted = (line: AlignedLine): boolean =>
    aspect === "all" || line.aspect === aspect || isMark(line);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as AlignedLine;
    if (!wanted(line)) continue;
    if (!isFolded(line)) {
      items.push({ from: at, to: at + 1, fold: "", isOpen: false });
      continue;
    }
    let to = at + 1;
    while (to < lines.length && isFolded(lines[to] as AlignedLine)) to++;
    const isOpen = open.has(at);
    items.push({ from: at, to, fold: foldText(lines.slice(at, to).filter(wanted)), isOpen });
    if (isOpen) {
      for (let own = at; own < to; own++) {
        if (!wanted(lines[own] as AlignedLine)) continue;
        items.push({ from: own, to: own + 1, fold: "", isOpen: false });
      }
    }
    at = to - 1;
  }
  return items;
}

/** Whether a line is compared with nothing, and no mark either. */
function isFolded(line: AlignedLine): boolean {
  return !isMark(line) && (line.status === "leftOut" || line.status === "moment");
}

/** What a fold says of its lines: how many, and why where all have one reason. */
function foldText(lines: readonly AlignedLine[]): string {
  const count = counted(lines.length, "line", "lines");
  const [first] = lines;
  const left = lines.filter(({ status }) => status === "leftOut").length;
  const isOne = lines.every(({ status, note }) => status === first?.status && note === first.note);
  if (left === 0) return `${count} not compared${isOne ? `: ${first?.note}` : ""}`;
  if (left < lines.length) return `${count} not compared, ${left} of them by rule`;
  return `${count} left out by ${isOne ? `rule: ${first?.note}` : "rules"}`;
}
