import type { Match } from "./compare.ts";
import type { RecordedEvent } from "./event.ts";
import type { Aspect, Row } from "./row.ts";
import { Tokens } from "./token.ts";

/** One rule of a burst, and whether recording and engine keep it. */
export interface RuleReport {
  readonly rule: string;
  readonly holds: boolean;
  /** What was counted, or the first thing that breaks the rule. */
  readonly found: string;
}

/** What a burst is judged by. */
export interface BurstInputs {
  readonly direction: "tx" | "rx";
  readonly events: readonly RecordedEvent[];
  readonly recorded: readonly Row[];
  readonly engine: readonly Row[];
  readonly packetCount: number;
  readonly wire: Match;
  /** Rings as the manifest names them. */
  readonly blocks: Blocks;
  /** Pairs of neighbouring accesses that the models make, from all phases so far. */
  readonly pairs: KnownPairs;
}

/** How a burst came out under the rules, with what they compared per aspect. */
export interface BurstVerdict {
  readonly rules: readonly RuleReport[];
  readonly aspects: Readonly<Record<Aspect, Match>>;
  /** Line of the first recorded event that no rule explains, or 0. */
  readonly line: number;
}

/** Doorbells of devices that transmit inside the write: one for each packet. */
const INSIDE = [
  { where: "rtl8139", offsets: [0x10, 0x14, 0x18, 0x1c, 0xd9] },
  { where: "vmxnet3-b0", offsets: [0x600] },
  { where: "igbvf-mmio", offsets: [0x3818] },
];
/** Doorbells that may stand for several packets: a queue's thread is at work, or BQL bulks. */
const SHARED = [
  { where: "virtio-pci-notify", offsets: [4] },
  { where: "virtio-pci", offsets: [0x10] },
  { where: "igb-mmio", offsets: [0xe018, 0x3818] },
];

/** Judges a burst whose races did not come out as recorded: by rules on both streams. */
export function judgeBurst(inputs: BurstInputs): BurstVerdict {
  const { wire, recorded, engine } = inputs;
  const lost = wire.total - wire.matched;
  const rules: RuleReport[] = [
    {
      rule: "every packet once, whole and in order",
      holds: lost === 0,
      found: `${wire.matched} of ${wire.total}`,
    },
    ...doorbellRules(inputs),
    interruptRule("recording", recorded, inputs.packetCount, inputs.events),
    interruptRule("engine", engine, inputs.packetCount),
    countRule(recorded, engine, inputs.packetCount, inputs.blocks),
  ];
  const sequence = inputs.pairs.judge(recorded);
  const strange = sequence.strange[0];
  rules.push({
    rule: "between two races, accesses follow each other as in the models",
    holds: strange === undefined,
    found:
      strange === undefined
        ? `${recorded.length} recorded events`
        : `line ${strange.origin}: ${strange.key}`,
  });
  return { rules, aspects: sequence.aspects, line: strange?.origin ?? 0 };
}

function doorbellRules(inputs: BurstInputs): RuleReport[] {
  if (inputs.direction === "rx") return [];
  const { packetCount, recorded, engine, events } = inputs;
  const inside = count(recorded, INSIDE);
  if (inside > 0) {
    const ours = count(engine, INSIDE);
    const holds = inside === packetCount && ours === packetCount;
    const found = `recorded ${inside}, engine ${ours}, packets ${packetCount}`;
    return [{ rule: "one doorbell for each packet", holds, found }];
  }
  // Stores that an ioeventfd takes are not in the recording; QEMU's own line for them is.
  const notifications = events.filter((e) => e.op === "notify" && e.queue === "tx").length;
  const theirs = Math.max(count(recorded, SHARED), notifications);
  const holds = theirs >= 1 && theirs <= packetCount && count(engine, SHARED) <= packetCount;
  return [{ rule: "doorbells <= packets", holds, found: `${theirs} for ${packetCount}` }];
}

function count(
  rows: readonly Row[],
  doorbells: readonly { where: string; offsets: readonly number[] }[],
): number {
  return rows.filter(({ key }) => {
    const match = /^(?:mmio|pio)_write (.+)\+0x([0-9a-f]+)\//.exec(key);
    const [, where = "", offset = ""] = match ?? [];
    return doorbells.some(
      (d) => where.startsWith(d.where) && d.offsets.includes(Number.parseInt(offset, 16)),
    );
  }).length;
}

/** Each interrupt taken is ended, none is taken that was not sent, none beyond two a packet. */
function interruptRule(
  side: string,
  rows: readonly Row[],
  packetCount: number,
  events: readonly RecordedEvent[] = [],
): RuleReport {
  const ops = rows.filter((row) => row.aspect === "interrupts").map((row) => row.key.split(" ")[0]);
  const tally = (op: string): number => ops.filter((name) => name === op).length;
  const taken = tally("cpu_intr");
  const sent = tally("msix") + tally("irq_assert");
  const ended = tally("lapic_eoi");
  // QEMU's virtqueue code says when it interrupts: one message for each.
  const decided = events.filter((event) => event.op === "vq_interrupt").length;
  const decidedAll = decided === 0 || tally("msix") === 0 || tally("msix") === decided;
  const holds = taken === ended && taken <= sent && taken <= 2 * packetCount && decidedAll;
  return {
    rule: `${side}: every interrupt was sent, taken once and ended`,
    holds,
    found: `${sent} sent, ${taken} taken, ${ended} ended`,
  };
}

