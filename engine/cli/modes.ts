import { stdout } from "node:process";
import type { KnobSpec } from "../modes/knob.ts";
import { MODES } from "../modes/index.ts";
import type { Command } from "./command.ts";
import { readOptionsOnly } from "./options.ts";

/** `trapline modes`: the modes, what they are made of, their knobs. */
export const modesCommand: Command = {
  name: "modes",
  synopsis: "[--json]",
  summary: "lists the modes, the parts they are made of and their knobs",
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
  return `${JSON.stringify({ modes }, null, 2)}\n`;
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
    const knobs = Object.entries(mode.knobs);
    if (knobs.length > 0) lines.push("  knobs");
    for (const [name, spec] of knobs) {
      lines.push(`    ${name} = ${range(spec)}, default ${shown(spec.default)}: ${spec.doc}`);
    }
    lines.push("");
  }
  return `${lines.join("\n").trimEnd()}\n`;
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
