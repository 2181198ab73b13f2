import { stdout } from "node:process";
import type { Mode } from "../modes/define.ts";
import { findMode, MODES } from "../modes/index.ts";
import { compareModes, comparisonToJson, comparisonToText } from "../run/comparison.ts";
import { UsageError, type Command } from "./command.ts";
import { optionText, readOptionsOnly } from "./options.ts";
import { readSettings, readTraffic, TRAFFIC_OPTIONS, TRAFFIC_SYNOPSIS } from "./traffic-options.ts";

const OPTIONS = {
  ...TRAFFIC_OPTIONS,
  modes: { type: "string" },
  json: { type: "boolean" },
} as const;

/** `trapline compare`: the same packets through several modes, one table. */
export const compareCommand: Command = {
  name: "compare",
  synopsis: `[--modes A,B,…|all] ${TRAFFIC_SYNOPSIS} [--json]`,
  summary: "sends the same packets through several modes and prints what each took, per packet",
  run(args) {
    const parsed = readOptionsOnly("compare", args, OPTIONS);
    const modes = readModes(optionText(parsed, "modes") ?? "all");
    const frameBytesMax = Math.min(...modes.map((mode) => mode.frameBytesMax));
    const runs = compareModes({
      ...readTraffic(parsed, frameBytesMax),
      modes,
      knobs: readSettings(parsed),
      trace: false,
      keepFrames: false,
    });
    stdout.write(
      parsed.values["json"] === true ? `${comparisonToJson(runs)}\n` : comparisonToText(runs),
    );
    return 0;
  },
};

function readModes(text: string): readonly Mode[] {
  if (text === "all") return MODES;
  const ids = text.split(",").map((id) => id.trim());
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice !== undefined) throw new UsageError(`--modes: ${twice} is named twice.`);
  return ids.map(findMode);
}
