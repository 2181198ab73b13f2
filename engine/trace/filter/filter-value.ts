import { FILTER_FIELDS, type FieldName, type NumberField } from "./filter-field.ts";
import { problemAt } from "./filter-problem.ts";
import type { FilterToken } from "./filter-token.ts";
import type { FilterNumber, FilterOperator, FilterTree } from "./filter-tree.ts";

const NUMBER = String.raw`0x[\da-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const ONE = new RegExp(`^(?:${NUMBER})$`, "i");
const RANGE = new RegExp(`^(${NUMBER})(ns|us|µs|ms|s)?(?:-(${NUMBER})(ns|us|µs|ms|s)?)?$`, "i");
const MICROSECONDS: Readonly<Record<string, number>> = { ns: 1e-3, us: 1, µs: 1, ms: 1e3, s: 1e6 };

/** How the name of a price is written; which there are, the trace's prices say. */
export const COST_WORD = /^[A-Za-z]\w*$/;

/** Whether a word is a number. */
export function isNumberText(text: string): boolean {
  return ONE.test(text);
}

/** A single number, decimal or hexadecimal. */
export function readNumber(token: FilterToken, field: FieldName): FilterNumber {
  if (token.type === "word" && isNumberText(token.text)) return toNumber(token.text);
  throw problemAt(token, `a number, as in ${FILTER_FIELDS[field].example}`);
}

/** A number or a range of a field; units become microseconds. */
export function readNumberValue(
  field: NumberField,
  operator: FilterOperator,
  token: FilterToken,
): FilterTree {
  const parts = token.type === "word" ? RANGE.exec(token.text) : null;
  const [, first = "", unit, last, lastUnit] = parts ?? [];
  const hasUnit = unit !== undefined || lastUnit !== undefined;
  if (parts === null || (hasUnit && field !== "time")) {
    const text = field === "time" ? "a time" : "a number or a range of numbers";
    throw problemAt(token, `${text}, as in ${FILTER_FIELDS[field].example}`);
  }
  const isEqual = operator === "=" || operator === "!=";
  if (last !== undefined && !isEqual) throw problemAt(token, `one number after ${operator}`);
  if ((field === "caused-by" || field === "inside") && (!isEqual || last !== undefined)) {
    throw problemAt(token, `the number of one row, as in ${FILTER_FIELDS[field].example}`);
  }
  const value = inField(first, unit ?? lastUnit);
  const to = last === undefined ? undefined : inField(last, lastUnit ?? unit);
  if (to !== undefined && to < value) throw problemAt(token, "a range from low to high");
  return { type: "number", field, operator, value, to };
}

function inField(text: string, unit: string | undefined): FilterNumber {
  const value = toNumber(text);
  if (unit === undefined) return value;
  return Number(value) * (MICROSECONDS[unit.toLowerCase()] ?? 1);
}

function toNumber(text: string): FilterNumber {
  const value = Number(text);
  if (Number.isSafeInteger(value) || !/^(?:0x[\da-f]+|\d+)$/i.test(text)) return value;
  return BigInt(text);
}
