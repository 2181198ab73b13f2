import { judgeBurst, KnownPairs, type RuleReport } from "./burst-rules.ts";
import { compareRows, type Divergence, type Match } from "./compare.ts";
import { engineRows, type RegisterNames } from "./engine-rows.ts";
import { renameBoth } from "./descriptor-numbers.ts";
import type { RecordedEvent } from "./event.ts";
import {
  PHASES,
  readFolder,
  type PhaseName,
  type RecordedRun,
  type RecordingFolder,
} from "./folder.ts";
import {
  IDLE_QUEUE_INTERRUPTS,
  LEFT_OUT,
  sift,
  type LeftOutEvent,
  type LeftOutRule,
} from "./left-out.ts";
import { buildNic } from "./nics.ts";
import { findPauses, settle, type Pause } from "./pauses.ts";
import { planPhase, type PhasePlan } from "./plan.ts";
import { baseName, recordedRow } from "./recorded-rows.ts";
import { Replay, type PhaseRun } from "./replay.ts";
import type { Row } from "./row.ts";
import { readScenario, type PhasePackets } from "./scenario.ts";
import { visibilityOf, type Visibility } from "./visibility.ts";
import { compareWire } from "./wire-match.ts";

/** What one run of one phase came to. */
export interface RunReport {
  readonly variant: "plain" | "insn";
  readonly registers: Match;
  readonly interrupts: Match;
  readonly rings: Match;
  readonly configuration: Match;
  readonly wire: Match;
  readonly firstDivergence: Divergence | null;
  /** Hand-overs whose moment was taken from the recording, by kind. */
  readonly points: PhasePlan["counts"];
  /** Of these, points at which nothing waited, and points used before their count. */
  readonly pointsMissed: number;
  readonly pointsEarly: number;
  /** Recorded lines left out, by rule. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Descriptors named by first use, because a burst's races left the free lists in another order. */
  readonly descriptorNumbers: number;
  /** The rules that judged a burst whose races did not come out as recorded. */
  readonly rules?: readonly RuleReport[];
}

/** What a phase came to: the sums over its runs, and the runs one by one. */
export interface PhaseReport {
  readonly phase: PhaseName;
  readonly registers: Match;
  readonly interrupts: Match;
  readonly rings: Match;
  readonly configuration: Match;
  readonly wire: Match;
  /** The first run's first divergence, null when there is none in any. */
  readonly firstDivergence: Divergence | null;
  readonly runs: readonly RunReport[];
}

/** What `trapline verify` reports of a folder. */
export interface VerifyReport {
  readonly config: string;
  readonly phases: readonly PhaseReport[];
}

/** What to verify of a folder. */
export interface VerifyOptions {
  /** Stop after this phase; default the last. */
  readonly lastPhase?: PhaseName;
  readonly variant?: "plain" | "insn";
}

/**
 * Replays what a recording did and lays the engine's events beside the recorded ones.
 * @param files The folder's files by name, unpacked.
 * @throws InputError when the recording is damaged or its NIC is unknown.
 */
export function verifyFolder(
  files: ReadonlyMap<string, Uint8Array>,
  options: VerifyOptions = {},
): VerifyReport {
  const folder = readFolder(files);
  const reports = new Map<PhaseName, RunReport[]>();
  for (const [phase, report] of verifyRuns(folder, options)) {
    const list = reports.get(phase) ?? [];
    list.push(report);
    reports.set(phase, list);
  }
  const config = folder.runs[0]?.manifest.config ?? "";
  const phases = PHASES.filter((phase) => reports.has(phase));
  return {
    config,
    phases: phases.map((phase) => sum(phase, reports.get(phase) as RunReport[])),
  };
}

/** What was compared of one run of one phase, for those who want to see it line by line. */
export interface ComparedPhase {
  readonly phase: PhaseName;
  readonly run: RecordedRun;
  /** Both sides as they were compared. */
  readonly recorded: readonly Row[];
  readonly engine: readonly Row[];
  /** Whether interrupts have an order of their own only. */
  readonly apart: boolean;
  readonly leftOut: readonly LeftOutEvent[];
  /** Recorded rows that the rule for idle interrupts took. */
  readonly leftOutIdle: readonly Row[];
  readonly wire: readonly Divergence[];
}

