import { basename } from "node:path";
import { stdout } from "node:process";
import { checkOrderings } from "../validation/orderings.ts";
import { readPoints } from "../validation/read-points.ts";
import { validate } from "../validation/validate.ts";
import { validationToJson, validationToText } from "../validation/validation-report.ts";
import { UsageError, type Command } from "./command.ts";
import { readWhole } from "./file.ts";
import { readOptions } from "./options.ts";
import { isPriceSetting, readPriceChoice, readSets } from "./price-options.ts";
import { Progress } from "./progress.ts";

const OPTIONS = {
  set: { type: "string", multiple: true },
  json: { type: "boolean" },
} as const;

/** `trapline validate`: predictions beside published results. */
export const validateCommand: Command = {
  name: "validate",
  synopsis: "[FILE] [--set cost.NAME=VALUE]… [--json]",
  summary:
    "lays predictions beside published results, misses on top: those that Trapline comes with, or " +
    "those of a JSON file; each point's CPU follows from its text",
  run(args) {
    const parsed = readOptions(args, OPTIONS);
    const [file, extra] = parsed.positionals;
    if (extra !== undefined) {
      throw new UsageError(`trapline validate takes one FILE, not ${extra} too.`);
    }
    const knob = [...readSets(parsed).keys()].find((set) => !isPriceSetting(set));
    if (knob !== undefined) {
      throw new UsageError(`--set ${knob}: validate takes cost.NAME=VALUE only.`);
    }
    const { overrides = {} } = readPriceChoice(parsed);
    const points =
      file === undefined
        ? {}
        : { points: readPoints(new TextDecoder().decode(readWhole(file)), basename(file)) };
    const progress = new Progress("published points");
    const onProgress = (done: number, all: number): void => progress.show(done, all);
    const predictions = validate({ ...points, overrides, onProgress });
    const orders = checkOrderings(undefined, overrides);
    progress.end();
    const asJson = parsed.values["json"] === true;
    const changed = Object.entries(overrides).map(
      ([name, value]) => `cost.${name} = ${value} for every point's CPU\n`,
    );
    const report = asJson
      ? validationToJson(predictions, orders, overrides)
      : changed.join("") + validationToText(predictions, orders);
    stdout.write(`${report.trimEnd()}\n`);
    return 0;
  },
};
