import type { FilterToken } from "./filter-token.ts";

/** What is wrong with a filter, and where. */
export interface FilterProblem {
  /** Where the text is wrong, counted in characters from 0, up to `to`. */
  readonly from: number;
  readonly to: number;
  readonly found: string;
  readonly expected: string;
  /** A known word that is nearly what was written. */
  readonly suggestion: string | undefined;
  /** All of it in a sentence; positions count from 1 there. */
  readonly message: string;
}

/** Carries a problem out of the parser. */
export class FilterProblemError extends Error {
  readonly problem: FilterProblem;

  constructor(problem: FilterProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Says that something else was expected where a token stands. */
export function problemAt(
  token: FilterToken,
  expected: string,
  suggestion?: string,
): FilterProblemError {
  const { from, to } = token;
  const isOpen = token.type === "broken" && token.text.startsWith('"');
  const found = isOpen ? "a quotation mark that nothing closes" : foundText(token);
  const wanted = isOpen ? "a closing quotation mark" : expected;
  const hint = suggestion === undefined ? "" : ` Did you mean ${suggestion}?`;
  const where = token.type === "end" ? "At the end" : `At character ${from + 1}`;
  const message = `${where}: found ${found}, expected ${wanted}.${hint}`;
  return new FilterProblemError({ from, to, found, expected: wanted, suggestion, message });
}

function foundText({ type, text }: FilterToken): string {
  if (type === "end") return "nothing more";
  return type === "quoted" ? `"${text}"` : `“${text}”`;
}
