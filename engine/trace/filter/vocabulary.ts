import { ACTOR_COUNT } from "../actor.ts";
import { EVENTS, KIND_COUNT } from "../schema.ts";
import { RESOURCE_COUNT } from "../../core/resource.ts";
import { KIND } from "../schema.ts";
import type { FilterSource } from "./filter-source.ts";
import { ACTOR_WORDS, KIND_WORDS, RESOURCE_WORDS } from "./filter-word.ts";

/** A word that occurs in a trace. */
export interface FilterWord {
  readonly text: string;
  /** What it stands for. */
  readonly doc: string;
  /** Rows that it fits by itself; undefined where they were not counted. */
  readonly rows: number | undefined;
}

/** The words of a trace, by the field that takes them, most frequent first. */
export type FilterVocabulary = Readonly<
  Record<
    "kind" | "actor" | "resource" | "reg" | "name" | "function" | "cost",
    readonly FilterWord[]
  >
>;

/** Collects the words that occur in a trace; one look at each row. */
export function filterVocabulary({ trace, registers, costs }: FilterSource): FilterVocabulary {
  const kinds = new Float64Array(KIND_COUNT);
  const actors = new Float64Array(ACTOR_COUNT);
  const resources = new Float64Array(RESOURCE_COUNT);
  const wheres = new Float64Array(trace.names.length);
  const calls = new Float64Array(trace.names.length);
  const charges = new Float64Array(costs?.charges.length ?? 0);
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row] as number;
    const where = trace.where[row] as number;
    const charge = trace.cost[row] as number;
    add(kinds, kind);
    add(actors, trace.actor[row] as number);
    add(wheres, where);
    if (kind === KIND.call) add(calls, where);
    if (charge > 0) add(resources, trace.resource[row] as number);
    if (charge < charges.length) add(charges, charge);
  }
  return {
    kind: wordsOf(KIND_WORDS, kinds, kindDoc),
    actor: wordsOf(ACTOR_WORDS, actors, () => "whose code runs"),
    resource: wordsOf(RESOURCE_WORDS, resources, () => "who was busy"),
    reg: [...new Set(registers.values())]
      .toSorted()
      .map((text) => ({ text, doc: "register or field", rows: undefined })),
    name: named(trace.names, wheres, "in the row's place"),
    function: named(trace.names, calls, "inside this call").map((word) => ({
      ...word,
      rows: undefined,
    })),
    cost: costWords(costs?.charges ?? [], charges),
  };
}

function add(counts: Float64Array, at: number): void {
  counts[at] = (counts[at] as number) + 1;
}

function wordsOf(
  words: ReadonlyMap<string, readonly number[]>,
  counts: Float64Array,
  doc: (codes: readonly number[]) => string,
): FilterWord[] {
  return byRows(
    [...words].map(([text, codes]) => ({
      text,
      doc: doc(codes),
      rows: codes.reduce((sum, code) => sum + (counts[code] ?? 0), 0),
    })),
  );
}

function kindDoc(codes: readonly number[]): string {
  const kinds = Object.values(EVENTS).filter(({ code }) => codes.includes(code));
  return kinds.map(({ label }) => label).join(", ");
}

function named(names: readonly string[], counts: Float64Array, doc: string): FilterWord[] {
  return byRows(names.slice(1).map((text, at) => ({ text, doc, rows: counts[at + 1] ?? 0 })));
}

function costWords(
  charges: readonly { readonly parts: readonly { readonly cost: string }[] }[],
  counts: Float64Array,
): FilterWord[] {
  const rows = new Map<string, number>();
  charges.forEach(({ parts }, charge) => {
    for (const cost of new Set(parts.map((part) => part.cost))) {
      rows.set(cost, (rows.get(cost) ?? 0) + (counts[charge] ?? 0));
    }
  });
  return byRows([...rows].map(([text, n]) => ({ text, doc: "rows with this price", rows: n })));
}

/** Only what occurs, most frequent first. */
function byRows<W extends { readonly rows: number }>(words: readonly W[]): W[] {
  return words.filter(({ rows }) => rows > 0).toSorted((one, other) => other.rows - one.rows);
}