type Blocks = readonly { readonly name: string; readonly byteCount: number }[];

/** How often each token stands in a burst. */
function tally(rows: readonly Row[], blocks: Blocks): Map<string, number> {
  const tokens = new Tokens(blocks);
  const counts = new Map<string, number>();
  for (const row of rows) {
    const token = tokens.of(row);
    counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return counts;
}

/** What a model does a fixed number of times for each packet or interrupt, at most. */
const TIMES_MAX = 4;

/**
 * What the engine does exactly n times for each packet of the burst, or the INTx line for each
 * interrupt, the recording does as often.
 */
export function countRule(
  recorded: readonly Row[],
  engine: readonly Row[],
  packetCount: number,
  blocks: Blocks,
): RuleReport {
  const theirs = tally(recorded, blocks);
  const ours = tally(engine, blocks);
  const taken = (rows: readonly Row[]): number =>
    rows.filter((row) => row.key.startsWith("cpu_intr")).length;
  const [theirTaken, ourTaken] = [taken(recorded), taken(engine)];
  let compared = 0;
  for (const [token, count] of ours) {
    const line = /^(irq_assert|irq_deassert|ioapic_eoi) /.test(token);
    const times = count / (line ? ourTaken : packetCount);
    if (!Number.isInteger(times) || times < 1 || times > TIMES_MAX) continue;
    if (!line && /^(msix|cpu_intr|lapic_eoi) /.test(token)) continue;
    compared++;
    const expected = times * (line ? theirTaken : packetCount);
    const found = theirs.get(token) ?? 0;
    if (found !== expected) {
      return { rule: COUNT_RULE, holds: false, found: `${token}: ${found}, expected ${expected}` };
    }
  }
  return { rule: COUNT_RULE, holds: true, found: `${compared} kinds of events` };
}

const COUNT_RULE = "as often for each packet as in the models";

/** Which accesses the models make one after the other. */
export class KnownPairs {
  readonly #pairs = new Set<string>();
  /** What begins after an interrupt's end, and what it may come after. */
  readonly #starts = new Set<string>();
  readonly #ends = new Set<string>();
  /** Messages and line changes that the models make. */
  readonly #messages = new Set<string>();
  readonly #blocks: Blocks;

  /** @param blocks Rings as the manifest names them. */
  constructor(blocks: Blocks) {
    this.#blocks = blocks;
  }

  /** Learns from what the engine did in a phase. */
  learn(rows: readonly Row[]): void {
    const tokens = new Tokens(this.#blocks);
    let before = "";
    for (const row of rows) {
      if (isOtherThread(row)) {
        this.#messages.add(row.key);
        continue;
      }
      const token = tokens.of(row);
      this.#pairs.add(`${before}\n${token}`);
      if (before === "" || isEnd(before)) this.#starts.add(token);
      before = token;
    }
    for (const pair of this.#pairs) {
      const [first = "", second = ""] = pair.split("\n");
      if (this.#starts.has(second)) this.#ends.add(first);
    }
  }

  /** Which recorded events do not follow the one before as the models do. */
  judge(rows: readonly Row[]): {
    readonly strange: readonly Row[];
    readonly aspects: Record<Aspect, Match>;
  } {
    const tokens = new Tokens(this.#blocks);
    const aspects = { registers: none(), interrupts: none(), rings: none(), configuration: none() };
    const strange: Row[] = [];
    /** What was interrupted, innermost last. */
    const interrupted: string[] = [];
    let before = "";
    for (const row of rows) {
      const match = aspects[row.aspect];
      match.total++;
      if (isOtherThread(row)) {
        if (this.#messages.has(row.key)) match.matched++;
        else strange.push(row);
        continue;
      }
      const token = tokens.of(row);
      if (token.startsWith("cpu_intr")) interrupted.push(before);
      const known =
        token.startsWith("cpu_intr") ||
        this.#pairs.has(`${before}\n${token}`) ||
        (this.#starts.has(token) && this.#ends.has(before)) ||
        this.#resumes(interrupted, token);
      if (known) match.matched++;
      else strange.push(row);
      before = token;
    }
    return { strange, aspects };
  }

  /** Whether the token goes on where an interrupt came in. */
  #resumes(interrupted: string[], token: string): boolean {
    for (let depth = interrupted.length - 1; depth >= 0; depth--) {
      if (!this.#pairs.has(`${interrupted[depth]}\n${token}`)) continue;
      interrupted.length = depth;
      return true;
    }
    return false;
  }
}

function none(): { matched: number; total: number } {
  return { matched: 0, total: 0 };
}

/** Messages and line changes may come from another thread, between any two accesses. */
function isOtherThread(row: Row): boolean {
  return /^(msix|irq_assert|irq_deassert) /.test(row.key);
}

/** After a doorbell or an EOI something else may begin. */
function isEnd(token: string): boolean {
  return token.startsWith("lapic_eoi") || token.startsWith("ioapic_eoi");
}
