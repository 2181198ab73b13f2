import { stdout } from "node:process";
import { CPU_MODES } from "../cpu/modes.ts";
import { MODES } from "../modes/index.ts";
import type { KnobSpec, KnobSpecs } from "../modes/knob.ts";
import { PROGRAMS } from "../programs/index.ts";
import { knobsOf } from "../run/program-run.ts";
import type { Command } from "./command.ts";
import { readOptionsOnly } from "./options.ts";

/** `trapline modes`: the modes, what they are made of, their knobs. */
export const modesCommand: Command = {
  name: "modes",
  synopsis: "[--json]",
  summary:
    "lists the modes, the parts they are made of and their knobs; CPU modes and guest programs",
  run(args) {
    const { values } = readOptionsOnly("modes", args, { json: { type: "boolean" } });
    stdout.write(values["json"] === true ? json() : text());
    return 0;
  },
};

function json(): string {
  const modes = MODES.map(({ id, title, parts, knobs, frameBytesMax, bypass, checkedAgainst }) => ({
    id,
    title,
    parts,
    knobs,
    frameBytesMax,
    ...(bypass === undefined ? {} : { bypass }),
    checkedAgainst,
  }));
  const cpuModes = CPU_MODES.map((mode) => ({
    id: mode.id,
    title: mode.title,
    correct: mode.correct,
    knobs: knobsOf(mode),
  }));
  const programs = PROGRAMS.map(({ id, title, shows }) => ({ id, title, shows }));
  return `${JSON.stringify({ modes, cpuModes, programs }, null, 2)}\n`;
}

function text(): string {
  const lines: string[] = [];
  for (const mode of MODES) {
    lines.push(`${mode.id}  ${mode.title}`);
    for (const [part, words] of Object.entries(mode.parts)) {
      lines.push(`  ${label(part).padEnd(11)} ${words}`);
    }
    lines.push(`  checked     ${mode.checkedAgainst}`);
    for (const { what, why } of mode.bypass?.lost ?? [])
      lines.push(`  loses       ${what}: ${why}`);
    for (const { what, why } of mode.bypass?.kept ?? [])
      lines.push(`  keeps       ${what}: ${why}`);
    lines.push(...knobLines(mode.knobs), "");
  }
  return `${[...lines, ...cpuLines()].join("\n").trimEnd()}\n`;
}

function knobLines(knobs: KnobSpecs): string[] {
  const entries = Object.entries(knobs);
  if (entries.length === 0) return [];
  return [
    "  knobs",
    ...entries.map(
      ([name, spec]) => `    ${name} = ${range(spec)}, default ${shown(spec.default)}: ${spec.doc}`,
    ),
  ];
}

/** The ways to run a guest program's machine code, and the programs. */
function cpuLines(): string[] {
  const lines = ["CPU modes, for trapline run --program NAME --cpu-mode ID", ""];
  for (const mode of CPU_MODES) {
    lines.push(`${mode.id}  ${mode.title}`, ...knobLines(knobsOf(mode)), "");
  }
  lines.push("guest programs", "");
  for (const { id, title } of PROGRAMS) lines.push(`${id}  ${title}`);
  return lines;
}

function label(part: string): string {
  return part === "hostPath" ? "host path" : part;
}

function range(spec: KnobSpec): string {
  if (spec.type === "boolean") return "on | off";
  if (spec.type === "choice") return spec.choices.join(" | ");
  return `${spec.min} … ${spec.max}${spec.powerOfTwo === true ? " (power of two)" : ""}`;
}

function shown(value: boolean | number | string): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}
