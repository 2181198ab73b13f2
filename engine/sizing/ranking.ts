import { type SizeResult, VERDICTS } from "./size-point.ts";

/** Cores in which two modes count as equal. */
const CORES_EQUAL = 0.05;

/**
 * Modes best first: by whether the wanted rate is carried; among those that carry it by the cores
 * that it takes, then by the 99th percentile of latency; among the others by throughput.
 */
export function ranked(results: readonly SizeResult[]): SizeResult[] {
  return [...results].sort((one, other) => {
    const verdicts = VERDICTS.indexOf(one.verdict) - VERDICTS.indexOf(other.verdict);
    if (verdicts !== 0) return verdicts;
    const faster = other.throughput.typical - one.throughput.typical;
    if (one.verdict === "no" || one.verdict === "doubtful") return faster;
    const cores = coreSteps(one) - coreSteps(other);
    return cores === 0 ? p99(one) - p99(other) : cores;
  });
}

/** Cores of guests and host together. */
export function allCores({ cores }: SizeResult): number {
  return cores.guest + cores.host;
}

function coreSteps(result: SizeResult): number {
  return Math.round(allCores(result) / CORES_EQUAL);
}

function p99({ latencyMicroseconds }: SizeResult): number {
  return latencyMicroseconds?.p99 ?? Number.MAX_VALUE;
}
