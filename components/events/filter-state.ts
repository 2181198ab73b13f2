import {
  filterHints,
  type FilterProblem,
  filterRows,
  type FilterSource,
  type FilterVocabulary,
  filterVocabulary,
  parseFilter,
  rowCycles,
} from "#engine";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { ShownRows } from "./shown-rows.ts";

const vocabularies = new WeakMap<ExplorerRun["trace"], FilterVocabulary>();

/** What a filter is asked of, out of a run. */
export function filterSourceOf({
  trace,
  registers,
  cyclesPerMicrosecond,
  costs,
}: Pick<ExplorerRun, "trace" | "registers" | "cyclesPerMicrosecond" | "costs">): FilterSource {
  const { charges } = costs;
  const cyclesOf = (row: number): number => rowCycles(trace, row, charges);
  return { trace, registers, cyclesPerMicrosecond, costs: { charges, rowCycles: cyclesOf } };
}

/** The words of a run; collected once, when they are first asked for. */
export function vocabularyOf(run: ExplorerRun): FilterVocabulary {
  let words = vocabularies.get(run.trace);
  if (words === undefined) {
    words = filterVocabulary(filterSourceOf(run));
    vocabularies.set(run.trace, words);
  }
  return words;
}

/** A filter's text, what is wrong with it, and the rows of the last text that was understood. */
export interface FilterState {
  readonly text: string;
  readonly problem: FilterProblem | undefined;
  /** Names that occur nowhere, each as a sentence. */
  readonly hints: readonly string[];
  readonly rows: ShownRows;
  /** Whether the rows are some of all. */
  readonly isFiltered: boolean;
}

/** All rows of a run. */
export function unfiltered(run: ExplorerRun | undefined): FilterState {
  const rows = new ShownRows(run?.trace.length ?? 0);
  return { text: "", problem: undefined, hints: [], rows, isFiltered: false };
}

/** The state after another text; one that is not understood leaves the rows as they were. */
export function filtered(run: ExplorerRun, text: string, before: FilterState): FilterState {
  const { tree, problem } = parseFilter(text);
  if (tree === undefined) return { ...before, text, problem, hints: [] };
  if (tree.type === "all") return { ...unfiltered(run), text };
  const rows = new ShownRows(filterRows(tree, filterSourceOf(run)));
  const hints = rows.length === 0 ? filterHints(tree, vocabularyOf(run)) : [];
  return { text, problem: undefined, hints, rows, isFiltered: true };
}
