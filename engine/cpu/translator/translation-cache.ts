import type { Instruction } from "../x86/instruction.ts";
import { displacement32 } from "./emitter.ts";
import type { Fragment, FragmentExit } from "./fragment.ts";
import { CACHE_BASE } from "./vmm-region.ts";

/** Counts of what happened to a translation cache. */
export interface CacheCounts {
  /** Fragments translated, and their guest instructions. */
  translated: number;
  translatedInstructions: number;
  /** Exits that were chained to another fragment, and chains cut by invalidation. */
  chained: number;
  unchained: number;
  /** Fragments dropped because their code was written to, or to be translated in another way. */
  invalidated: number;
  /** Times that the cache was full and emptied. */
  flushes: number;
}

/** A callout's instruction and the fragment that it stands in. */
export interface CalloutSite {
  readonly fragment: Fragment;
  readonly instruction: Instruction;
}

/**
 * The translation cache: fragments by the guest's linear address of their block, and the memory
 * that holds their code. Two blocks at one address (in two address spaces) are kept apart by the
 * physical pages they were read from.
 */
export class TranslationCache {
  readonly counts: CacheCounts = {
    translated: 0,
    translatedInstructions: 0,
    chained: 0,
    unchained: 0,
    invalidated: 0,
    flushes: 0,
  };
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #byAddress = new Map<bigint, Fragment[]>();
  readonly #byCacheAddress = new Map<bigint, Fragment>();
  readonly #byPage = new Map<number, Set<Fragment>>();
  readonly #exits: { fragment: Fragment | undefined; exit: FragmentExit | undefined }[] = [];
  readonly #callouts: { fragment: Fragment | undefined; instruction: Instruction }[] = [];
  #used = 0;

  /** @param bytes The memory at CACHE_BASE; its length is the cache's size. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Size in bytes. */
  get byteCount(): number {
    return this.#bytes.length;
  }

  /** Bytes that fragments take. */
  get usedByteCount(): number {
    return this.#used;
  }

