import type { FilterOperator } from "./filter-tree.ts";

/** A piece of a filter's text. */
export interface FilterToken {
  readonly type: "word" | "quoted" | "operator" | "(" | ")" | "," | "broken" | "end";
  /** What it says: a quoted text without its marks, the operator `:` as `=`. */
  readonly text: string;
  /** Where it stands in the filter. */
  readonly from: number;
  readonly to: number;
}

const OPERATORS = /^(?:!=|>=|<=|[:=<>])/;
const WORD = /^[^\s(),":=<>!]+/;
const QUOTED = /^"((?:[^"\\]|\\.)*)"/s;

/** Cuts a filter's text into pieces; the last is the end. */
export function filterTokens(text: string): readonly FilterToken[] {
  const tokens: FilterToken[] = [];
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    const token = tokenAt(text, at);
    tokens.push(token);
    if (token.type === "end") return tokens;
    at = token.to;
  }
}

function tokenAt(text: string, from: number): FilterToken {
  const rest = text.slice(from);
  const first = rest.charAt(0);
  if (first === "") return { type: "end", text: "", from, to: from };
  if (first === "(" || first === ")" || first === ",") {
    return { type: first, text: first, from, to: from + 1 };
  }
  const quoted = QUOTED.exec(rest);
  if (quoted !== null) {
    const inner = (quoted[1] ?? "").replace(/\\(.)/gs, "$1");
    return { type: "quoted", text: inner, from, to: from + quoted[0].length };
  }
  const operator = OPERATORS.exec(rest)?.[0];
  if (operator !== undefined) {
    return {
      type: "operator",
      text: operator === ":" ? "=" : operator,
      from,
      to: from + operator.length,
    };
  }
  const word = WORD.exec(rest)?.[0];
  if (word !== undefined) return { type: "word", text: word, from, to: from + word.length };
  // A quotation mark that nothing closes, or an exclamation mark by itself.
  const to = first === '"' ? text.length : from + 1;
  return { type: "broken", text: text.slice(from, to), from, to };
}

/** The operator that a token says. */
export function operatorOf({ text }: FilterToken): FilterOperator {
  return text as FilterOperator;
}
