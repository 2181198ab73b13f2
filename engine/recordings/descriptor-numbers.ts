import type { Manifest } from "./manifest.ts";
import type { Row } from "./row.ts";

const ENTRY_BYTES = 16;

/**
 * Virtio descriptors by order of first use. After a burst whose races did not come out as recorded,
 * the free lists of both sides hold the same descriptors in another order: what a driver does with
 * them is compared under a one-to-one naming, learnt at first use and kept for the phase.
 */
export class DescriptorNumbers {
  readonly #names = new Map<string, string>();
  readonly #sizes: ReadonlyMap<string, number>;

  /** @param blocks Rings as the manifest names them: where an avail ring ends. */
  constructor(blocks: readonly { readonly name: string; readonly byteCount: number }[]) {
    this.#sizes = new Map(blocks.map((block) => [block.name, block.byteCount]));
  }

  /** How many descriptors have been named. */
  get count(): number {
    return this.#names.size;
  }

  /** The row with descriptor numbers replaced by their order of first use. */
  rename(row: Row): Row {
    const match = /^(mem_\w+) (\w+)\+0x([0-9a-f]+)\/(\d+) = (0x[0-9a-f]+|<buffer>)$/.exec(row.key);
    if (match === null) return row;
    const [, op = "", block = "", offsetText = "", size = "", value = ""] = match;
    const offset = Number.parseInt(offsetText, 16);
    const queue = block.split("_")[0] as string;
    if (/^\w+_desc$/.test(block)) {
      const entry = this.#name(queue, Math.floor(offset / ENTRY_BYTES));
      const at = offset % ENTRY_BYTES;
      const shown = at === 14 ? this.#name(queue, Number(value)) : value;
      return { ...row, key: `${op} ${block} ${entry}+${at}/${size} = ${shown}` };
    }
    if (!this.#holdsNumber(block, offset, size)) return row;
    const place = `${op} ${block}+0x${offsetText}/${size}`;
    return { ...row, key: `${place} = ${this.#name(queue, Number(value))}` };
  }

  /** Whether an access carries a descriptor number: avail entries, used ids, packed ids. */
  #holdsNumber(block: string, offset: number, size: string): boolean {
    if (block.endsWith("_used")) return offset % 8 === 4 && size === "4";
    if (block.endsWith("_desc_ring")) return offset % ENTRY_BYTES === 12 && size === "2";
    // used_event stands behind the entries.
    const end = (this.#sizes.get(block) ?? 0) - 2;
    return block.endsWith("_avail") && offset >= 4 && offset < end;
  }

  #name(queue: string, descriptor: number): string {
    const key = `${queue} ${descriptor}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `#${this.#names.size}`;
      this.#names.set(key, name);
    }
    return name;
  }
}

/** Both sides under a naming of descriptors by first use, and how many were named. */
export function renameBoth(
  recorded: readonly Row[],
  engine: readonly Row[],
  blocks: Manifest["blocks"],
): { recorded: readonly Row[]; engine: readonly Row[]; count: number } {
  const theirs = new DescriptorNumbers(blocks);
  const ours = new DescriptorNumbers(blocks);
  return {
    recorded: recorded.map((row) => theirs.rename(row)),
    engine: engine.map((row) => ours.rename(row)),
    count: theirs.count,
  };
}
