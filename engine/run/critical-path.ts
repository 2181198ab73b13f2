import { RESOURCE_NAMES, type ResourceName } from "../core/resource.ts";
import type { CategoryName } from "../ledger/category.ts";
import { type Charge, FREE, linesOf, partCount } from "../ledger/charge.ts";
import { rowCycles } from "../ledger/account.ts";
import type { PriceList } from "../ledger/price-list.ts";
import { KIND } from "../trace/schema.ts";
import type { Trace } from "../trace/store.ts";
import type { Run } from "./simulate.ts";

/** A step on a packet's way: a row's own time, and what passed between its cause and it. */
export interface PathStep {
  readonly row: number;
  readonly resource: ResourceName;
  /** Cycles of the row itself, as far as they lie before the next step. */
  readonly cycles: number;
  /** Cycles that passed before it: nobody worked for the packet. */
  readonly waitCycles: number;
}

/** By how many cycles two steps may miss each other: durations are kept to seven digits. */
const SLACK = 1;

/**
 * The chain of steps that decided when a packet arrived, first to last: its latency is the sum of
 * their cycles and waits. What others did meanwhile does not count, nor what followed for the
 * packet behind its arrival; that is why cost and latency are two answers.
 * @returns No steps when the packet did not arrive, or the run has no prices.
 */
export function criticalPath(run: Run, packet: number): readonly PathStep[] {
  const { costs, trace } = run;
  const sentAtCycles = run.sentAtCycles[packet] as number;
  if (costs === undefined || Number.isNaN(sentAtCycles)) return [];
  const rows = rowsOf(trace, packet, sentAtCycles);
  const last = arrivalKind(run);
  const end = rows.findLast((row) => trace.kind[row] === last && trace.packet[row] === packet);
  if (end === undefined) return [];
  const path = [end];
  for (let row = end; path.length <= rows.length; ) {
    const before = predecessor(trace, rows, row, costs.charges);
    if (before < 0) break;
    path.unshift(before);
    row = before;
  }
  return path.map((row, at): PathStep => {
    const start = trace.startCycles[row] as number;
    const next = path[at + 1];
    const own = rowCycles(trace, row, costs.charges);
    const until = next === undefined ? Infinity : (trace.startCycles[next] as number) - start;
    const earlier = path[at - 1];
    const ended = earlier === undefined ? sentAtCycles : endOf(trace, earlier, costs.charges);
    const resource = RESOURCE_NAMES[trace.resource[row] as number] ?? "vcpu";
    const cycles = Math.max(0, Math.min(own, until));
    return { row, resource, cycles, waitCycles: Math.max(0, start - ended) };
  });
}

/** The packet that arrived last, as far as the trace tells, or -1: found without a look at each packet. */
export function lastArrived(run: Run): number {
  const { trace } = run;
  const kind = arrivalKind(run);
  const row = trace.kind.findLastIndex((one, at) => one === kind && (trace.packet[at] ?? -1) >= 0);
  return row < 0 ? -1 : (trace.packet[row] as number);
}

/** Where the time of a critical path went: by category, and waiting. The values add up to the latency. */
export function pathShares(
  run: Run,
  path: readonly PathStep[],
): ReadonlyMap<CategoryName | "waiting", number> {
  const shares = new Map<CategoryName | "waiting", number>();
  const add = (name: CategoryName | "waiting", cycles: number): void => {
    if (cycles > 0) shares.set(name, (shares.get(name) ?? 0) + cycles);
  };
  for (const step of path) {
    add("waiting", step.waitCycles);
    const charge = run.costs?.charges[run.trace.cost[step.row] as number] ?? FREE;
    const own = rowCycles(run.trace, step.row, run.costs?.charges ?? []);
    for (const [name, share] of partShares(
      charge,
      run.trace.a[step.row] as number,
      run.costs?.prices,
    ))
      add(name, own > 0 ? step.cycles * share : 0);
  }
  return shares;
}

function arrivalKind({ direction }: Run): number {
  return direction === "tx" ? KIND.wireTransmit : KIND.deliver;
}

/** Which row a row had to wait for: what the same CPU did for the packet just before, or its cause. */
function predecessor(
  trace: Trace,
  rows: readonly number[],
  row: number,
  charges: readonly Charge[],
): number {
  const start = trace.startCycles[row] as number;
  // What comes back was sent: the peer's time lies in between.
  if (trace.kind[row] === KIND.wireReceive) {
    const sent = rows.findLast((one) => one < row && trace.kind[one] === KIND.wireTransmit);
    if (sent !== undefined) return sent;
  }
  const limit = start + SLACK;
  const earlier = rows.filter((one) => one < row && endOf(trace, one, charges) <= limit);
  const same = earlier.findLast((one) => trace.resource[one] === trace.resource[row]);
  if (same !== undefined && endOf(trace, same, charges) >= start - SLACK) return same;
  const cause = trace.cause[row] as number;
  if (earlier.includes(cause)) return cause;
  let latest = -1;
  for (const one of earlier) {
    if (latest < 0 || endOf(trace, one, charges) >= endOf(trace, latest, charges)) latest = one;
  }
  return latest;
}

function partShares(
  charge: Charge,
  a: number,
  prices: PriceList | undefined,
): readonly [CategoryName, number][] {
  if (prices === undefined) return [];
  const cycles = charge.parts.map((part): [CategoryName, number] => {
    const price = prices.prices[part.cost];
    const each = (charge.warm ? price.warmCycles : price.cycles).typical;
    return [price.primitive.category, each * partCount(part, 1, a, linesOf(a))];
  });
  const all = cycles.reduce((sum, [, one]) => sum + one, 0);
  return all === 0 ? [] : cycles.map(([name, one]) => [name, one / all]);
}

/** The packet's rows since it set out, and those that are for no packet in particular. */
function rowsOf(trace: Trace, packet: number, sinceCycles: number): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < trace.length; row++) {
    const of = trace.packet[row] as number;
    if (of !== packet && of !== -1) continue;
    if ((trace.startCycles[row] as number) >= sinceCycles - SLACK) rows.push(row);
  }
  return rows;
}

function endOf(trace: Trace, row: number, charges: readonly Charge[]): number {
  return (trace.startCycles[row] as number) + rowCycles(trace, row, charges);
}
