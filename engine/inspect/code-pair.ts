import type { TranslationKind } from "../cpu/translator/fragment.ts";

/** One guest instruction beside what the translator made of it, or an exit of the fragment. */
export interface CodePair {
  /** The guest's instruction: address, bytes and text; empty for an exit's stub. */
  readonly source: string;
  /** The translation's instructions in order, address, bytes and text each. */
  readonly translated: readonly string[];
  /** What translation did; `exit` for the stub of a way out. */
  readonly kind: TranslationKind | "exit";
  /** What an exit's way is now: `not chained`, `chained to …`; empty for instructions. */
  readonly note: string;
  /** Whether the row changed bytes of this translation: a chain made or cut. */
  readonly changed: boolean;
}

/** A fragment of the translation cache as it stood at a row. */
export interface CodePairs {
  /** Linear address of the guest's block. */
  readonly guestAddress: bigint;
  /** Linear address of its translation. */
  readonly cacheAddress: bigint;
  /** Bytes of guest code and of its translation, stubs among them. */
  readonly guestByteCount: number;
  readonly cacheByteCount: number;
  /** Times that it was entered. */
  readonly runCount: number;
  readonly pairs: readonly CodePair[];
}