/** Replays the runs of a folder phase by phase. */
export function* verifyRuns(
  folder: RecordingFolder,
  options: VerifyOptions,
  onCompared?: (compared: ComparedPhase) => void,
): Generator<[PhaseName, RunReport]> {
  const { lastPhase, variant } = options;
  for (const run of folder.runs) {
    if (variant !== undefined && run.variant !== variant) continue;
    const mergedInWarmup = settleWarmup(folder, run);
    const hasBurst = PHASES.indexOf(lastPhase ?? "teardown") >= PHASES.indexOf("burst-tx");
    const pauses = hasBurst ? settlePauses(folder, run, mergedInWarmup) : undefined;
    yield* verifyRun(folder, run, { lastPhase, pauses, mergedInWarmup, onCompared });
  }
}

function sum(phase: PhaseName, runs: readonly RunReport[]): PhaseReport {
  const total = (pick: (run: RunReport) => Match): Match => ({
    matched: runs.reduce((n, run) => n + pick(run).matched, 0),
    total: runs.reduce((n, run) => n + pick(run).total, 0),
  });
  return {
    phase,
    registers: total((run) => run.registers),
    interrupts: total((run) => run.interrupts),
    rings: total((run) => run.rings),
    configuration: total((run) => run.configuration),
    wire: total((run) => run.wire),
    firstDivergence: runs.find((run) => run.firstDivergence !== null)?.firstDivergence ?? null,
    runs,
  };
}

/** What is verified of one run: up to a phase, with the pauses of its burst where they are known. */
interface RunPart {
  readonly lastPhase?: PhaseName | undefined;
  /** Compare this phase only; the others just run. */
  readonly onlyPhase?: PhaseName;
  readonly pauses?: readonly Pause[] | undefined;
  /** Frames of a warmup that was not recorded whose interrupt and expiry merged, one bit each. */
  readonly mergedInWarmup?: number | undefined;
  readonly onCompared?: ((compared: ComparedPhase) => void) | undefined;
}

function* verifyRun(
  folder: RecordingFolder,
  run: RecordedRun,
  part: RunPart,
): Generator<[PhaseName, RunReport]> {
  const scenario = readScenario(folder, run);
  const target = buildNic(scenario.nic);
  const replay = new Replay(target);
  const names = registerNames(run, target.registerNames);
  const pairs = part.onlyPhase === undefined ? new KnownPairs(run.manifest.blocks) : undefined;
  const runsWatchdog = target.watchdog !== undefined;
  let raced = false;
  let waiting: readonly Uint8Array[] = [];
  for (const phase of PHASES) {
    const packets = scenario.phases.get(phase);
    if (packets === undefined) continue;
    const recorded = run.phases.get(phase);
    const visibility = visibilityOf(run, phase);
    if (recorded === undefined) {
      // Not recorded (the insn run's warmup): run with default timing, compared with nothing.
      replay.runFree(packets, part.mergedInWarmup);
    } else {
      const { events, counts, leftOut } = sift(recorded.events, rulesFor(runsWatchdog));
      const sent = packets.sent.length;
      const pauses = phase === "burst-tx" ? (part.pauses ?? findPauses(events)) : [];
      const sizes = waiting.map((frame) => frame.length);
      const plan = planPhase(phase, events, visibility, sent, runsWatchdog, pauses, sizes);
      const result = replay.run(phase, plan, packets, visibility);
      if (part.onlyPhase === undefined || part.onlyPhase === phase) {
        const { onCompared } = part;
        const sifted = { events, leftOut, onCompared };
        const inputs = { run, ...sifted, packets, waiting, result, replay, names, pairs, raced };
        const { leftOutIdle, ...compared } = compareRun(inputs, phase);
        raced ||= compared.rules !== undefined;
        if (leftOutIdle > 0) counts.set(IDLE_QUEUE_INTERRUPTS.name, leftOutIdle);
        yield [phase, { ...compared, ...pointCounts(plan, result), leftOut: record(counts) }];
      }
      const { waitingCount } = result.wire;
      const offered = [...waiting, ...packets.arriving];
      waiting = offered.slice(offered.length - waitingCount);
    }
    if (phase === part.lastPhase) return;
  }
}

