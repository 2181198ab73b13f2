import {
  accessValue,
  describeRow,
  fieldsSet,
  KIND,
  type RegisterMeaning,
  registerKey,
} from "#engine";
import { dmaWords, type StatefulRun } from "./dma-words.ts";
import { ringLoad, ringStore } from "./ring-access.ts";
import { ringPlaceOf } from "./ring-words.ts";
import { FIELDS_SHOWN, hex, listed } from "./value-text.ts";

const READS: ReadonlySet<number> = new Set([KIND.mmioRead, KIND.pioRead]);
const WRITES: ReadonlySet<number> = new Set([KIND.mmioWrite, KIND.pioWrite]);
/** Registers that hold an index into a ring: a store moves it. */
const INDEX_REGISTER = /^(TDT|RDT|TXPROD|RXPROD2?)(\[\d+\])?$/;

/** What happens in a row, as the predicate of a sentence whose subject is who acts. */
export function predicateOf(run: StatefulRun, row: number): string {
  const { trace, registers, registerMeanings } = run;
  const dma = dmaWords(run, row);
  if (dma !== undefined) return dma;
  const kind = trace.kind[row] ?? 0;
  const key = registerKey(trace.where[row] ?? 0, trace.a[row] ?? 0);
  const name = registers.get(key);
  if (name !== undefined && kind <= KIND.ringStore) {
    const value = accessValue(trace, row);
    const meaning = registerMeanings.get(key);
    if (READS.has(kind)) return registerRead(name, value, meaning);
    if (WRITES.has(kind)) return registerWrite(name, value, meaning);
    const place = ringPlaceOf(name);
    if (place !== undefined) {
      return kind === KIND.ringStore
        ? ringStore(run, row, place, value)
        : ringLoad(run, row, place, value);
    }
  }
  return describeRow(trace, row, registers);
}

/** The queue that a store to a register notifies, or undefined for another register. */
export function notifiedQueue(name: string, value: number | bigint): string | undefined {
  const queue = /^notify\[(\d+)\]$/.exec(name)?.[1];
  return queue ?? (name === "queue_notify" ? String(value) : undefined);
}

function registerRead(name: string, value: number | bigint, meaning?: RegisterMeaning): string {
  const set = meaning === undefined ? [] : fieldsSet(meaning.fields, value);
  return `reads ${name}: ${hex(value)}${set.length > 0 ? ` (${listed(set)})` : ""}`;
}

function registerWrite(name: string, value: number | bigint, meaning?: RegisterMeaning): string {
  const queue = notifiedQueue(name, value);
  if (queue !== undefined) return `notifies queue ${queue}`;
  if (INDEX_REGISTER.test(name)) return `moves ${name} to ${value}`;
  const set = meaning === undefined ? [] : fieldsSet(meaning.fields, value);
  if (set.length === 0) return `writes ${hex(value)} to ${name}`;
  const flags = set.length <= FIELDS_SHOWN && set.every((field) => !field.includes(" "));
  if (flags && meaning?.access === "w1c") return `clears ${listed(set)} in ${name}`;
  if (flags && meaning?.access === "wo") return `sets ${listed(set)} in ${name}`;
  return `writes ${hex(value)} to ${name} (${listed(set)})`;
}
