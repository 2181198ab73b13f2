import { stdout } from "node:process";
import { InputError } from "../core/input-error.ts";
import { chosenPrices } from "../ledger/price-choice.ts";
import { pricesForJson, pricesToText } from "../run/price-report.ts";
import { readRate } from "../sizing/rate-text.ts";
import { sizingToText } from "../sizing/size-report.ts";
import type { SizeResult } from "../sizing/size-point.ts";
import { assembleSizing, planSizing } from "../sizing/sizing.ts";
import type { Command } from "./command.ts";
import { optionText, readOptionsOnly, wholeNumber, type Parsed } from "./options.ts";
import { readPriceChoice } from "./price-options.ts";
import { BAR_WIDTH, Progress } from "./progress.ts";
import {
  readMixes,
  readSizing,
  readWorkers,
  SIZING_OPTIONS,
  SIZING_SYNOPSIS,
} from "./sizing-options.ts";
import { INTERRUPTED, runJobs } from "./worker-pool.ts";

const OPTIONS = {
  ...SIZING_OPTIONS,
  rate: { type: "string" },
  vms: { type: "string" },
  "host-cores": { type: "string" },
} as const;

/** `trapline size`: which mode should these guests get? */
export const sizeCommand: Command = {
  name: "size",
  synopsis:
    "[--rate 100k|800Mbit/s] [--vms N] [--host-cores N] [--packet-bytes BYTES|imix|--pcap FILE] " +
    SIZING_SYNOPSIS,
  summary:
    "simulates the modes that are possible for guests (by default one firewall, with IMIX) and says what " +
    "each carries, what limits it, cores, latency at the wanted rate, and what it gives up; best first",
  async run(args) {
    const parsed = readOptionsOnly("size", args, OPTIONS);
    const mixes = readMixes(parsed) ?? [{ kind: "imix" }];
    const mix = mixes[0];
    if (mix === undefined || mixes.length > 1) {
      throw new InputError("--packet-bytes: size takes one size or imix; sweep takes several.");
    }
    const workers = readWorkers(parsed);
    const prices = readPriceChoice(parsed);
    const plan = planSizing({
      ...readSizing(parsed),
      prices,
      mix,
      wanted: readRate("--rate", optionText(parsed, "rate") ?? "100k"),
      vms: count(parsed, "vms", "1"),
      hostCores: count(parsed, "host-cores", "2"),
    });
    const progress = new Progress("size: modes", { barWidth: BAR_WIDTH });
    let done = 0;
    const { interrupted, results } = await runJobs<SizeResult>(
      plan.points.map((point) => ({ kind: "size", point })),
      workers,
      () => progress.show(0, plan.points.length),
      () => progress.show(++done, plan.points.length),
    ).finally(() => progress.end());
    const sizing = assembleSizing(plan, results);
    const list = chosenPrices(prices);
    stdout.write(
      parsed.values["json"] === true
        ? `${JSON.stringify({ cpu: pricesForJson(list), ...sizing }, null, 2)}\n`
        : `${pricesToText(list)}\n${sizingToText(sizing)}`,
    );
    return interrupted ? INTERRUPTED : 0;
  },
};

function count(parsed: Parsed, name: string, otherwise: string): number {
  return wholeNumber(name, optionText(parsed, name) ?? otherwise, 1, 256);
}
