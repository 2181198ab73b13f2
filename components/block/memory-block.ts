import { ACTORS, KIND } from "#engine";
import type { Block, Side } from "./block.ts";
import type { RowFacts } from "./row-facts.ts";

const RING_KINDS: ReadonlySet<number> = new Set([KIND.ringLoad, KIND.ringStore]);
const DMA_KINDS: ReadonlySet<number> = new Set([KIND.dmaRead, KIND.dmaWrite]);
/** Blocks of a ring have such names; a DMA names its purpose otherwise. */
const RING_NAME = /^[rt]x_\w+$/;
const DRIVER_DOMAIN = "dom0 ";

/** Blocks of memory that several sides read and write, in the order in which they stand. */
const MEMORY: readonly (Pick<Block, "id" | "actor" | "side" | "shortTitle"> & {
  readonly title: (rings: readonly string[]) => string;
})[] = [
  {
    id: "memory-send",
    actor: ACTORS.guestDriver.code,
    side: "send",
    title: (rings) => (rings.length > 1 ? "TX rings" : "TX ring"),
    shortTitle: "TX ring",
  },
  {
    id: "memory-shared",
    actor: ACTORS.guestDriver.code,
    side: "both",
    title: (rings) =>
      rings.some((name) => name.includes("event")) ? "Grants, events" : "Shared area",
    shortTitle: "shared",
  },
  {
    id: "memory-receive",
    actor: ACTORS.guestDriver.code,
    side: "receive",
    title: (rings) => (rings.length > 1 ? "RX rings" : "RX ring"),
    shortTitle: "RX ring",
  },
  {
    id: "memory-domain",
    actor: ACTORS.deviceModel.code,
    side: "both",
    title: () => "dom0's events",
    shortTitle: "events",
  },
];

/** The memory that is drawn in a run, and which of it rows of given facts read or write. */
export interface MemoryBlocks {
  readonly blocks: readonly Block[];
  of(facts: number): Block | undefined;
}

/** Finds the rings and shared areas that occur: facts are by likeness and side. */
export function memoryBlocksOf(occurring: readonly (RowFacts | undefined)[]): MemoryBlocks {
  const found = MEMORY.map(() => ({ names: new Set<string>(), rings: new Set<string>() }));
  const places = Int8Array.from(occurring, (facts) => (facts === undefined ? -1 : memoryAt(facts)));
  occurring.forEach((facts, index) => {
    const at = places[index] ?? -1;
    if (facts === undefined || at < 0) return;
    const { kind, name } = facts;
    found[at]?.names.add(name);
    if (RING_KINDS.has(kind) || RING_NAME.test(name)) found[at]?.rings.add(name);
  });
  const byIndex = MEMORY.map(({ title, ...rest }, index): Block | undefined => {
    const { names, rings } = found[index] ?? { names: new Set(), rings: new Set() };
    if (names.size === 0) return undefined;
    const list = [...rings];
    return {
      ...rest,
      title: title(list),
      subtitle: list.join(", "),
      agent: "",
      kind: "memory",
      names: [...names],
      rings: list,
    };
  });
  return {
    blocks: byIndex.filter((block) => block !== undefined),
    of: (facts) => byIndex[places[facts] ?? -1],
  };
}

/** Index into MEMORY of what rows of these facts read or write, or -1. */
function memoryAt({ kind, name, side }: RowFacts): number {
  const isDma = DMA_KINDS.has(kind);
  if (!RING_KINDS.has(kind) && !isDma) return -1;
  if (name.startsWith(DRIVER_DOMAIN)) return MEMORY.length - 1;
  const home = isDma ? dmaSide(kind, side) : ringSide(name);
  return MEMORY.findIndex((block) => block.side === home);
}

/** A driver's own area belongs to a side by its name only: grants and event words serve both. */
function ringSide(name: string): Side {
  if (/(^|_)tx[_ ]/.test(name)) return "send";
  return /(^|_)rx[_ ]/.test(name) ? "receive" : "both";
}

/** What a device reads goes out, and what it writes comes in, where nothing says otherwise. */
function dmaSide(kind: number, side: Side): Side {
  if (side !== "both") return side;
  return kind === KIND.dmaRead ? "send" : "receive";
}
