import type { XenPorts } from "../../devices/xen-net/index.ts";
import type { Divergence, Match } from "../compare.ts";
import { readLines } from "../read.ts";
import { judgeXenBurst, type XenRule } from "./burst.ts";
import { compareXen, sidesOf, type XenComparison } from "./compare.ts";
import { compareConnect } from "./connect.ts";
import { engineTokens } from "./engine-tokens.ts";
import { LeftOutLines } from "./left-out.ts";
import { readXenLine, type XenLine } from "./line.ts";
import { readXenManifest } from "./manifest.ts";
import { isDataToken, recordedPackets, type RecordedPacket } from "./recorded.ts";
import { type ThreadOrder, XenReplay } from "./replay.ts";
import { isClock, type XenAspect, type XenToken } from "./token.ts";

/** Phases of the network, in the order in which they were recorded. */
const PHASES = ["warmup", "tx", "rx", "burst-tx", "burst-rx"] as const;
type XenPhase = (typeof PHASES)[number];

/** What one phase of the network came to. */
export interface XenPhaseReport {
  readonly phase: string;
  readonly packets: number;
  readonly aspects: Readonly<Partial<Record<XenAspect, Match>>>;
  readonly firstDivergence: Divergence | null;
  /** What was taken from the recording, by kind. */
  readonly points: Readonly<Record<string, number>>;
  /** Recorded lines left out, by rule. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Rules on which a burst was judged. */
  readonly rules?: readonly XenRule[];
}

/** Both sides of a phase as they were compared, with what came of it. */
export interface XenCompared {
  readonly lines: readonly XenLine[];
  readonly recorded: readonly XenToken[];
  readonly engine: readonly XenToken[];
  /** The rule's words by line that is left out. */
  readonly leftOut: ReadonlyMap<number, string>;
  readonly report: XenPhaseReport;
}

/**
 * Replays the network phases of a Xen PV recording.
 * @param files The folder's files by name, unpacked.
 * @param hear Hears both sides of each phase.
 * @throws InputError when a file is damaged.
 */
export function verifyXenNetwork(
  files: ReadonlyMap<string, Uint8Array>,
  hear?: (compared: XenCompared) => void,
): XenPhaseReport[] {
  const ports = readXenManifest(files);
  const replay = new XenReplay(ports.vif, ports.dom0Timer);
  const reports: XenPhaseReport[] = [];
  const add = (compared: XenCompared): void => {
    reports.push(compared.report);
    hear?.(compared);
  };
  const connected = replay.connect();
  const init = files.get("init.insn.jsonl");
  if (init !== undefined) {
    add(compareConnect(linesOf("init.insn.jsonl", init), connected, ports.vif));
  }
  for (const phase of PHASES) {
    const name = `${phase}.insn.jsonl`;
    const bytes = files.get(name);
    if (bytes === undefined) continue;
    const lines = linesOf(name, bytes);
    add(
      phase.startsWith("burst")
        ? judgeXenBurst(phase, lines, replay, ports.vif)
        : pacedPhase(phase, lines, replay, ports.vif),
    );
  }
  return reports;
}

function linesOf(file: string, bytes: Uint8Array): XenLine[] {
  return [...readLines(file, bytes)].map((fields) => readXenLine(fields));
}

function pacedPhase(
  phase: XenPhase,
  lines: readonly XenLine[],
  replay: XenReplay,
  ports: XenPorts,
): XenCompared {
  const leftOut = new LeftOutLines();
  const packets = recordedPackets(lines, ports, leftOut);
  const recorded: XenToken[] = [];
  const engine: XenToken[] = [];
  for (const packet of packets) {
    const trace = replay.send(packet.sender, [packet.frameBytes], packet.order);
    recorded.push(...packet.tokens);
    engine.push(...likeCut(fromSend(engineTokens(trace, ports), packet.sender), packet));
  }
  const compared = compareXen(recorded, engine);
  const report: XenPhaseReport = {
    phase,
    packets: packets.length,
    aspects: compared.aspects,
    firstDivergence: compared.firstDivergence,
    points: pointsOf(compared, packets),
    leftOut: leftOut.toRecord(),
  };
  return { ...sidesOf(compared), lines, leftOut: leftOut.byLine(), report };
}

function pointsOf(
  compared: XenComparison,
  packets: readonly RecordedPacket[],
): Record<string, number> {
  return {
    "timer programmed": compared.clockPoints,
    "address space": compared.addressSpacePoints,
    "order of woken threads": packets.filter(({ order }) => isUnusual(order)).length,
    "task switch of another thread": compared.otherThreadPoints,
    "first use of the FPU": compared.fpuPoints,
    "frame length": packets.length,
  };
}

function isUnusual(order: ThreadOrder): boolean {
  return order.receiverFirst || !order.senderPreempted;
}

/** From the sender's system call on: what woke it is between packets. */
function fromSend(tokens: readonly XenToken[], sender: string): readonly XenToken[] {
  const start = tokens.findIndex(({ key }) => key === `${sender} calls sendto`);
  return start < 0 ? tokens : tokens.slice(start);
}

/** Where the recorded stretch ends early, the engine's ends after as many crossings. */
function likeCut(tokens: readonly XenToken[], packet: RecordedPacket): readonly XenToken[] {
  if (!packet.cut) return tokens;
  const isOther = (token: XenToken): boolean => !isDataToken(token) && !isClock(token);
  let left = packet.tokens.filter(isOther).length;
  return tokens.filter((token) => !isOther(token) || left-- > 0);
}
