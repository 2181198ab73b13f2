import type { AlignedLine, LineAspect } from "#engine";

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
    if (isMark(line) || (line.status !== "leftOut" && line.status !== "moment")) {
      items.push({ from: at, to: at + 1, fold: "", isOpen: false });
      continue;
    }
    let to = at + 1;
    while (to < lines.length && isSameFold(line, lines[to] as AlignedLine, wanted)) to++;
    const isOpen = open.has(at);
    items.push({ from: at, to, fold: foldText(line, to - at), isOpen });
    if (isOpen) {
      for (let own = at; own < to; own++) {
        items.push({ from: own, to: own + 1, fold: "", isOpen: false });
      }
    }
    at = to - 1;
  }
  return items;
}

function isSameFold(
  first: AlignedLine,
  line: AlignedLine,
  wanted: (line: AlignedLine) => boolean,
): boolean {
  return wanted(line) && line.status === first.status && line.note === first.note;
}

function foldText({ status, note }: AlignedLine, count: number): string {
  const lines = count === 1 ? "1 line" : `${count} lines`;
  if (status === "leftOut") return `${lines} left out by rule: ${note}`;
  return `${lines} not compared: ${note}`;
}
