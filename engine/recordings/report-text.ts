import type { Divergence, Match } from "./compare.ts";
import type { PhaseReport, RunReport, VerifyReport } from "./verify.ts";

const ASPECT_COLUMNS = ["registers", "interrupts", "rings", "configuration", "wire"] as const;

/** A report as text: a table of phases, then the first divergence of each run that has one. */
export function reportText(report: VerifyReport): string {
  const lines = [report.config, tableHead()];
  for (const phase of report.phases) {
    for (const run of phase.runs) lines.push(tableLine(phase, run));
  }
  for (const phase of report.phases) {
    for (const run of phase.runs) {
      if (run.rules !== undefined) lines.push(...ruleLines(phase, run));
      if (run.firstDivergence !== null) lines.push(...divergenceLines(phase, run));
    }
  }
  return `${lines.join("\n")}\n`;
}

function tableHead(): string {
  const columns = ASPECT_COLUMNS.map((name) => name.padStart(13)).join(" ");
  return `${"phase".padEnd(10)} ${"run".padEnd(6)}${columns}  points taken`;
}

function tableLine(phase: PhaseReport, run: RunReport): string {
  const columns = ASPECT_COLUMNS.map((name) => matchText(run[name]).padStart(13)).join(" ");
  const points = Object.entries(run.points).filter(([, count]) => count > 0);
  const texts = points.map(([kind, count]) => `${count} ${kind}`);
  if (run.pointsMissed > 0) texts.push(`${run.pointsMissed} missed`);
  if (run.pointsEarly > 0) texts.push(`${run.pointsEarly} early`);
  for (const [rule, count] of Object.entries(run.leftOut)) texts.push(`${count} left out: ${rule}`);
  if (run.descriptorNumbers > 0) {
    texts.push(`${run.descriptorNumbers} descriptor numbers taken from the recording`);
  }
  if (run.rules !== undefined) texts.push("by rules");
  const verdict = run.firstDivergence === null ? "" : "  DIVERGES";
  const head = `${phase.phase.padEnd(10)} ${run.variant.padEnd(6)}`;
  return `${head}${columns}  ${texts.join(", ")}${verdict}`;
}

function matchText(match: Match): string {
  return match.total === 0 ? "-" : `${match.matched}/${match.total}`;
}

function ruleLines(phase: PhaseReport, run: RunReport): string[] {
  const lines = (run.rules ?? []).map(
    ({ rule, holds, found }) => `  ${holds ? "holds" : "BROKEN"}: ${rule} (${found})`,
  );
  return ["", `${phase.phase}, ${run.variant} run: judged by rules`, ...lines];
}

function divergenceLines(phase: PhaseReport, run: RunReport): string[] {
  const divergence = run.firstDivergence as Divergence;
  const at = divergence.line > 0 ? `line ${divergence.line}` : "the end of the recording";
  return [
    "",
    `${phase.phase}, ${run.variant} run: first divergence in ${divergence.aspect} at ${at}`,
    "  recorded:",
    ...divergence.recorded.map((line) => `  ${line}`),
    "  engine:",
    ...divergence.engine.map((line) => `  ${line}`),
  ];
}