function rulesFor(runsWatchdog: boolean): readonly LeftOutRule[] {
  return runsWatchdog ? [LEFT_OUT.lineAlreadyLow] : [LEFT_OUT.lineAlreadyLow, LEFT_OUT.watchdog];
}

/** Lines that may be replayed in search of pauses: keeps a long burst from taking minutes. */
const TRIAL_LINES = 160_000;

/**
 * How many datagrams the sender of a burst had queued at each pause: the recording's instruction
 * counts give an estimate, and what the driver does next says whether it was one more or less.
 */
function settlePauses(
  folder: RecordingFolder,
  run: RecordedRun,
  mergedInWarmup: number | undefined,
): readonly Pause[] | undefined {
  const burst = run.phases.get("burst-tx");
  if (burst === undefined || run.variant === "plain") return undefined;
  const runsWatchdog = buildNic(readScenario(folder, run).nic).watchdog !== undefined;
  const pauses = findPauses(sift(burst.events, rulesFor(runsWatchdog)).events);
  if (pauses.length === 0) return undefined;
  const trials = Math.floor(TRIAL_LINES / burst.events.length);
  return settle(pauses, trials, (candidate) => {
    const only = { lastPhase: "burst-tx", onlyPhase: "burst-tx" } as const;
    const part = { ...only, pauses: candidate, mergedInWarmup };
    for (const [, report] of verifyRun(folder, run, part)) return linesMatched(report);
    return 0;
  });
}

/** Frames of the warmup whose timing is tried. */
const WARMUP_FRAMES = 3;

/**
 * What moderation the 82576's driver had chosen after a warmup that was not recorded depends on
 * which of its interrupts merged with EITR's expiry: the recorded rx phase says which.
 */
function settleWarmup(folder: RecordingFolder, run: RecordedRun): number | undefined {
  if (run.manifest.nic.model !== "igb" || run.phases.has("warmup")) return undefined;
  if (!run.phases.has("rx")) return undefined;
  let best: number | undefined;
  let bestLine = 0;
  for (let merged = 0; merged < 1 << WARMUP_FRAMES; merged++) {
    const part = { lastPhase: "rx", onlyPhase: "rx", mergedInWarmup: merged } as const;
    for (const [, report] of verifyRun(folder, run, part)) {
      const line = linesMatched(report);
      if (line > bestLine) [best, bestLine] = [merged, line];
    }
    if (bestLine === Infinity) break;
  }
  return best;
}

/** The line up to which a phase matches; Infinity when all of it does. */
function linesMatched(report: RunReport): number {
  if (report.firstDivergence === null) return Infinity;
  return report.firstDivergence.line === 0 ? 1e9 : report.firstDivergence.line;
}

interface RunInputs {
  readonly run: RecordedRun;
  readonly events: readonly RecordedEvent[];
  readonly packets: PhasePackets;
  readonly waiting: readonly Uint8Array[];
  readonly result: PhaseRun;
  readonly replay: Replay;
  readonly names: RegisterNames;
  /** A burst before was judged by rules: the order of the free lists is what its races left. */
  readonly raced: boolean;
  /** What the models do, learnt phase by phase; undefined: bursts must match exactly. */
  readonly pairs: KnownPairs | undefined;
  readonly leftOut: readonly LeftOutEvent[];
  readonly onCompared: ((compared: ComparedPhase) => void) | undefined;
}

