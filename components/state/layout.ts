import type { CellSpec, History, SectionLine, SectionSpec, SectionState, Snapshot } from "#engine";

/** A line of a section as it is shown: what is known of it, and how it stands. */
export interface LineView {
  readonly spec: CellSpec;
  readonly line: SectionLine;
}

/** A section of the panel. */
export interface SectionView {
  readonly spec: SectionSpec;
  readonly open: boolean;
  /** How many values the row changed. */
  readonly changedCount: number;
  /** Registers and fields, each at its place whether it has a value or not; empty while closed. */
  readonly lines: readonly LineView[];
  /** Lines of a table; empty while closed. */
  readonly tableLines: readonly SectionLine[];
  /** What changed, the first few: each line with its values before and after. */
  readonly changes: readonly LineView[];
  /** Lines that a table has at most over the whole run. */
  readonly lineCount: number;
}

/** What the reader chose to see. */
export interface PanelChoice {
  readonly open: ReadonlySet<string>;
  /** Ids of the sections to show; all when it is empty. */
  readonly only: readonly string[];
  /** Part of a name; everything when it is empty. */
  readonly filter: string;
  readonly changedFirst: boolean;
}

/** Changes of a section that are told at most. */
const CHANGES_MAX = 4;

/**
 * The sections to show at a moment, in an order that does not depend on the row unless the reader
 * asked for it: by actor, then by id.
 */
export function layOutSections(
  history: History,
  snapshot: Snapshot,
  choice: PanelChoice,
): SectionView[] {
  const wanted = choice.filter.trim().toLowerCase();
  const views = orderedSections(snapshot.sections)
    .filter(({ id }) => choice.only.length === 0 || choice.only.includes(id))
    .map((spec) => viewOf(history, snapshot, spec, choice.open, wanted))
    .filter((view) => view !== undefined);
  if (!choice.changedFirst) return views;
  return views.toSorted((one, other) => sign(other.changedCount) - sign(one.changedCount));
}

/** Sections by actor, then by id. */
export function orderedSections(sections: readonly SectionSpec[]): SectionSpec[] {
  return sections.toSorted((one, other) => one.actor - other.actor || (one.id < other.id ? -1 : 1));
}

/** What is known of a line: its own entry, that of its bank (`TSD[2]` is one of `TSD`), or nothing. */
export function specOfLine(spec: SectionSpec, name: string): CellSpec {
  const found =
    spec.cells.find((cell) => cell.name === name) ??
    spec.cells.find((cell) => cell.name === bankOf(name));
  return found === undefined ? { name, form: "hex", sizeBytes: 0, doc: "" } : { ...found, name };
}

function viewOf(
  history: History,
  snapshot: Snapshot,
  spec: SectionSpec,
  open: ReadonlySet<string>,
  wanted: string,
): SectionView | undefined {
  const isNamed = wanted === "" || spec.title.toLowerCase().includes(wanted);
  const isOpen = open.has(spec.id) || wanted !== "";
  const isChanged = snapshot.changedSections.includes(spec.id);
  // A closed section in which nothing changed needs no look at its cells.
  const state = isOpen || isChanged ? snapshot.section(spec.id) : undefined;
  const isTable = spec.kind === "table";
  const names = history.lineNames(spec.id);
  const fits = (name: string) => isNamed || name.toLowerCase().includes(wanted);
  const lines = state === undefined || isTable ? [] : linesOf(spec, state, names).filter(by(fits));
  const columnFits = isTable && spec.cells.some(({ name }) => fits(name));
  const tableLines = isTable
    ? (state?.lines ?? []).filter(({ name }) => columnFits || fits(name))
    : [];
  if (!isNamed && lines.length === 0 && tableLines.length === 0 && !columnFits) return undefined;
  const changed = state?.lines.filter((line) => line.changed.includes(true)) ?? [];
  return {
    spec,
    open: isOpen,
    changedCount: changed.reduce((sum, { changed: at }) => sum + at.filter(Boolean).length, 0),
    lines: isOpen ? lines : [],
    tableLines: isOpen ? tableLines : [],
    changes: changed.slice(0, CHANGES_MAX).map((line) => ({
      spec: isTable ? { ...columnOf(spec, line), name: line.name } : specOfLine(spec, line.name),
      line,
    })),
    lineCount: names.length,
  };
}

/** Every register or field at its place, so that nothing moves when one gets its first value. */
function linesOf(spec: SectionSpec, state: SectionState, names: readonly string[]): LineView[] {
  const found = new Map(state.lines.map((line) => [line.name, line]));
  const banks = new Map<string, string[]>();
  for (const name of names) {
    const bank = bankOf(name);
    if (bank !== name) banks.set(bank, [...(banks.get(bank) ?? []), name]);
  }
  const isKnown = new Set(spec.cells.map(({ name }) => name));
  const ordered = [
    ...spec.cells.flatMap(({ name }) => banks.get(name) ?? [name]),
    ...names.filter((name) => !isKnown.has(name) && !isKnown.has(bankOf(name))),
  ];
  return ordered.map((name) => ({
    spec: specOfLine(spec, name),
    line: found.get(name) ?? emptyLine(name),
  }));
}

/** The register that an entry of a bank belongs to: `TSD` for `TSD[2]`; others are their own. */
function bankOf(name: string): string {
  return name.replace(/\[\d+\]$/, "");
}

function emptyLine(name: string): SectionLine {
  return { name, values: [undefined], before: [undefined], changed: [false] };
}

/** The column of a table's line that changed first. */
function columnOf(spec: SectionSpec, line: SectionLine): CellSpec {
  const column = Math.max(0, line.changed.indexOf(true));
  return spec.cells[column] ?? { name: "", form: "text", sizeBytes: 0, doc: "" };
}

function by(fits: (name: string) => boolean): (view: LineView) => boolean {
  return ({ line }) => fits(line.name);
}

function sign(count: number): number {
  return count > 0 ? 1 : 0;
}
