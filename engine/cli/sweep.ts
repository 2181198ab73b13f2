import { stderr, stdout } from "node:process";
import { InputError } from "../core/input-error.ts";
import { chosenPrices } from "../ledger/price-choice.ts";
import { pricesForJson, pricesToText } from "../run/price-report.ts";
import { readRate } from "../sizing/rate-text.ts";
import { assembleSweep } from "../sizing/sweep.ts";
import { planSweep, type SweepPlan } from "../sizing/sweep-plan.ts";
import type { SweepLoad, SweepResult } from "../sizing/sweep-point.ts";
import { sweepToCsv, sweepToText } from "../sizing/sweep-report.ts";
import { UsageError, type Command } from "./command.ts";
import { checkTarget, writeWhole } from "./file.ts";
import { decimalNumber, optionText, readOptionsOnly, type Parsed } from "./options.ts";
import { readPriceChoice } from "./price-options.ts";
import { BAR_WIDTH, Progress } from "./progress.ts";
import {
  listOf,
  readMixes,
  readSizing,
  readWorkers,
  SIZING_OPTIONS,
  SIZING_SYNOPSIS,
} from "./sizing-options.ts";
import { INTERRUPTED, runJobs } from "./worker-pool.ts";

const OPTIONS = {
  ...SIZING_OPTIONS,
  loads: { type: "string" },
  rates: { type: "string" },
  csv: { type: "string" },
} as const;

/** `trapline sweep`: modes × packet sizes × loads, in workers. */
export const sweepCommand: Command = {
  name: "sweep",
  synopsis:
    "[--packet-bytes 64,512,imix,…|--pcap FILE] [--loads 5,100,…|--rates 10k,1M,…] " +
    `${SIZING_SYNOPSIS} [--csv FILE]`,
  summary:
    "offers loads from 5 % to 200 % of what each mode carries, for each packet size (with FCS), " +
    "and prints throughput, what limits it and cycles; --csv and --json have every load",
  async run(args) {
    const parsed = readOptionsOnly("sweep", args, OPTIONS);
    const target = optionText(parsed, "csv");
    const mixes = readMixes(parsed);
    const loads = readLoads(parsed);
    const workers = readWorkers(parsed);
    const prices = readPriceChoice(parsed);
    const plan = planSweep({
      ...readSizing(parsed),
      prices,
      ...(mixes === undefined ? {} : { mixes }),
      ...(loads === undefined ? {} : { loads }),
    });
    if (target !== undefined) checkTarget(target);
    const list = chosenPrices(prices);
    const asJson = parsed.values["json"] === true;
    const progress = new Progress("sweep: loads", { barWidth: BAR_WIDTH });
    let done = 0;
    const { interrupted, results } = await runJobs<SweepResult>(
      plan.points.map((point) => ({ kind: "sweep", point })),
      workers,
      (count) => asJson || stdout.write(pricesToText(list) + heading(plan, count)),
      () => progress.show(++done, plan.loadCount),
    ).finally(() => progress.end());
    const sweep = assembleSweep(plan, results);
    if (target !== undefined && sweep.complete) writeWhole(target, [sweepToCsv(sweep)]);
    stdout.write(
      asJson
        ? `${JSON.stringify({ cpu: pricesForJson(list), ...sweep }, null, 2)}\n`
        : sweepToText(sweep),
    );
    if (!interrupted) return 0;
    if (target !== undefined) stderr.write(`trapline: interrupted; ${target} is not written.\n`);
    return INTERRUPTED;
  },
};

function heading({ loadCount, points }: SweepPlan, workerCount: number): string {
  return `${loadCount} loads: ${points.length} modes and sizes, ${workerCount} at a time\n\n`;
}

function readLoads(parsed: Parsed): readonly SweepLoad[] | undefined {
  const shares = optionText(parsed, "loads");
  const rates = optionText(parsed, "rates");
  if (shares !== undefined) {
    if (rates !== undefined) throw new UsageError("--rates does not go with --loads.");
    return listOf("loads", shares).map((text) => ({
      share: decimalNumber("loads", text.replace(/ ?%$/, ""), 0.1, 1000) / 100,
    }));
  }
  return rates === undefined ? undefined : listOf("rates", rates).map(readAbsolute);
}

function readAbsolute(text: string): SweepLoad {
  const rate = readRate("--rates", text);
  if ("packetsPerSecond" in rate) return rate;
  throw new InputError(`--rates: ${text} is in bits, but packets have several sizes here.`);
}