function compareRun(inputs: RunInputs, phase: PhaseName): Compared {
  const { run, events, packets, waiting, result, replay, names } = inputs;
  const { manifest } = run;
  const recordedSpace = { memoryBytes: manifest.memoryBytes, blocks: manifest.blocks };
  const space = replay.addressSpace(manifest.blocks);
  const visibility = visibilityOf(run, phase);
  const both = withoutIdle(inputs, visibility, {
    theirs: events
      .map((event) => recordedRow(event, recordedSpace))
      .filter((row): row is Row => row !== undefined),
    ours: engineRows({ trace: result.trace, space, visibility, names }),
  });
  const { theirs, ours } = both;
  const renamed = inputs.raced ? renameBoth(theirs, ours, manifest.blocks) : undefined;
  const recorded = renamed?.recorded ?? theirs;
  const apart = !visibility.interruptsTaken;
  const rows = compareRows(recorded, renamed?.engine ?? ours, apart);
  inputs.pairs?.learn(ours);
  const wire = compareWire(events, packets.onWire, packets.arriving, result.wire, waiting);
  inputs.onCompared?.({
    phase,
    run,
    recorded,
    engine: rows.engine,
    apart,
    leftOut: inputs.leftOut,
    leftOutIdle: both.leftOut,
    wire: wire.divergences,
  });
  const firstDivergence = rows.firstDivergence ?? wire.firstDivergence ?? null;
  const exact = {
    variant: run.variant,
    ...rows.aspects,
    wire: wire.match,
    firstDivergence,
    descriptorNumbers: renamed?.count ?? 0,
    leftOutIdle: both.leftOut.length,
  };
  const { pairs } = inputs;
  if (firstDivergence === null || pairs === undefined || !phase.startsWith("burst")) return exact;
  const verdict = judgeBurst({
    direction: phase === "burst-tx" ? "tx" : "rx",
    events,
    recorded: theirs,
    engine: ours,
    packetCount: Math.max(packets.sent.length, packets.arriving.length),
    wire: wire.match,
    blocks: manifest.blocks,
    pairs,
  });
  if (verdict.rules.some((rule) => !rule.holds)) return { ...exact, rules: verdict.rules };
  return { ...exact, ...verdict.aspects, firstDivergence: null, rules: verdict.rules };
}

/** The rows of both sides, and how many recorded ones a rule took. */
interface Sides {
  readonly theirs: readonly Row[];
  readonly ours: readonly Row[];
}

/**
 * Both sides as they are where they agree; where they do not and the 82576's idle interrupts can be
 * the reason, both without those.
 */
function withoutIdle(
  inputs: RunInputs,
  visibility: Visibility,
  { theirs, ours }: Sides,
): Sides & { readonly leftOut: readonly Row[] } {
  const mayDiffer = !visibility.interruptsTaken && inputs.run.manifest.nic.model === "igb";
  if (!mayDiffer || compareRows(theirs, ours, true).firstDivergence === undefined) {
    return { theirs, ours, leftOut: [] };
  }
  const compared = (row: Row): boolean => !IDLE_QUEUE_INTERRUPTS.matches(row.key);
  const kept = theirs.filter(compared);
  const leftOut = theirs.filter((row) => !compared(row));
  return { theirs: kept, ours: ours.filter(compared), leftOut };
}

type PointFields = "points" | "pointsMissed" | "pointsEarly" | "leftOut";

/** A report but for its points, with the recorded lines that the rule for idle interrupts took. */
type Compared = Omit<RunReport, PointFields> & { readonly leftOutIdle: number };

function pointCounts(
  plan: PhasePlan,
  result: PhaseRun,
): Pick<RunReport, "points" | "pointsMissed" | "pointsEarly"> {
  const { missed, early } = result.points;
  return { points: plan.counts, pointsMissed: missed, pointsEarly: early };
}

function record(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries(counts);
}

/** Register names by region and offset, as this run's lines give them. */
function registerNames(run: RecordedRun, own: RegisterNames = new Map()): RegisterNames {
  const names = new Map<string, string>(own);
  for (const { events } of run.phases.values()) {
    for (const event of events) {
      if (!("register" in event) || event.register === "") continue;
      names.set(`${event.region}+${event.offset}`, baseName(event.register));
    }
  }
  return names;
}
