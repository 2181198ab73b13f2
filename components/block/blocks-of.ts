import { KIND } from "#engine";
import type { FlowRun } from "../flow/flow-run.ts";
import type { Block, Blocks } from "./block.ts";
import { BLOCK_RULES, type BlockRule, type Seen } from "./block-rule.ts";
import { isRegisterAccess } from "../flow/steps.ts";
import { memoryBlocksOf } from "./memory-block.ts";
import { type RowFacts, sideNamed, sidesOf } from "./row-facts.ts";
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
  const sides = sidesOf(trace);
  const rules = rulesOf(run, sides);
  const memory = memoryBlocksOf(trace, sides);
  const software = softwareOf(run);
  const seen = seenBy(run, rules);
  const agents = BLOCK_RULES.map((rule, index): Block | undefined => {
    const found = seen[index];
    return found && agentBlock(rule, software, found);
  });
  const blocks = [...agents.filter((block) => block !== undefined), ...memory.blocks];
  return {
    blocks: blocks.toSorted(
      (one, other) =>
        one.actor - other.actor ||
        Number(one.kind === "memory") - Number(other.kind === "memory") ||
        SIDE_ORDER[one.side] - SIDE_ORDER[other.side],
    ),
    of: (row) => agents[rules[row] ?? 0] as Block,
    memoryOf: (row) => memory.of(row),
    sideOf: (row) => sideNamed(sides[row] ?? 0),
  };
}

/** The number of the rule that each row fits; looked up once for rows that are alike. */
function rulesOf({ trace }: Parts, sides: Uint8Array): Uint8Array {
  const rules = new Uint8Array(trace.length);
  const byLikeness = new Map<number, number>();
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row] ?? 0;
    const actor = trace.actor[row] ?? 0;
    const where = trace.where[row] ?? 0;
    const side = sides[row] ?? 0;
    const key = ((where * 64 + kind) * 8 + actor) * 3 + side;
    let rule = byLikeness.get(key);
    if (rule === undefined) {
      rule = ruleFor({ kind, actor, name: trace.names[where] ?? "", side: sideNamed(side) });
      byLikeness.set(key, rule);
    }
    rules[row] = rule;
  }
  return rules;
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
function seenBy(run: Parts, rules: Uint8Array): SeenNames[] {
  const { trace } = run;
  const found: SeenNames[] = [];
  const pairs = new Set<number>();
  for (let row = 0; row < trace.length; row++) {
    const rule = rules[row] ?? 0;
    const kind = trace.kind[row] ?? 0;
    const where = trace.where[row] ?? 0;
    const pair = (where * 64 + kind) * 64 + rule;
    if (pairs.has(pair)) continue;
    pairs.add(pair);
    const seen = (found[rule] ??= { names: new Set(), kinds: new Set(), calls: new Set() });
    const name = trace.names[where] ?? "";
    seen.names.add(name);
    seen.kinds.add(kind);
    if (isFunction(kind, name)) seen.calls.add(name.replace(/[ (:].*$/, ""));
  }
  addDevice(run, found);
  return found;
}

function isFunction(kind: number, name: string): boolean {
  if (kind === KIND.call || kind === KIND.systemCall) return true;
  return kind === KIND.deviceStep && /^[a-z]\w+$/.test(name);
}

/** The device stands where it is even when none of its own steps is in the trace: it is written to. */
function addDevice({ parts, trace }: Parts, found: SeenNames[]): void {
  const regions = new Set<string>();
  for (let row = 0; row < trace.length; row++) {
    if (isRegisterAccess(trace, row)) regions.add(trace.names[trace.where[row] ?? 0] ?? "");
  }
  if (regions.size === 0) return;
  const id = parts.data.includes("NIC's DMA") ? "nic" : "device";
  const rule = BLOCK_RULES.findIndex((one) => one.id === id);
  const seen = (found[rule] ??= { names: new Set(), kinds: new Set(), calls: new Set() });
  for (const name of regions) seen.names.add(name);
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
