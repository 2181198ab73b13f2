import type { RuleReport } from "../burst-rules.ts";
import type { Divergence, Match } from "../compare.ts";
import { judgeKvmBurst } from "./burst-rules.ts";
import { compareTokens, endWithRecording } from "./compare.ts";
import { engineTokens } from "./engine-tokens.ts";
import { readKvmFolder, type KvmFolder, type KvmPhase, type Round } from "./folder.ts";
import { buildRecordedMachine } from "./machine.ts";
import { generatorSends, guestSends, isBurst, phasePackets } from "./packets.ts";
import { planPhase, type KvmPoint, type PointKind } from "./plan.ts";
import { countByRule, type LeftOutLine, recordedTokens } from "./recorded.ts";
import { KvmReplay } from "./replay.ts";
import { engineSetup, fromRecordedStart, type RecordedSetup } from "./setup.ts";
import { KVM_ASPECTS, type KvmAspect, type Token } from "./token.ts";

/** What one round of one phase came to. */
export interface KvmRunReport extends Readonly<Record<KvmAspect, Match>> {
  readonly round: Round | "setup";
  readonly firstDivergence: Divergence | null;
  /** Hand-overs whose moment was taken from the recording, by kind. */
  readonly points: Readonly<Record<string, number>>;
  /** Of these, points at which nothing waited, and points used before their count. */
  readonly pointsMissed: number;
  readonly pointsEarly: number;
  /** Recorded happenings left out, by rule. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** The rules that judged a burst. */
  readonly rules?: readonly RuleReport[];
}

/** What a phase came to: the sums over its rounds, and the rounds one by one. */
export interface KvmPhaseReport extends Readonly<Record<KvmAspect, Match>> {
  readonly phase: string;
  /** The first round's first divergence, null when there is none in any. */
  readonly firstDivergence: Divergence | null;
  readonly runs: readonly KvmRunReport[];
}

/** What `trapline verify` reports of a KVM recording. */
export interface KvmReport {
  readonly config: string;
  /** Guest driver as Linux names it. */
  readonly driver: string;
  readonly phases: readonly KvmPhaseReport[];
}

/** Both sides of one round of one phase, with what came of laying them side by side. */
export interface KvmCompared {
  readonly phase: KvmPhase;
  readonly recorded: readonly Token[];
  readonly engine: readonly Token[];
  readonly leftOut: readonly LeftOutLine[];
  /** Moments that were taken from the recording. */
  readonly plan: readonly KvmPoint[];
  readonly report: KvmRunReport;
}

/** What to verify of a folder; by default everything. */
export interface KvmVerifyOptions {
  readonly round?: Round;
  /** Stop after this phase. */
  readonly lastPhase?: string;
  /** Hears both sides of each phase. */
  readonly hear?: (compared: KvmCompared) => void;
}

const NOTHING: Match = { matched: 0, total: 0 };

/**
 * Replays a KVM recording and lays what the engine did beside it.
 * @param files The folder's files by name, unpacked.
 * @throws InputError when the recording is damaged or asks for what Trapline does not have.
 */
export function verifyKvmFolder(
  files: ReadonlyMap<string, Uint8Array>,
  options: KvmVerifyOptions = {},
): KvmReport {
  const folder = readKvmFolder(files);
  const { config, driver } = folder.manifest;
  if (folder.setup !== undefined) {
    const compared = verifySetup(folder, folder.setup);
    options.hear?.(compared);
    return { config, driver, phases: [sum("setup", [compared.report])] };
  }
  const reports = new Map<string, KvmRunReport[]>();
  for (const [round, phases] of folder.rounds) {
    if (options.round !== undefined && options.round !== round) continue;
    const replay = startReplay(folder);
    const last = phases.findIndex((phase) => phase.name === options.lastPhase);
    for (const phase of last < 0 ? phases : phases.slice(0, last + 1)) {
      const verify = isBurst(phase.name) ? verifyBurst : verifyPhase;
      const compared = verify(folder, round, phase, replay);
      options.hear?.(compared);
      reports.set(phase.name, [...(reports.get(phase.name) ?? []), compared.report]);
    }
  }
  return { config, driver, phases: [...reports].map(([phase, runs]) => sum(phase, runs)) };
}

function startReplay(folder: KvmFolder): KvmReplay {
  const { manifest, nic, hostCpus } = folder;
  const bottomHalf = manifest.knobs["ioeventfd"] === false;
  return new KvmReplay(buildRecordedMachine(manifest, hostCpus), bottomHalf, nic);
}

function verifySetup({ manifest, nic }: KvmFolder, setup: RecordedSetup): KvmCompared {
  const { machine } = buildRecordedMachine(manifest, 1);
  const all = engineSetup(machine.trace.finish(), manifest.driver, nic);
  const engine = manifest.driver === "virtio_net" ? fromRecordedStart(setup.tokens, all) : all;
  const comparison = compareTokens(setup.tokens, engine);
  const report: KvmRunReport = {
    round: "setup",
    ...comparison.aspects,
    firstDivergence: comparison.firstDivergence,
    ...noPoints,
    leftOut: Object.fromEntries(setup.leftOut),
  };
  return { phase: SETUP, recorded: setup.tokens, engine, leftOut: [], plan: [], report };
}

