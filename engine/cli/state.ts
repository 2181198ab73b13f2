import { stdout } from "node:process";
import { InputError } from "../core/input-error.ts";
import { History } from "../history/history.ts";
import { stateToJson, stateToText, type StateWish } from "../run/state-report.ts";
import { simulate, type Run } from "../run/simulate.ts";
import { UsageError, type Command } from "./command.ts";
import { optionText, optionTexts, readOptionsOnly, wholeNumber, type Parsed } from "./options.ts";
import {
  readMode,
  readSettings,
  readTraffic,
  TRAFFIC_OPTIONS,
  TRAFFIC_SYNOPSIS,
} from "./traffic-options.ts";

const OPTIONS = {
  ...TRAFFIC_OPTIONS,
  mode: { type: "string" },
  at: { type: "string" },
  section: { type: "string", multiple: true },
  memory: { type: "string", multiple: true },
  json: { type: "boolean" },
} as const;

const MEMORY_BYTES_MAX = 1 << 16;

/** `trapline state`: a machine as it stands at a row of a run. */
export const stateCommand: Command = {
  name: "state",
  synopsis: `--mode ID ${TRAFFIC_SYNOPSIS} --at ROW|start [--section ID]... [--memory ADDRESS:BYTES]... [--json]`,
  summary:
    "prints the machine's state when a row of the trace is over: what the row changed, and on demand " +
    "registers, structures and tables, and bytes of memory",
  run(args) {
    const parsed = readOptionsOnly("state", args, OPTIONS);
    const at = optionText(parsed, "at");
    if (at === undefined)
      throw new UsageError("state needs --at ROW: a row of the trace, or start.");
    const memory = optionTexts(parsed, "memory").map((text) => readStretch(text));
    const run = runOf(parsed);
    if (run.history === undefined) throw new InputError("state: the run has no history.");
    const row = at === "start" ? -1 : wholeNumber("at", at, 0, run.trace.length - 1);
    const wish: StateWish = { sections: optionTexts(parsed, "section"), memory };
    const snapshot = new History(run.history).at(row);
    for (const id of wish.sections) {
      if (snapshot.section(id) !== undefined) continue;
      const known = snapshot.sections.map((spec) => spec.id).join(", ");
      throw new InputError(`--section: ${run.mode.id} has no section ${id}; there are ${known}.`);
    }
    const asJson = parsed.values["json"] === true;
    stdout.write(
      asJson ? `${stateToJson(run, snapshot, wish)}\n` : stateToText(run, snapshot, wish),
    );
    return 0;
  },
};

function runOf(parsed: Parsed): Run {
  const mode = readMode(parsed, "state");
  const traffic = readTraffic(parsed, mode.frameBytesMax);
  return simulate({
    ...traffic,
    mode,
    knobs: readSettings(parsed),
    keepFrames: false,
    history: true,
  });
}

/** `0x100000:64` or `1048576:64`. */
function readStretch(text: string): { address: number; byteCount: number } {
  const [, address, bytes] = /^(0x[0-9a-f]+|\d+):(\d+)$/i.exec(text) ?? [];
  if (address === undefined || bytes === undefined) {
    throw new InputError(`--memory: ${text} is not ADDRESS:BYTES, as 0x100000:64.`);
  }
  const start = Number(address);
  if (start > 0xffff_ffff) throw new InputError(`--memory: ${address} lies beyond all memory.`);
  return { address: start, byteCount: wholeNumber("memory", bytes, 1, MEMORY_BYTES_MAX) };
}
