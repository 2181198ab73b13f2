import type { NumberField, WordField } from "./filter-field.ts";

/** How a number is compared. */
export type FilterOperator = "=" | "!=" | ">" | ">=" | "<" | "<=";

/** A number in a filter: a bigint beyond 2^53. */
export type FilterNumber = number | bigint;

/** What rows are wanted, as a tree. */
export type FilterTree =
  | { readonly type: "all" }
  /** A kind of row or a group of kinds, by its word. */
  | { readonly type: "kind"; readonly word: string }
  /** Text in the names of a row: of its place, its register or its field. */
  | { readonly type: "text"; readonly text: string }
  /** Text in the row's place, or the name of a call that encloses the row. */
  | { readonly type: "name"; readonly field: "name" | "function"; readonly text: string }
  | { readonly type: "word"; readonly field: WordField; readonly word: string }
  | RegisterFilter
  | NumberFilter
  | { readonly type: "and" | "or"; readonly of: readonly FilterTree[] }
  | { readonly type: "not"; readonly of: FilterTree };

/** An access to a register or ring field by its name, and what was read or written. */
export interface RegisterFilter {
  readonly type: "register";
  readonly name: string;
  readonly value: { readonly operator: FilterOperator; readonly than: FilterNumber } | undefined;
}

/** A number of a row compared; `to` ends a range, both ends included. */
export interface NumberFilter {
  readonly type: "number";
  readonly field: NumberField;
  readonly operator: FilterOperator;
  readonly value: FilterNumber;
  readonly to: FilterNumber | undefined;
}

/** Writes a tree as text that means the same. */
export function filterToText(tree: FilterTree): string {
  switch (tree.type) {
    case "all":
      return "";
    case "kind":
      return tree.word;
    case "text":
      return quoted(tree.text);
    case "name":
      return `${tree.field}:${asValue(tree.text)}`;
    case "word":
      return `${tree.field}:${tree.word}`;
    case "register": {
      const { name, value } = tree;
      return `reg:${asValue(name)}${value === undefined ? "" : `${value.operator}${value.than}`}`;
    }
    case "number":
      return numberText(tree);
    case "not":
      return `not ${inside(tree.of)}`;
    default:
      return tree.of.map(inside).join(` ${tree.type} `);
  }
}

function numberText({ field, operator, value, to }: NumberFilter): string {
  const between = operator === "=" ? ":" : operator;
  return `${field}${between}${value}${to === undefined ? "" : `-${to}`}`;
}

function inside(tree: FilterTree): string {
  const text = filterToText(tree);
  return tree.type === "and" || tree.type === "or" ? `(${text})` : text;
}

function asValue(text: string): string {
  return /^[A-Za-z_][\w.*]*$/.test(text) ? text : quoted(text);
}

/** Text in quotation marks, which stands for itself whatever is in it. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
