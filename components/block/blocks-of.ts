import { KIND, type Trace } from "#engine";
import type { FlowRun } from "../flow/flow-run.ts";
import type { Block, Blocks } from "./block.ts";
import { BLOCK_RULES, type BlockRule, type Seen } from "./block-rule.ts";
import { memoryBlocksOf } from "./memory-block.ts";
import { type Likenesses, likenessesOf } from "./likeness.ts";
import { type RowFacts, SIDES, sidesOf } from "./row-facts.ts";
import { softwareOf } from "./software.ts";

type Parts = Pick<FlowRun, "parts" | "trace">;

const SIDE_ORDER = { send: 0, both: 1, receive: 2 } as const;
const NAMES_SHOWN = 3;
const known = new WeakMap<FlowRun["trace"], Blocks>();

/** The blocks of a run, found in its trace and named by its mode's parts; found only once. */
export function blocksOf(run: Parts): Blocks {
  let blocks = known.get(run.trace);
  if (blocks === undefined) {
    blocks = findBlocks(run);
    known.set(run.trace, blocks);
  }
  return blocks;
}

function findBlocks(run: Parts): Blocks {
  const { trace } = run;
  const alike = likenessesOf(trace);
  const sides = sidesOf(trace, alike);
  const occurring = factsIn(trace, alike, sides);
  const rules = Uint8Array.from(occurring, (facts) => (facts === undefined ? 0 : ruleFor(facts)));
  const memory = memoryBlocksOf(occurring);
  const software = softwareOf(run);
  const seen = seenBy(run, occurring, rules);
  const agents = BLOCK_RULES.map((rule, index): Block | undefined => {
    const found = seen[index];
    return found && agentBlock(rule, software, found);
  });
  const blocks = [...agents.filter((block) => block !== undefined), ...memory.blocks];
  const factsAt = (row: number) => (alike.of[row] ?? 0) * SIDES.length + (sides[row] ?? 0);
  return {
    blocks: blocks.toSorted(
      (one, other) =>
        one.actor - other.actor ||
        Number(one.kind === "memory") - Number(other.kind === "memory") ||
        SIDE_ORDER[one.side] - SIDE_ORDER[other.side],
    ),
    of: (row) => agents[rules[factsAt(row)] ?? 0] as Block,
    memoryOf: (row) => memory.of(factsAt(row)),
    sideOf: (row) => SIDES[sides[row] ?? 0] ?? "both",
  };
}

/** The facts that occur, by likeness and side; undefined for a pair that no row has. */
function factsIn(
  trace: Trace,
  { all, of }: Likenesses,
  sides: Uint8Array,
): (RowFacts | undefined)[] {
  const occurs = new Uint8Array(all.length * SIDES.length);
  for (let row = 0; row < trace.length; row++) {
    occurs[(of[row] as number) * SIDES.length + (sides[row] as number)] = 1;
  }
  return Array.from(occurs, (yes, at) => {
    const likeness = all[Math.floor(at / SIDES.length)];
    const side = SIDES[at % SIDES.length];
    return yes === 0 || !likeness || !side ? undefined : { ...likeness, side };
  });
}

function ruleFor(facts: RowFacts): number {
  return BLOCK_RULES.findIndex(({ actor, fits }) => actor === facts.actor && fits(facts));
}

interface SeenNames extends Seen {
  readonly names: Set<string>;
  readonly kinds: Set<number>;
  readonly calls: Set<string>;
}

/** The names and kinds of each rule's rows; undefined for a rule without any. */
function seenBy(
  { parts }: Parts,
  occurring: readonly (RowFacts | undefined)[],
  rules: Uint8Array,
): SeenNames[] {
  const found: SeenNames[] = [];
  const seenOf = (rule: number): SeenNames =>
    (found[rule] ??= { names: new Set(), kinds: new Set(), calls: new Set() });
  // The device stands where it is even when no step is its own: it is written to.
  const home = parts.data.includes("NIC's DMA") ? "nic" : "device";
  const device = BLOCK_RULES.findIndex(({ id }) => id === home);
  occurring.forEach((facts, at) => {
    if (facts === undefined) return;
    const { kind, name } = facts;
    const seen = seenOf(rules[at] ?? 0);
    seen.names.add(name);
    seen.kinds.add(kind);
    if (isFunction(kind, name)) seen.calls.add(name.replace(/[ (:].*$/, ""));
    if (kind >= KIND.mmioRead && kind <= KIND.configWrite) seenOf(device).names.add(name);
  });
  return found;
}

function isFunction(kind: number, name: string): boolean {
  if (kind === KIND.call || kind === KIND.systemCall) return true;
  return kind === KIND.deviceStep && /^[a-z]\w+$/.test(name);
}

function agentBlock(
  { id, actor, side, title, shortTitle, agent }: BlockRule,
  software: ReturnType<typeof softwareOf>,
  seen: Seen & { readonly calls: ReadonlySet<string> },
): Block {
  return {
    id,
    actor,
    side,
    title: title(software, seen),
    shortTitle,
    subtitle: [...seen.calls].slice(0, NAMES_SHOWN).join(", "),
    agent: agent(software, seen),
    kind: "agent",
    names: [...seen.names].filter((name) => name !== ""),
    rings: [],
  };
}
