import type { XenPorts } from "../../devices/xen-net/index.ts";
import { compareXen, sidesOf } from "./compare.ts";
import { engineTokens } from "./engine-tokens.ts";
import { LeftOutLines } from "./left-out.ts";
import type { XenLine } from "./line.ts";
import { isCompared, sendMarks, tokensOf } from "./recorded.ts";
import { USUAL_ORDER, type XenReplay } from "./replay.ts";
import type { XenToken } from "./token.ts";
import type { XenCompared, XenPhaseReport } from "./verify.ts";

/** A rule of a burst, as it was found on the recorded side. */
export interface XenRule {
  readonly rule: string;
  readonly holds: boolean;
  readonly found: string;
}

/** Frames longer than this are mapped besides being copied. */
const COPY_BYTES = 128;

/**
 * Judges a burst: the guest's accesses to rings and grants slot by slot, and rules on how often
 * anybody was told, copied or mapped. When who ran in between came out as in the replay, the whole
 * order of the guest's accesses is compared besides.
 */
export function judgeXenBurst(
  phase: string,
  lines: readonly XenLine[],
  replay: XenReplay,
  ports: XenPorts,
): XenCompared {
  const leftOut = new LeftOutLines();
  const start = sendMarks(lines)[0] ?? 0;
  const burst = lines.slice(start);
  const sender = phase === "burst-tx" ? "domU" : "dom0";
  const sizes = frameSizes(burst, sender);
  const trace = replay.send(sender, sizes, USUAL_ORDER);
  const theirs = burst.flatMap((line) => tokensOf(line));
  const ours = engineTokens(trace, ports);
  leftOut.add("between", lines.slice(0, start).filter(isCompared));
  const recorded = theirs.filter(isGuestData);
  const engine = ours.filter(isGuestData);
  const exact = compareXen(recorded, engine);
  const rules = burstRules(theirs, ours, sizes, sender, ports);
  const apart = compareXen(apartFromBatches(recorded), apartFromBatches(engine));
  const sound = rules.every((rule) => rule.holds);
  const compared = exact.firstDivergence === null ? exact : apart;
  const report: XenPhaseReport = {
    phase,
    packets: sizes.length,
    aspects: { rings: compared.aspects.rings, grants: compared.aspects.grants },
    firstDivergence: compared.firstDivergence ?? (sound ? null : brokenRule(rules)),
    points: { "frame length": sizes.length },
    leftOut: leftOut.toRecord(),
    rules: [
      ...rules,
      {
        rule: "the guest's accesses in the order of the replay, or slot by slot",
        holds: compared.firstDivergence === null,
        found: exact.firstDivergence === null ? "in order" : "slot by slot",
      },
    ],
  };
  return { ...sidesOf(exact), lines, leftOut: leftOut.byLine(), report };
}

function brokenRule(rules: readonly XenRule[]): XenPhaseReport["firstDivergence"] {
  const broken = rules.find((rule) => !rule.holds);
  return {
    aspect: "rules",
    line: 0,
    recorded: [`> ${broken?.rule ?? ""}: ${broken?.found ?? ""}`],
    engine: [],
  };
}

/** Lengths of the burst's frames in order: what the sender wrote into its slots. */
function frameSizes(lines: readonly XenLine[], sender: "domU" | "dom0"): number[] {
  const [block, slotBytes, inSlot] =
    sender === "domU" ? (["tx ring", 12, 10] as const) : (["rx ring", 8, 6] as const);
  const sizes: number[] = [];
  for (const line of lines) {
    if (line.op !== "access" || !line.write || line.who !== sender || line.block !== block)
      continue;
    if (line.offset < 64 || (line.offset - 64) % slotBytes !== inSlot) continue;
    if (line.sizeBytes === 2) sizes.push(Number(line.value));
  }
  return sizes;
}

function isGuestData({ aspect }: XenToken): boolean {
  return aspect === "rings" || aspect === "grants";
}

