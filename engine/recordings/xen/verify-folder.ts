import type { Divergence, Match } from "../compare.ts";
import { readJson } from "../read.ts";
import type { FolderReport, VerifiedFolder } from "../verifiers.ts";
import { type CpuPhaseReport, verifyXenCpu } from "./verify-cpu.ts";
import { verifyXenNetwork, type XenPhaseReport } from "./verify.ts";

/** What `trapline verify` reports of a Xen folder: the network's phases, then the CPU's. */
export interface XenFolderReport extends FolderReport {
  readonly phases: readonly (XenPhaseReport | CpuPhaseReport)[];
}

/**
 * Verifies a recording of Xen PV: front and back end, then the CPU side where it is there.
 * @param files The folder's files by name, unpacked.
 * @throws InputError when the recording is damaged.
 */
export function verifyXenFolder(files: ReadonlyMap<string, Uint8Array>): VerifiedFolder {
  const network = verifyXenNetwork(files);
  const cpu = verifyXenCpu(files);
  const config = folderConfig(files);
  const report: XenFolderReport = { config, phases: [...network, ...cpu] };
  return { report, text: xenReportText(config, network, cpu) };
}

/** What a Xen recording is of, in one line, as its manifest says. */
export function folderConfig(files: ReadonlyMap<string, Uint8Array>): string {
  const bytes = files.get("manifest.json");
  if (bytes === undefined) return "xen";
  const manifest = readJson("manifest.json", bytes);
  return manifest.has("mode") ? manifest.string("mode") : "xen";
}

/** The report as text: a line for each phase, with what was taken from the recording and left out. */
export function xenReportText(
  config: string,
  network: readonly XenPhaseReport[],
  cpu: readonly CpuPhaseReport[],
): string {
  const lines = [config];
  for (const phase of network) lines.push(...networkLines(phase));
  for (const phase of cpu) lines.push(...cpuLines(phase));
  for (const { phase, firstDivergence } of [...network, ...cpu]) {
    if (firstDivergence !== null) lines.push(...divergenceLines(phase, firstDivergence));
  }
  return `${lines.join("\n")}\n`;
}

function networkLines(phase: XenPhaseReport): string[] {
  const aspects = Object.entries(phase.aspects).filter(([, match]) => match.total > 0);
  const head = phase.packets > 0 ? `${phase.packets} packets, ` : "";
  return [
    line(phase.phase, `${head}${matches(aspects)}`, phase.firstDivergence),
    ...taken(phase.points, phase.leftOut),
    ...(phase.rules ?? []).map(
      ({ rule, holds, found }) => `${INDENT}${holds ? "holds" : "BROKEN"}: ${rule} (${found})`,
    ),
  ];
}

function cpuLines(phase: CpuPhaseReport): string[] {
  const { hypercalls, exceptions } = phase;
  const operations = phase.operations > 0 ? `${phase.operations} operations, ` : "";
  const counts = matches(Object.entries({ hypercalls, exceptions }));
  return [
    line(phase.phase, `${operations}${counts}`, phase.firstDivergence),
    ...taken(phase.points, phase.leftOut),
  ];
}

const INDENT = " ".repeat(15);

function line(phase: string, text: string, divergence: Divergence | null): string {
  return `${phase.padEnd(13)}  ${text}${divergence === null ? "" : "  DIVERGES"}`;
}

function matches(aspects: readonly (readonly [string, Match])[]): string {
  return aspects.map(([name, { matched, total }]) => `${name} ${matched}/${total}`).join(", ");
}

function taken(
  points: Readonly<Record<string, number>>,
  leftOut: Readonly<Record<string, number>>,
): string[] {
  const lines: string[] = [];
  const used = Object.entries(points).filter(([, count]) => count > 0);
  if (used.length > 0) {
    const texts = used.map(([kind, count]) => `${count} ${kind}`);
    lines.push(`${INDENT}taken from the recording: ${texts.join(", ")}`);
  }
  for (const [rule, count] of Object.entries(leftOut)) {
    lines.push(`${INDENT}${count} left out: ${rule}`);
  }
  return lines;
}

function divergenceLines(phase: string, divergence: Divergence): string[] {
  const at = divergence.line > 0 ? `line ${divergence.line}` : "the end of the recording";
  return [
    "",
    `${phase}: first divergence in ${divergence.aspect} at ${at}`,
    "  recorded:",
    ...divergence.recorded.map((text) => `  ${text}`),
    "  engine:",
    ...divergence.engine.map((text) => `  ${text}`),
  ];
}
