import type { Fragment, FragmentExit } from "../cpu/translator/fragment.ts";
import { blockOf } from "../cpu/translator/side-by-side.ts";
import type { SectionLine } from "../history/snapshot.ts";
import type { Snapshot } from "../history/snapshot.ts";
import { KIND } from "../trace/schema.ts";
import type { Trace } from "../trace/store.ts";
import type { CodePair, CodePairs } from "./code-pair.ts";
import { FRAGMENT_COLUMN, readFragment } from "./fragment-line.ts";

const CACHE = "translation-cache";
/** EOI register of the local APIC: the store behind a row of it. */
const EOI_ADDRESS = 0xfee0_00b0;
/** Rows between a hidden fault or callout and the access that it is about: a world switch at most. */
const ROWS_AHEAD_MAX = 8;

/** The fragments in the translation cache at a moment, by the names of their lines. */
export function fragmentNames(snapshot: Snapshot): string[] {
  return (snapshot.section(CACHE)?.lines ?? [])
    .filter(({ values }) => values[FRAGMENT_COLUMN.cacheAddress] !== undefined)
    .map(({ name }) => name);
}

/**
 * Source and translation of a fragment side by side, as they stood when the snapshot's row was over;
 * undefined when the cache has no such fragment then.
 * @param name A name of {@link fragmentNames}.
 */
export function codePairs(snapshot: Snapshot, name: string): CodePairs | undefined {
  const line = snapshot.section(CACHE)?.lines.find((one) => one.name === name);
  if (line?.values[FRAGMENT_COLUMN.cacheAddress] === undefined) return undefined;
  const { fragment, code } = readFragment(name, line.values);
  const before = codeBefore(line);
  const { source, translated } = blockOf(fragment, code);
  const starts = source.flatMap((text, at) => (text === "" ? [] : [at]));
  const pairs = starts.map((start, index): CodePair => {
    const part = fragment.instructions[index];
    const exit = fragment.exits[index - fragment.instructions.length];
    const [from, to] = part === undefined ? [0, 0] : [part.offset, part.offset + part.byteCount];
    return {
      source: exit === undefined ? withoutKind(source[start] ?? "") : "",
      translated: translated.slice(start, starts[index + 1]).filter((text) => text !== ""),
      kind: part?.kind ?? "exit",
      note: exit === undefined ? "" : noteOf(exit),
      changed: before !== undefined && differ(before, code, from, to),
    };
  });
  return { ...summaryOf(fragment), pairs };
}

/** The names of the fragments that a row is about: of a translation, a callout, a hidden fault, an access. */
export function fragmentsOfRow(trace: Trace, snapshot: Snapshot, row: number): string[] {
  const names = fragmentNames(snapshot);
  if (names.length === 0) return [];
  const kind = trace.kind[row];
  if (kind === KIND.translation) {
    return names.filter((name) => name === `0x${(trace.a[row] as number).toString(16)}`);
  }
  if (kind !== KIND.callout && kind !== KIND.exception && !isAccess(kind)) return [];
  const access = accessOf(trace, snapshot, row);
  if (access === undefined) return [];
  const sites = snapshot.section("translated-sites")?.lines ?? [];
  return sites
    .filter(({ values: [, address, , direction] }) => {
      const isWrite = direction === "store" || direction === "OUT";
      return address === access.address && isWrite === access.write;
    })
    .map(({ name }) => name)
    .filter((name) => names.includes(name));
}

/** The access that a row is, or that follows the callout or fault of it. */
function accessOf(
  trace: Trace,
  snapshot: Snapshot,
  row: number,
): { readonly address: number; readonly write: boolean } | undefined {
  const end = Math.min(trace.length, row + ROWS_AHEAD_MAX);
  for (let at = row; at < end; at++) {
    const kind = trace.kind[at];
    if (kind === KIND.lapicEoi) return { address: EOI_ADDRESS, write: true };
    if (!isAccess(kind)) continue;
    const region = trace.names[trace.where[at] as number] ?? "";
    const base = snapshot.value("device-windows", region, 1);
    if (typeof base !== "number") return undefined;
    const write = kind === KIND.mmioWrite || kind === KIND.pioWrite;
    return { address: base + (trace.a[at] as number), write };
  }
  return undefined;
}

function isAccess(kind: number | undefined): boolean {
  return (
    kind === KIND.mmioRead ||
    kind === KIND.mmioWrite ||
    kind === KIND.pioRead ||
    kind === KIND.pioWrite
  );
}

function summaryOf(fragment: Fragment): Omit<CodePairs, "pairs"> {
  return {
    guestAddress: fragment.guestAddress,
    cacheAddress: fragment.cacheAddress,
    guestByteCount: fragment.guestByteCount,
    cacheByteCount: fragment.code.length,
    runCount: fragment.enteredCount,
  };
}

/** The translation's bytes before the row, where it changed them. */
function codeBefore({ before, changed }: SectionLine): Uint8Array | undefined {
  const text = before[FRAGMENT_COLUMN.cacheCode];
  if (changed[FRAGMENT_COLUMN.cacheCode] !== true || typeof text !== "string") return undefined;
  return Uint8Array.from(text.split(" "), (byte) => Number.parseInt(byte, 16));
}

function differ(one: Uint8Array, other: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (one[at] !== other[at]) return true;
  return false;
}

/** `blockOf` writes the kind behind an instruction; here it has a place of its own. */
function withoutKind(text: string): string {
  return text.replace(/\s*; \w+$/, "");
}

function noteOf({ target, chained }: FragmentExit): string {
  const to = `exit to 0x${target.toString(16)}`;
  if (chained === undefined) return `${to}, not chained`;
  return `${to}, chained to 0x${chained.cacheAddress.toString(16)}`;
}