/** Both counts of one rule: the recording's decides, and the engine's has to hold as well. */
function burstRules(
  theirs: readonly XenToken[],
  ours: readonly XenToken[],
  sizes: readonly number[],
  sender: "domU" | "dom0",
  ports: XenPorts,
): XenRule[] {
  const packets = sizes.length;
  const long = sizes.filter((bytes) => bytes > COPY_BYTES).length;
  const rule = (
    text: string,
    count: (tokens: readonly XenToken[]) => number,
    holds: (n: number) => boolean,
  ): XenRule => {
    const [recorded, engine] = [count(theirs), count(ours)];
    const found = `recorded ${recorded}, engine ${engine}, packets ${packets}`;
    return { rule: text, holds: holds(recorded) && holds(engine), found };
  };
  const [guestPort, backPort] =
    sender === "domU" ? [ports.guestTx, ports.backendTx] : [ports.guestRx, ports.backendRx];
  const grants = (name: string) => (tokens: readonly XenToken[]) => operations(tokens, name);
  const mapped = sender === "domU" ? long : 0;
  const most = sender === "domU" ? COPY_BYTES : Infinity;
  const bytes = sizes.reduce((sum, size) => sum + Math.min(size, most), 0);
  return [
    rule(
      "the guest tells dom0 at most once a packet",
      (tokens) => sends(tokens, "domU", guestPort),
      (n) => n <= packets && (sender === "dom0" || n >= 1),
    ),
    rule(
      "dom0 tells the guest at least once, at most once a packet",
      (tokens) => sends(tokens, "dom0", backPort),
      (n) => n >= 1 && n <= packets,
    ),
    rule("one grant copy for each packet", grants("copy"), (n) => n === packets),
    rule("as many bytes copied as the frames need", copiedBytes, (n) => n === bytes),
    rule(
      "one mapping for each packet longer than 128 bytes",
      grants("map_grant_ref"),
      (n) => n === mapped,
    ),
    rule("as many mappings ended", grants("unmap_grant_ref"), (n) => n === mapped),
    rule("each packet's grant is ended by the guest", endedGrants, (n) => n === packets),
  ];
}

function sends(tokens: readonly XenToken[], who: string, port: number): number {
  return tokens.filter(({ key }) => key === `${who} makes event_channel_op.send ${port}`).length;
}

/** Grant operations of dom0 in all hypercalls of a kind. */
function operations(tokens: readonly XenToken[], name: string): number {
  const pattern = new RegExp(`^dom0 makes grant_table_op\\.${name} ×(\\d+)`);
  return tokens.reduce((n, { key }) => n + Number(pattern.exec(key)?.[1] ?? 0), 0);
}

/** Bytes of all grant copies. */
function copiedBytes(tokens: readonly XenToken[]): number {
  const pattern = /^dom0 makes grant_table_op\.copy ×\d+, (\d+) bytes$/;
  return tokens.reduce((sum, { key }) => sum + Number(pattern.exec(key)?.[1] ?? 0), 0);
}

function endedGrants(tokens: readonly XenToken[]): number {
  return tokens
    .filter(({ key }) => /^domU writes grant table\+\d+, 2 bytes: 0x0$/.test(key))
    .filter(({ key }) => Number(/\+(\d+)/.exec(key)?.[1]) % 8 === 0).length;
}

/**
 * The guest's accesses without what batches decide: those to slots in the order of the slots, those
 * to grant entries in the order of their kinds. Indices and events tell of batches, and which
 * reference or id a slot gets depends on the order of earlier answers.
 */
export function apartFromBatches(tokens: readonly XenToken[]): XenToken[] {
  const slots = new Map<number, XenToken[]>();
  const grants: XenToken[] = [];
  for (const token of tokens) {
    if (token.aspect === "grants") {
      grants.push({ ...token, key: token.key.replace(/\+(\d+)/, (_, at) => `+${Number(at) % 8}`) });
      continue;
    }
    const offset = Number(/ ring\+(\d+)/.exec(token.key)?.[1] ?? 0);
    if (offset < 64) continue;
    const slotBytes = token.key.includes("tx ring") ? 12 : 8;
    const slot = Math.floor((offset - 64) / slotBytes);
    const list = slots.get(slot) ?? [];
    slots.set(slot, list);
    list.push({ ...token, key: withoutNames(token.key) });
  }
  const sorted = [...slots].sort(([a], [b]) => a - b).flatMap(([, list]) => list);
  return [...sorted, ...grants.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))];
}

/** Without what free lists decide: references and ids. */
function withoutNames(key: string): string {
  if (/tx ring\+\d+, 8 bytes/.test(key)) return key.replace(/0x[0-9a-f]+ \+@$/, "gref +@");
  if (/tx ring\+\d+, 4 bytes/.test(key)) return key.replace(/[0-9a-f]{4}$/, "id");
  if (/tx ring\+\d+, 2 bytes/.test(key)) return key.replace(/reads (.*): 0x[0-9a-f]+$/, "reads $1");
  return key.replace(/(rx ring\+\d+, 4 bytes): 0x[0-9a-f]+$/, "$1: gref");
}
