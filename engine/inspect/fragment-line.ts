import { Fragment, type FragmentExit, type TranslationKind } from "../cpu/translator/fragment.ts";
import type { TranslationCache } from "../cpu/translator/translation-cache.ts";
import { decodeBytes } from "../cpu/x86/decode.ts";
import type { CellSpec, CellValue } from "../history/history-data.ts";

/** The columns of a fragment's line: all that is needed to show it side by side with its source. */
export const FRAGMENT_CELLS: readonly CellSpec[] = [
  {
    name: "translation at",
    form: "hex",
    sizeBytes: 8,
    doc: "Linear address in the translation cache",
  },
  { name: "guest bytes", form: "decimal", sizeBytes: 0, doc: "Bytes of guest code" },
  {
    name: "cache bytes",
    form: "decimal",
    sizeBytes: 0,
    doc: "Bytes of its translation, stubs among them",
  },
  { name: "runs", form: "decimal", sizeBytes: 0, doc: "Times that it was entered" },
  {
    name: "parts",
    form: "text",
    sizeBytes: 0,
    doc: "For each instruction what it became: bytes of guest code, bytes of translation and where they begin",
  },
  {
    name: "exits",
    form: "text",
    sizeBytes: 0,
    doc: "Ways out: number, guest address, offsets of jump and stub, what it is chained to",
  },
  { name: "guest code", form: "text", sizeBytes: 0, doc: "The guest's bytes" },
  {
    name: "cache code",
    form: "text",
    sizeBytes: 0,
    doc: "The translation's bytes, as chaining left them",
  },
];
/** Numbers of columns. */
export const FRAGMENT_COLUMN = {
  cacheAddress: 0,
  guestBytes: 1,
  cacheBytes: 2,
  runs: 3,
  parts: 4,
  exits: 5,
  guestCode: 6,
  cacheCode: 7,
} as const;

/** The valid fragments of a cache as lines, by guest address, in the order of their places. */
export function fragmentLines(cache: TranslationCache): { name: string; values: CellValue[] }[] {
  const seen = new Map<bigint, number>();
  return cache.fragments.map((fragment) => {
    const { guestAddress, cacheAddress, code, instructions, guestByteCount } = fragment;
    const nth = (seen.get(guestAddress) ?? 0) + 1;
    seen.set(guestAddress, nth);
    const guestCode = instructions.flatMap(({ instruction }) => [...instruction.bytes]);
    return {
      name: `0x${guestAddress.toString(16)}${nth > 1 ? ` (${nth})` : ""}`,
      values: [
        cacheAddress,
        guestByteCount,
        code.length,
        fragment.enteredCount,
        instructions
          .map(
            ({ instruction, kind, byteCount, offset }) =>
              `${kind} ${instruction.length} > ${byteCount} at ${offset}`,
          )
          .join(", "),
        fragment.exits.map(exitText).join(", "),
        bytesToText(guestCode),
        bytesToText(cache.codeOf(fragment)),
      ],
    };
  });
}

/** A fragment as its line tells it, and its bytes at that moment. */
export function readFragment(
  name: string,
  values: readonly (CellValue | undefined)[],
): { readonly fragment: Fragment; readonly code: Uint8Array } {
  const guestAddress = BigInt(/^0x[0-9a-f]+/.exec(name)?.[0] ?? "0x0");
  const cacheAddress = BigInt(values[FRAGMENT_COLUMN.cacheAddress] ?? 0);
  const guestCode = textToBytes(String(values[FRAGMENT_COLUMN.guestCode] ?? ""));
  const code = textToBytes(String(values[FRAGMENT_COLUMN.cacheCode] ?? ""));
  let at = 0;
  const parts = String(values[FRAGMENT_COLUMN.parts] ?? "").matchAll(
    /(\w+) (\d+) > (\d+) at (\d+)/g,
  );
  const instructions = [...parts].map(([, kind, length, byteCount, offset]) => {
    const instruction = decodeBytes(guestCode, guestAddress, at);
    at += Number(length);
    return {
      instruction,
      kind: kind as TranslationKind,
      offset: Number(offset),
      byteCount: Number(byteCount),
    };
  });
  const exits = readExits(String(values[FRAGMENT_COLUMN.exits] ?? ""));
  const pages: number[] = [];
  const fragment = new Fragment({ guestAddress, cacheAddress, code, instructions, exits, pages });
  fragment.enteredCount = Number(values[FRAGMENT_COLUMN.runs] ?? 0);
  return { fragment, code };
}

function exitText({ number, target, displacementAt, stubAt, chained }: FragmentExit): string {
  const to =
    chained === undefined ? "not chained" : `chained to 0x${chained.cacheAddress.toString(16)}`;
  return `exit ${number} to 0x${target.toString(16)}: jump at ${displacementAt}, stub at ${stubAt}, ${to}`;
}

/** Exits as their text tells them; what one is chained to is known by its place in the cache only. */
function readExits(text: string): FragmentExit[] {
  const found = text.matchAll(
    /exit (\d+) to (0x[0-9a-f]+): jump at (\d+), stub at (\d+), (?:not chained|chained to (0x[0-9a-f]+))/g,
  );
  return [...found].map(([, number, target, displacementAt, stubAt, chained]) => ({
    number: Number(number),
    target: BigInt(target ?? 0),
    displacementAt: Number(displacementAt),
    stubAt: Number(stubAt),
    chained: chained === undefined ? undefined : placeOnly(BigInt(target ?? 0), BigInt(chained)),
  }));
}

/** The fragment of a block, of which only the place matters. */
function placeOnly(guestAddress: bigint, cacheAddress: bigint): Fragment {
  const nothing = { code: new Uint8Array(), instructions: [], exits: [], pages: [] };
  return new Fragment({ guestAddress, cacheAddress, ...nothing });
}

function bytesToText(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function textToBytes(text: string): Uint8Array {
  return Uint8Array.from(text === "" ? [] : text.split(" "), (byte) => Number.parseInt(byte, 16));
}
