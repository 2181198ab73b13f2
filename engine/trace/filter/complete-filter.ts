import { FILTER_FIELDS, type FieldName, findField } from "./filter-field.ts";
import { type FilterToken, filterTokens } from "./filter-token.ts";
import { type FilterTree, quoted } from "./filter-tree.ts";
import { FILTER_KEYWORDS } from "./parse-filter.ts";
import { namePattern } from "./row-name.ts";
import { nearestWord } from "./suggestion.ts";
import type { FilterVocabulary, FilterWord } from "./vocabulary.ts";

/** What could stand at the cursor, and which part of the text it would take the place of. */
export interface FilterCompletion {
  readonly from: number;
  readonly to: number;
  /** Best first. */
  readonly words: readonly FilterWord[];
}

/** What could be written at the cursor, out of what occurs in the trace. */
export function completeFilter(
  text: string,
  cursor: number,
  vocabulary: FilterVocabulary,
  limit = 12,
): FilterCompletion {
  const tokens = filterTokens(text);
  const index = tokens.findIndex(
    ({ from, to, type }) => isAt(type) && from < cursor && cursor <= to,
  );
  const token = tokens[index];
  const from = token?.from ?? cursor;
  const to = token?.to ?? cursor;
  const typed = text.slice(from, cursor).replace(/^"/, "").toLowerCase();
  const before = tokens.filter((one) => one.to <= from && one.type !== "end");
  const words = ranked(offered(before, vocabulary), typed);
  return { from, to, words: words.slice(0, limit) };
}

function isAt(type: FilterToken["type"]): boolean {
  return type === "word" || type === "quoted" || type === "broken";
}

/** The words that may follow what stands before. */
function offered(before: readonly FilterToken[], vocabulary: FilterVocabulary): FilterWord[] {
  const field = fieldBefore(before);
  if (field === undefined) return [...vocabulary.kind, ...FIELD_WORDS, ...namesOf(vocabulary.name)];
  if (!(field in vocabulary)) return [];
  const words = vocabulary[field as keyof FilterVocabulary];
  return field === "name" || field === "function" || field === "reg" ? namesOf(words) : [...words];
}

/** The field whose value is written now, also after a comma; undefined when none is. */
function fieldBefore(before: readonly FilterToken[]): FieldName | undefined {
  let at = before.length - 1;
  while (before[at]?.type === "," && before[at]?.from === before[at - 1]?.to) at -= 2;
  const name = before[at - 1];
  if (before[at]?.type !== "operator" || name?.type !== "word") return undefined;
  return findField(name.text);
}

const FIELD_WORDS: readonly FilterWord[] = Object.entries(FILTER_FIELDS).map(([name, { doc }]) => ({
  text: `${name}:`,
  doc,
  rows: undefined,
}));

/** Names as they are written in a filter: in quotation marks where they would mean something else. */
function namesOf(words: readonly FilterWord[]): FilterWord[] {
  return words.map((word) => {
    const isPlain = /^[A-Za-z_][\w.-]*$/.test(word.text) && !FILTER_KEYWORDS.includes(word.text);
    return isPlain ? word : { ...word, text: quoted(word.text) };
  });
}

/** Words that begin with what was typed, then those that have it in them. */
function ranked(words: readonly FilterWord[], typed: string): FilterWord[] {
  const places = words.map((word) => ({
    word,
    at: word.text.replace(/^"/, "").toLowerCase().indexOf(typed),
  }));
  const starts = places.filter(({ at }) => at === 0);
  const others = places.filter(({ at }) => at > 0);
  const seen = new Set<string>();
  return [...starts, ...others]
    .map(({ word }) => word)
    .filter(({ text }) => !seen.has(text) && seen.add(text) !== undefined);
}

/** What a filter names that does not occur in the trace, a sentence each, with what may be meant. */
export function filterHints(tree: FilterTree, vocabulary: FilterVocabulary): readonly string[] {
  if (tree.type === "and" || tree.type === "or") {
    return tree.of.flatMap((part) => filterHints(part, vocabulary));
  }
  if (tree.type === "not") return filterHints(tree.of, vocabulary);
  const missing = missingWord(tree, vocabulary);
  if (missing === undefined) return [];
  const near = nearestWord(missing.word, missing.known);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return [`Nothing in this trace is named ${missing.word}.${hint}`];
}

function missingWord(
  tree: FilterTree,
  vocabulary: FilterVocabulary,
): { word: string; known: readonly string[] } | undefined {
  const texts = (field: keyof FilterVocabulary): string[] =>
    vocabulary[field].map(({ text }) => text);
  if (tree.type === "text") {
    const names = [...texts("name"), ...texts("reg")];
    if (names.some((name) => name.toLowerCase().includes(tree.text.toLowerCase())))
      return undefined;
    return { word: tree.text, known: [...texts("kind"), ...Object.keys(FILTER_FIELDS), ...names] };
  }
  if (tree.type === "register") {
    const known = texts("reg");
    return known.some(namePattern(tree.name)) ? undefined : { word: tree.name, known };
  }
  if (tree.type === "name") {
    const known = texts(tree.field);
    const wanted = tree.text.toLowerCase();
    const fits =
      tree.field === "function"
        ? namePattern(tree.text)
        : (name: string) => name.toLowerCase().includes(wanted);
    return known.some(fits) ? undefined : { word: tree.text, known };
  }
  if (tree.type !== "word" || tree.field !== "cost") return undefined;
  const known = texts("cost");
  const wanted = tree.word.toLowerCase();
  return known.some((name) => name.toLowerCase() === wanted)
    ? undefined
    : { word: tree.word, known };
}
