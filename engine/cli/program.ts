import { stdout } from "node:process";
import { CPU_MODES } from "../cpu/modes.ts";
import { programToJson, programToText } from "../run/program-report.ts";
import { findCpuMode, findProgram, runProgram } from "../run/program-run.ts";
import { UsageError } from "./command.ts";
import { optionText, wholeNumber, type Parsed } from "./options.ts";
import { isPriceSetting, readSets } from "./price-options.ts";
import { readSettings } from "./traffic-options.ts";

/** The options of `run` that run a guest program instead of packets. */
export const PROGRAM_OPTIONS = {
  program: { type: "string" },
  "cpu-mode": { type: "string" },
} as const;

/** The same in the usage text. */
export const PROGRAM_SYNOPSIS = `--program NAME [--cpu-mode ${CPU_MODES.map(({ id }) => id).join("|")}] [--set knob=value]… [--rows N] [--json]`;

const WITH_PROGRAM = new Set(["program", "cpu-mode", "set", "rows", "json"]);

/** Whether the command line asks for a guest program. */
export function wantsProgram(parsed: Parsed): boolean {
  const program = parsed.values["program"] !== undefined;
  if (!program && parsed.values["cpu-mode"] !== undefined) {
    throw new UsageError("--cpu-mode goes with --program NAME.");
  }
  return program;
}

/** `trapline run --program`: real machine code in one of the ways to virtualize a CPU. */
export function runGuestProgram(parsed: Parsed): number {
  const other = Object.keys(parsed.values).find((name) => !WITH_PROGRAM.has(name));
  if (other !== undefined) throw new UsageError(`--${other} does not go with --program.`);
  const price = [...readSets(parsed).keys()].find(isPriceSetting);
  if (price !== undefined) throw new UsageError(`--set ${price} does not go with --program.`);
  const program = findProgram(optionText(parsed, "program") ?? "");
  const mode = findCpuMode(optionText(parsed, "cpu-mode") ?? "native");
  const rows = wholeNumber("rows", optionText(parsed, "rows") ?? "200", 0, 1e7);
  const run = runProgram(program, mode, readSettings(parsed));
  stdout.write(
    parsed.values["json"] === true ? `${programToJson(run)}\n` : programToText(run, rows),
  );
  return 0;
}
