import { ACTOR_COUNT } from "../actor.ts";
import { KIND_COUNT } from "../schema.ts";
import { ledTo, withinCalls } from "./enclosing.ts";
import { argumentOf, comparedMarks, compares } from "./filter-number.ts";
import type { FilterSource } from "./filter-source.ts";
import type { FilterTree, NumberFilter, RegisterFilter } from "./filter-tree.ts";
import { ACTOR_WORDS, KIND_WORDS, RESOURCE_WORDS } from "./filter-word.ts";
import { NAMED_KINDS, namePattern, namesWith, placesNamed } from "./row-name.ts";

/** The rows that a filter wants, in their order. */
export function filterRows(tree: FilterTree, source: FilterSource): Int32Array {
  const marks = marksOf(tree, source);
  let count = 0;
  for (let row = 0; row < marks.length; row++) count += marks[row] as number;
  const rows = new Int32Array(count);
  let at = 0;
  for (let row = 0; row < marks.length; row++) if (marks[row] === 1) rows[at++] = row;
  return rows;
}

/** A byte for each row: 1 when the row is wanted. */
function marksOf(tree: FilterTree, source: FilterSource): Uint8Array {
  const { trace } = source;
  switch (tree.type) {
    case "all":
      return new Uint8Array(trace.length).fill(1);
    case "kind":
      return looked(trace.kind, tableOf(KIND_COUNT, KIND_WORDS.get(tree.word)));
    case "word":
      return wordMarks(tree.field, tree.word, source);
    case "text":
      return textMarks(tree.text, source);
    case "name":
      return tree.field === "name"
        ? looked(trace.where, namesWith(trace.names, tree.text))
        : withinCalls(trace, namePattern(tree.text));
    case "register":
      return registerMarks(tree, source);
    case "number":
      return numberMarks(tree, source);
    case "not":
      return turned(marksOf(tree.of, source));
    default:
      return joined(tree.type, tree.of, source);
  }
}

function joined(
  type: "and" | "or",
  parts: readonly FilterTree[],
  source: FilterSource,
): Uint8Array {
  const [first, ...rest] = parts;
  if (first === undefined) return new Uint8Array(source.trace.length).fill(type === "and" ? 1 : 0);
  const marks = marksOf(first, source);
  for (const part of rest) {
    const others = marksOf(part, source);
    if (type === "and")
      for (let row = 0; row < marks.length; row++)
        marks[row] = (marks[row] as number) & (others[row] as number);
    else
      for (let row = 0; row < marks.length; row++)
        marks[row] = (marks[row] as number) | (others[row] as number);
  }
  return marks;
}

function turned(marks: Uint8Array): Uint8Array {
  for (let row = 0; row < marks.length; row++) marks[row] = 1 - (marks[row] as number);
  return marks;
}

function wordMarks(
  field: "actor" | "resource" | "cost",
  word: string,
  { trace, costs }: FilterSource,
): Uint8Array {
  if (field === "actor") return looked(trace.actor, tableOf(ACTOR_COUNT, ACTOR_WORDS.get(word)));
  const charges = costs?.charges ?? [];
  if (field === "cost") {
    const name = word.toLowerCase();
    const charged = (cost: string): boolean => cost.toLowerCase() === name;
    return looked(
      trace.cost,
      Uint8Array.from(charges, ({ parts }) => (parts.some((part) => charged(part.cost)) ? 1 : 0)),
    );
  }
  const busy = looked(trace.resource, tableOf(256, RESOURCE_WORDS.get(word)));
  // A row that is free keeps nobody busy: its resource is 0 for none.
  for (let row = 0; row < busy.length; row++) if (trace.cost[row] === 0) busy[row] = 0;
  return busy;
}

function textMarks(text: string, { trace, registers }: FilterSource): Uint8Array {
  const marks = looked(trace.where, namesWith(trace.names, text));
  const wanted = text.toLowerCase();
  const places = placesNamed(registers, (name) => name.toLowerCase().includes(wanted));
  if (places.size === 0) return marks;
  const { kind, where, a } = trace;
  for (let row = 0; row < marks.length; row++) {
    if (NAMED_KINDS[kind[row] as number] !== 1) continue;
    if (places.get(where[row] as number)?.has(a[row] as number) === true) marks[row] = 1;
  }
  return marks;
}

function registerMarks({ name, value }: RegisterFilter, source: FilterSource): Uint8Array {
  const { trace, registers } = source;
  const { kind, where, a } = trace;
  const marks = new Uint8Array(trace.length);
  const places = placesNamed(registers, namePattern(name));
  const read = argumentOf("value", source);
  for (let row = 0; row < marks.length; row++) {
    if (NAMED_KINDS[kind[row] as number] !== 1) continue;
    if (places.get(where[row] as number)?.has(a[row] as number) !== true) continue;
    if (value === undefined || compares(read(row), value.operator, value.than)) marks[row] = 1;
  }
  return marks;
}

function numberMarks(filter: NumberFilter, source: FilterSource): Uint8Array {
  const { field, operator, value, to } = filter;
  if (field === "caused-by" || field === "inside") {
    const marks = ledTo(source.trace, Number(value), field);
    return operator === "!=" ? turned(marks) : marks;
  }
  return comparedMarks(field, operator, value, to, source);
}

function looked(column: Uint8Array | Uint16Array, table: Uint8Array): Uint8Array {
  const marks = new Uint8Array(column.length);
  for (let row = 0; row < marks.length; row++) marks[row] = table[column[row] as number] ?? 0;
  return marks;
}

function tableOf(length: number, codes: readonly number[] = []): Uint8Array {
  const table = new Uint8Array(length);
  for (const code of codes) table[code] = 1;
  return table;
}
