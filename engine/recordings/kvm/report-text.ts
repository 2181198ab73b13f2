import type { Divergence, Match } from "../compare.ts";
import { KVM_ASPECTS } from "./token.ts";
import type { KvmPhaseReport, KvmReport, KvmRunReport } from "./verify.ts";

/** A report on a KVM recording as text: a table of phases, then each round's first divergence. */
export function kvmReportText(report: KvmReport): string {
  const lines = [report.config, tableHead()];
  for (const phase of report.phases) {
    for (const run of phase.runs) lines.push(tableLine(phase, run));
  }
  for (const phase of report.phases) {
    for (const run of phase.runs) {
      if (run.rules !== undefined) lines.push(...ruleLines(phase, run));
      if (run.firstDivergence !== null) {
        lines.push(...divergenceLines(phase, run, run.firstDivergence));
      }
    }
  }
  lines.push("", "left out:", ...leftOutLines(report));
  return `${lines.join("\n")}\n`;
}

function tableHead(): string {
  const columns = KVM_ASPECTS.map((name) => name.padStart(11)).join(" ");
  return `${"phase".padEnd(9)} ${"round".padEnd(5)}${columns}  points taken`;
}

function tableLine(phase: KvmPhaseReport, run: KvmRunReport): string {
  const columns = KVM_ASPECTS.map((name) => matchText(run[name]).padStart(11)).join(" ");
  const texts = Object.entries(run.points).map(([kind, count]) => `${count} ${kind}`);
  if (run.pointsMissed > 0) texts.push(`${run.pointsMissed} missed`);
  if (run.pointsEarly > 0) texts.push(`${run.pointsEarly} early`);
  if (run.rules !== undefined) texts.push("by rules");
  const verdict = run.firstDivergence === null ? "" : "  DIVERGES";
  const head = `${phase.phase.padEnd(9)} ${run.round.padEnd(5)}`;
  return `${head}${columns}  ${texts.join(", ")}${verdict}`;
}

function matchText(match: Match): string {
  return match.total === 0 ? "-" : `${match.matched}/${match.total}`;
}

/** Each rule once, with how many happenings of all phases it left out. */
function leftOutLines(report: KvmReport): string[] {
  const counts = new Map<string, number>();
  for (const { runs } of report.phases) {
    for (const { leftOut } of runs) {
      for (const [rule, count] of Object.entries(leftOut)) {
        counts.set(rule, (counts.get(rule) ?? 0) + count);
      }
    }
  }
  return [...counts].map(([rule, count]) => `  ${count} ${rule}`);
}

function ruleLines(phase: KvmPhaseReport, run: KvmRunReport): string[] {
  const lines = (run.rules ?? []).map(
    ({ rule, holds, found }) => `  ${holds ? "holds" : "BROKEN"}: ${rule} (${found})`,
  );
  return ["", `${phase.phase}, round ${run.round}: judged by rules`, ...lines];
}

function divergenceLines(
  phase: KvmPhaseReport,
  run: KvmRunReport,
  divergence: Divergence,
): string[] {
  const at = divergence.line > 0 ? `line ${divergence.line}` : "the end of the recording";
  return [
    "",
    `${phase.phase}, round ${run.round}: first divergence in ${divergence.aspect} at ${at}`,
    "  recorded:",
    ...divergence.recorded.map((line) => `  ${line}`),
    "  engine:",
    ...divergence.engine.map((line) => `  ${line}`),
  ];
}