  /** Linear address of the next fragment. */
  get nextAddress(): bigint {
    return CACHE_BASE + BigInt(this.#used);
  }

  /** All valid fragments, in the order of their places. */
  get fragments(): Fragment[] {
    return [...this.#byCacheAddress.values()].filter(({ valid }) => valid);
  }

  /** Whether a fragment of this size fits. */
  hasRoom(byteCount: number): boolean {
    return this.#used + byteCount <= this.#bytes.length;
  }

  /** The fragment of a block; `pageOf` says which physical page a linear address is in now. */
  find(address: bigint, pageOf: (linear: bigint) => number): Fragment | undefined {
    return this.#byAddress
      .get(address)
      ?.find((fragment) => fragment.valid && isCurrent(fragment, pageOf));
  }

  /** The fragment whose translation begins at a linear address of the cache. */
  beginningAt(cacheAddress: bigint): Fragment | undefined {
    return this.#byCacheAddress.get(cacheAddress);
  }

  /** The fragment whose translation holds a linear address of the cache. */
  holding(cacheAddress: bigint): Fragment | undefined {
    for (const fragment of this.#byCacheAddress.values()) {
      const offset = cacheAddress - fragment.cacheAddress;
      if (offset >= 0n && offset < BigInt(fragment.code.length)) return fragment;
    }
    return undefined;
  }

  /** Whether fragments were translated from a guest-physical page. */
  hasCodeOf(page: number): boolean {
    return (this.#byPage.get(page)?.size ?? 0) > 0;
  }

  /** Takes a number for an exit; its fragment is known when it is put in. */
  numberExit(): number {
    return this.#exits.push({ fragment: undefined, exit: undefined }) - 1;
  }

  /** Takes a number for a callout. */
  numberCallout(instruction: Instruction): number {
    return this.#callouts.push({ fragment: undefined, instruction }) - 1;
  }

  /** The exit with a number, and its fragment. */
  exit(number: number): { readonly fragment: Fragment; readonly exit: FragmentExit } {
    return this.#exits[number] as { fragment: Fragment; exit: FragmentExit };
  }

  /** The callout with a number. */
  callout(number: number): CalloutSite {
    return this.#callouts[number] as CalloutSite;
  }

  /** A fragment's bytes as they stand in the cache: as chaining left them. */
  codeOf(fragment: Fragment): Uint8Array {
    const at = Number(fragment.cacheAddress - CACHE_BASE);
    return this.#bytes.slice(at, at + fragment.code.length);
  }

  /** Puts a fragment at `nextAddress`. */
  put(fragment: Fragment, callouts: readonly number[]): void {
    this.#bytes.set(fragment.code, this.#used);
    this.#used += fragment.code.length;
    const same = this.#byAddress.get(fragment.guestAddress);
    if (same === undefined) this.#byAddress.set(fragment.guestAddress, [fragment]);
    else same.push(fragment);
    this.#byCacheAddress.set(fragment.cacheAddress, fragment);
    for (const page of fragment.pages) {
      const set = this.#byPage.get(page);
      if (set === undefined) this.#byPage.set(page, new Set([fragment]));
      else set.add(fragment);
    }
    for (const exit of fragment.exits) this.#exits[exit.number] = { fragment, exit };
    for (const number of callouts) {
      const { instruction } = this.callout(number);
      this.#callouts[number] = { fragment, instruction };
    }
    this.counts.translated++;
    this.counts.translatedInstructions += fragment.instructions.length;
  }

  /** Lets an exit jump to another fragment instead of its stub. */
  chain(from: Fragment, exit: FragmentExit, to: Fragment): void {
    exit.chained = to;
    to.incoming.push({ from, exit });
    this.#retarget(from, exit, to.cacheAddress);
    this.counts.chained++;
  }

  /** Drops a fragment: nothing jumps to it any more, and it is not found again. */
  invalidate(fragment: Fragment): void {
    if (!fragment.valid) return;
    fragment.valid = false;
    this.counts.invalidated++;
    for (const { from, exit } of fragment.incoming) {
      if (exit.chained !== fragment || !from.valid) continue;
      exit.chained = undefined;
      this.#retarget(from, exit, from.cacheAddress + BigInt(exit.stubAt));
      this.counts.unchained++;
    }
    const same = this.#byAddress.get(fragment.guestAddress) ?? [];
    const rest = same.filter((it) => it !== fragment);
    this.#byAddress.set(fragment.guestAddress, rest);
    for (const page of fragment.pages) this.#byPage.get(page)?.delete(fragment);
  }

  /**
   * Guest memory was written: fragments whose code lies there are dropped.
   * @returns Those dropped.
   */
  written(physical: number, byteCount: number): Fragment[] {
    const page = physical - (physical % 4096);
    const hit = Array.from(this.#byPage.get(page) ?? []).filter((it) =>
      it.overlaps(physical, byteCount),
    );
    for (const fragment of hit) this.invalidate(fragment);
    return hit;
  }

  /** Empties the cache. */
  flush(): void {
    for (const fragment of this.#byCacheAddress.values()) fragment.valid = false;
    this.#byAddress.clear();
    this.#byCacheAddress.clear();
    this.#byPage.clear();
    this.#exits.length = 0;
    this.#callouts.length = 0;
    this.#used = 0;
    this.counts.flushes++;
  }

  #retarget(from: Fragment, exit: FragmentExit, target: bigint): void {
    const at = from.cacheAddress + BigInt(exit.displacementAt);
    this.#view.setInt32(Number(at - CACHE_BASE), displacement32(at + 4n, target), true);
  }
}

function isCurrent(fragment: Fragment, pageOf: (linear: bigint) => number): boolean {
  const [first, last] = fragment.pages;
  if (pageOf(fragment.guestAddress) !== first) return false;
  const end = fragment.guestAddress + BigInt(fragment.guestByteCount - 1);
  return last === undefined || pageOf(end) === last;
}
