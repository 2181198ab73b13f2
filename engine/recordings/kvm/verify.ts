import type { RuleReport } from "../burst-rules.ts";
import type { Divergence, Match } from "../compare.ts";
import { judgeKvmBurst } from "./burst-rules.ts";
import { compareTokens, endWithRecording } from "./compare.ts";
import { engineTokens } from "./engine-tokens.ts";
import { readKvmFolder, type KvmFolder, type KvmPhase, type Round } from "./folder.ts";
import { buildRecordedMachine } from "./machine.ts";
import { generatorSends, guestSends, isBurst, phasePackets } from "./packets.ts";
import { planPhase, type KvmPoint, type PointKind } from "./plan.ts";
import { recordedTokens } from "./recorded.ts";
import { KvmReplay } from "./replay.ts";
import { engineSetup, fromRecordedStart, type RecordedSetup } from "./setup.ts";
import { KVM_ASPECTS, type KvmAspect } from "./token.ts";

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
  readonly phases: readonly KvmPhaseReport[];
}

/** What to verify of a folder; by default everything. */
export interface KvmVerifyOptions {
  readonly round?: Round;
  /** Stop after this phase. */
  readonly lastPhase?: string;
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
  const { config } = folder.manifest;
  if (folder.setup !== undefined) {
    return { config, phases: [sum("setup", [verifySetup(folder, folder.setup)])] };
  }
  const reports = new Map<string, KvmRunReport[]>();
  for (const [round, phases] of folder.rounds) {
    if (options.round !== undefined && options.round !== round) continue;
    const replay = startReplay(folder);
    const last = phases.findIndex((phase) => phase.name === options.lastPhase);
    for (const phase of last < 0 ? phases : phases.slice(0, last + 1)) {
      const verify = isBurst(phase.name) ? verifyBurst : verifyPhase;
      const report = verify(folder, round, phase, replay);
      reports.set(phase.name, [...(reports.get(phase.name) ?? []), report]);
    }
  }
  return { config, phases: [...reports].map(([phase, runs]) => sum(phase, runs)) };
}

function startReplay(folder: KvmFolder): KvmReplay {
  const { manifest, nic, hostCpus } = folder;
  const bottomHalf = manifest.knobs["ioeventfd"] === false;
  return new KvmReplay(buildRecordedMachine(manifest, hostCpus), bottomHalf, nic);
}

function verifySetup({ manifest, nic }: KvmFolder, setup: RecordedSetup): KvmRunReport {
  const { machine } = buildRecordedMachine(manifest, 1);
  const all = engineSetup(machine.trace.finish(), manifest.driver, nic);
  const engine = manifest.driver === "virtio_net" ? fromRecordedStart(setup.tokens, all) : all;
  return {
    round: "setup",
    ...compared(compareTokens(setup.tokens, engine)),
    ...noPoints,
    leftOut: Object.fromEntries(setup.leftOut),
  };
}

const noPoints = { points: {}, pointsMissed: 0, pointsEarly: 0 } as const;

function compared(
  comparison: ReturnType<typeof compareTokens>,
): Record<KvmAspect, Match> & { firstDivergence: Divergence | null } {
  return { ...comparison.aspects, firstDivergence: comparison.firstDivergence };
}

function verifyPhase(
  folder: KvmFolder,
  round: Round,
  phase: KvmPhase,
  replay: KvmReplay,
): KvmRunReport {
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
  const comparison = compareTokens(tokens, endWithRecording(tokens, engineTokens(view)));
  return {
    round,
    ...comparison.aspects,
    firstDivergence: comparison.firstDivergence ?? miscounted,
    points: countKinds(plan),
    pointsMissed: run.missed,
    pointsEarly: run.early,
    leftOut: Object.fromEntries(leftOut),
  };
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
): KvmRunReport {
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
  return {
    round,
    ...allAspects(() => NOTHING),
    firstDivergence: brokenRule(rules),
    ...noPoints,
    leftOut: Object.fromEntries(leftOut),
    rules,
  };
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
