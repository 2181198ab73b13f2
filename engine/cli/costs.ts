import { stdout } from "node:process";
import { catalogueToJson, catalogueToText, entryToText } from "../run/catalogue-report.ts";
import { evidenceTable } from "../run/evidence-table.ts";
import { catalogue, findCatalogueEntry } from "../run/price-catalogue.ts";
import { UsageError, type Command } from "./command.ts";
import { readOptions } from "./options.ts";
import {
  isPriceSetting,
  PRICE_OPTIONS,
  PRICE_SYNOPSIS,
  readPrices,
  readSets,
} from "./price-options.ts";
import { Progress } from "./progress.ts";

const OPTIONS = { ...PRICE_OPTIONS, json: { type: "boolean" } } as const;

/** `trapline costs`: the primitives, what they cost on a CPU, and how each is known. */
export const costsCommand: Command = {
  name: "costs",
  synopsis: `[NAME] ${PRICE_SYNOPSIS} [--json]`,
  summary:
    "lists the cost primitives with value, range, machine, evidence and source, and how much of each " +
    "mode's packet is measured, specified, derived or assumed",
  run(args) {
    const parsed = readOptions(args, OPTIONS);
    const [name, extra] = parsed.positionals;
    if (extra !== undefined)
      throw new UsageError(`trapline costs takes one NAME, not ${extra} too.`);
    const knob = [...readSets(parsed).keys()].find((set) => !isPriceSetting(set));
    if (knob !== undefined)
      throw new UsageError(`--set ${knob}: costs takes cost.NAME=VALUE only.`);
    const prices = readPrices(parsed);
    const asJson = parsed.values["json"] === true;
    if (name !== undefined) {
      const entry = findCatalogueEntry(prices, name.replace(/^cost\./, ""));
      const text = entryToText(entry, prices, true);
      stdout.write(asJson ? `${catalogueToJson(prices, [entry], undefined)}\n` : text);
      return 0;
    }
    const progress = new Progress("modes and directions");
    const evidence = evidenceTable(prices, (done, all) => progress.show(done, all));
    progress.end();
    stdout.write(
      asJson
        ? `${catalogueToJson(prices, catalogue(prices), evidence)}\n`
        : catalogueToText(prices, evidence),
    );
    return 0;
  },
};
