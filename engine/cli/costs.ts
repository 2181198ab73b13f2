import { stdout } from "node:process";
import { catalogueToJson, catalogueToText, entryToText } from "../run/catalogue-report.ts";
import { evidenceTable } from "../run/evidence-table.ts";
import { catalogue, findCatalogueEntry } from "../run/price-catalogue.ts";
import type { PriceList } from "../ledger/price-list.ts";
import { sensitivity } from "../validation/sensitivity.ts";
import { sensitivityToText } from "../validation/sensitivity-report.ts";
import { validate } from "../validation/validate.ts";
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

const OPTIONS = {
  ...PRICE_OPTIONS,
  sensitivity: { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** `trapline costs`: the primitives, what they cost on a CPU, and how each is known. */
export const costsCommand: Command = {
  name: "costs",
  synopsis: `[NAME | --sensitivity] ${PRICE_SYNOPSIS} [--json]`,
  summary:
    "lists the cost primitives with value, range, machine, evidence and source, and how much of each " +
    "mode's packet is measured, specified, derived or assumed; --sensitivity: how much each assumed " +
    "one moves results",
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
    if (parsed.values["sensitivity"] === true) {
      if (name !== undefined) throw new UsageError("--sensitivity does not go with a NAME.");
      return printSensitivity(prices, asJson);
    }
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

/** The assumed primitives by how much they move cycles per packet and predictions. */
function printSensitivity(prices: PriceList, asJson: boolean): number {
  const points = new Progress("published points");
  const predictions = validate({ onProgress: (done, all) => points.show(done, all) });
  points.end();
  const primitives = new Progress("assumed primitives");
  const rows = sensitivity(prices, predictions, (done, all) => primitives.show(done, all));
  primitives.end();
  stdout.write(asJson ? `${JSON.stringify(rows, null, 2)}\n` : sensitivityToText(rows));
  return 0;
}
