import { InputError } from "../core/input-error.ts";

/** Packets a second, three digits: `812`, `81.2k`, `1.49M`. */
export function rateText(packetsPerSecond: number): string {
  return metric(packetsPerSecond, ["", "k", "M", "G"]);
}

/** Bits a second, three digits: `9.87 Gbit/s`. */
export function bitRateText(bitsPerSecond: number): string {
  return `${metric(bitsPerSecond, [" ", " k", " M", " G", " T"])}bit/s`;
}

/** A rate that a reader wants, in packets or in bits of frames with FCS. */
export type WantedRate = { readonly packetsPerSecond: number } | { readonly bitsPerSecond: number };

const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };

/**
 * Reads a rate: `200000`, `200k`, `1.5Mpps`, `800Mbit/s`, `2Gbit`.
 * @throws InputError when the text is none.
 */
export function readRate(name: string, text: string): WantedRate {
  const found = /^(\d+(?:\.\d+)?)([kMG]?)(|pps|bit|bit\/s|bps)$/.exec(text);
  const value = Number(found?.[1]) * (FACTORS[found?.[2] ?? ""] ?? 1);
  if (found !== null && value > 0) {
    const bits = /^(?:bit|bit\/s|bps)$/.test(found[3] ?? "");
    return bits ? { bitsPerSecond: value } : { packetsPerSecond: value };
  }
  throw new InputError(
    `${name}: ${text} is not a rate, like 200000, 200k or 1.5Mpps packets, or 800Mbit/s.`,
  );
}

function metric(value: number, prefixes: readonly string[]): string {
  let at = 0;
  let scaled = value;
  while (scaled >= 999.5 && at < prefixes.length - 1) {
    scaled /= 1000;
    at++;
  }
  const digits = scaled === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(at === 0 && Number.isInteger(value) ? 0 : digits)}${prefixes[at] ?? ""}`;
}