/** What a set-up folder has of a phase: its lines are read as tokens at once. */
const SETUP: KvmPhase = {
  name: "setup",
  file: "driver.jsonl",
  events: [],
  exits: new Map(),
  packetCount: 0,
};

const noPoints = { points: {}, pointsMissed: 0, pointsEarly: 0 } as const;

function verifyPhase(
  folder: KvmFolder,
  round: Round,
  phase: KvmPhase,
  replay: KvmReplay,
): KvmCompared {
  const { name, events, exits, packetCount } = phase;
  const { tokens, leftOut } = recordedTokens(events, exits);
  const plan = planPhase(events, exits, {
    ...folder.nic,
    sends: guestSends(name),
    receives: generatorSends(name),
    showsArrivals: round === "full",
  });
  const miscounted = packetsAsPlanned(name, packetCount, plan);
  const run = replay.run(plan, phasePackets(name, packetCount));
  const { cpu } = folder.manifest;
  const threads = round === "full";
  const view = { trace: run.trace, cpu, threads, vectorShift: replay.vectorShift };
  const engine = endWithRecording(tokens, engineTokens(view));
  const comparison = compareTokens(tokens, engine);
  const report: KvmRunReport = {
    round,
    ...comparison.aspects,
    firstDivergence: comparison.firstDivergence ?? miscounted,
    points: countKinds(plan),
    pointsMissed: run.missed,
    pointsEarly: run.early,
    leftOut: countByRule(leftOut),
  };
  return { phase, recorded: tokens, engine, leftOut, plan, report };
}

/**
 * A phase has as many packets as its manifest says: one that is gone with everything that it caused
 * leaves a recording in which nothing else is wrong.
 */
function packetsAsPlanned(
  phase: string,
  packetCount: number,
  plan: readonly KvmPoint[],
): Divergence | null {
  const shown = (kind: PointKind): number => plan.filter((point) => point.kind === kind).length;
  const [sent, arrived] = [shown("timerAndSend"), shown("arrival")];
  // The recorder's two sides talk besides: what arrives may be more.
  const whole = guestSends(phase)
    ? sent === packetCount
    : !generatorSends(phase) || arrived >= packetCount;
  if (whole) return null;
  const count = guestSends(phase) ? sent : arrived;
  return {
    aspect: "packets",
    line: 0,
    recorded: [`> ${count} packets`],
    engine: [`> ${packetCount} packets, as the manifest says`],
  };
}

function verifyBurst(
  folder: KvmFolder,
  round: Round,
  phase: KvmPhase,
  replay: KvmReplay,
): KvmCompared {
  const { manifest, nic } = folder;
  const { name, packetCount } = phase;
  const { tokens, leftOut } = recordedTokens(phase.events, phase.exits);
  const trace = replay.runBurst(phasePackets(name, packetCount));
  const { vectorShift } = replay;
  const threads = round === "full";
  const engine = engineTokens({ trace, cpu: manifest.cpu, threads, vectorShift });
  const apicv = manifest.cpu === "vtx" && manifest.knobs["apicv"] !== false;
  const rules = judgeKvmBurst(tokens, engine, {
    manifest,
    nic,
    phase: name,
    packetCount,
    apicv,
  });
  const report: KvmRunReport = {
    round,
    ...allAspects(() => NOTHING),
    firstDivergence: brokenRule(rules),
    ...noPoints,
    leftOut: countByRule(leftOut),
    rules,
  };
  return { phase, recorded: tokens, engine, leftOut, plan: [], report };
}

function brokenRule(rules: readonly RuleReport[]): Divergence | null {
  const broken = rules.find((rule) => !rule.holds);
  if (broken === undefined) return null;
  const [recorded = "", engine = ""] = broken.found.split("; ");
  return { aspect: broken.rule, line: 0, recorded: [`> ${recorded}`], engine: [`> ${engine}`] };
}

function countKinds(points: readonly KvmPoint[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of points) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function allAspects(match: (aspect: KvmAspect) => Match): Record<KvmAspect, Match> {
  return Object.fromEntries(KVM_ASPECTS.map((aspect) => [aspect, match(aspect)])) as Record<
    KvmAspect,
    Match
  >;
}

function sum(phase: string, runs: readonly KvmRunReport[]): KvmPhaseReport {
  return {
    phase,
    ...allAspects((aspect) => ({
      matched: runs.reduce((n, run) => n + run[aspect].matched, 0),
      total: runs.reduce((n, run) => n + run[aspect].total, 0),
    })),
    firstDivergence: runs.find((run) => run.firstDivergence !== null)?.firstDivergence ?? null,
    runs,
  };
}
