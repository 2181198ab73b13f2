import { ACTORS, KIND, type Trace } from "#engine";
import type { Block, Side } from "./block.ts";
import { sideNamed } from "./row-facts.ts";

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

/** The memory that is drawn in a run, and which of it a row reads or writes. */
export interface MemoryBlocks {
  readonly blocks: readonly Block[];
  of(row: number): Block | undefined;
}

/** Finds the rings and shared areas that occur in a trace. */
export function memoryBlocksOf(trace: Trace, sides: Uint8Array): MemoryBlocks {
  const found = MEMORY.map(() => ({ names: new Set<string>(), rings: new Set<string>() }));
  for (let row = 0; row < trace.length; row++) {
    const at = memoryAt(trace, sides, row);
    if (at < 0) continue;
    const name = trace.names[trace.where[row] ?? 0] ?? "";
    found[at]?.names.add(name);
    if (RING_KINDS.has(trace.kind[row] ?? 0) || RING_NAME.test(name)) found[at]?.rings.add(name);
  }
  const byIndex = MEMORY.map(({ title, ...rest }, index): Block | undefined => {
    const { names, rings } = found[index] ?? { names: new Set(), rings: new Set() };
    if (names.size === 0) return undefined;
    const list = [...rings];
    const subtitle = list.join(", ");
    return {
      ...rest,
      title: title(list),
      subtitle,
      agent: "",
      kind: "memory",
      names: [...names],
      rings: list,
    };
  });
  return {
    blocks: byIndex.filter((block) => block !== undefined),
    of(row) {
      const at = memoryAt(trace, sides, row);
      return at < 0 ? undefined : byIndex[at];
    },
  };
}

/** Index into MEMORY of what a row reads or writes, or -1. */
function memoryAt(trace: Trace, sides: Uint8Array, row: number): number {
  const kind = trace.kind[row] ?? 0;
  if (!RING_KINDS.has(kind) && !DMA_KINDS.has(kind)) return -1;
  const name = trace.names[trace.where[row] ?? 0] ?? "";
  if (name.startsWith(DRIVER_DOMAIN)) return MEMORY.length - 1;
  const side = DMA_KINDS.has(kind) ? dmaSide(kind, sides[row] ?? 0) : ringSide(name);
  return MEMORY.findIndex((block) => block.side === side);
}

/** A driver's own area belongs to a side by its name only: grants and event words serve both. */
function ringSide(name: string): Side {
  if (/(^|_)tx[_ ]/.test(name)) return "send";
  return /(^|_)rx[_ ]/.test(name) ? "receive" : "both";
}

/** What a device reads goes out, and what it writes comes in, where nothing says otherwise. */
function dmaSide(kind: number, side: number): Side {
  if (side > 0) return sideNamed(side);
  return kind === KIND.dmaRead ? "send" : "receive";
}
