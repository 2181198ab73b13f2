import { COST_TABLE } from "../../../../engine/ledger/costs/index.ts";
import { TARIFF } from "../../../../engine/ledger/tariff/index.ts";
import type { ChargePart, TariffRule } from "../../../../engine/ledger/tariff/rule.ts";
import type { ActorName } from "../../../../engine/trace/actor.ts";
import type { EventName } from "../../../../engine/trace/schema.ts";

/** A row, by what the tariff looks at. */
export interface Row {
  readonly kind: EventName;
  readonly actor: ActorName;
  readonly where: string;
  readonly mode: string;
  /** Column `a`. */
  readonly a?: number;
}

const fits = (value: string, pattern: string | RegExp | undefined): boolean =>
  pattern === undefined || (typeof pattern === "string" ? pattern === value : pattern.test(value));

/** The rule that decides; undefined: the row is free. */
export function ruleOf(row: Row): TariffRule | undefined {
  return TARIFF.find(
    (rule) =>
      rule.kind === row.kind &&
      (rule.actor === undefined || [rule.actor].flat().includes(row.actor)) &&
      fits(row.where, rule.where) &&
      fits(row.mode, rule.mode),
  );
}

/** Names of the primitives of a row. */
export function costsOf(row: Row): string[] {
  return (ruleOf(row)?.parts ?? []).map((part) => (typeof part === "string" ? part : part.cost));
}

/** Typical cycles and nanoseconds of a row. */
export function typicalOf(row: Row): { cycles: number; nanoseconds: number } {
  return sum(ruleOf(row)?.parts ?? [], row.a ?? 0);
}

/** Nanoseconds for which a row keeps a resource busy. */
export function busyOf(row: Row, resource: string): number {
  const parts = (ruleOf(row)?.occupies ?? []).filter((one) => one.resource === resource);
  return sum(
    parts.map((one) => one.part),
    row.a ?? 0,
  ).nanoseconds;
}

function sum(
  parts: readonly (ChargePart | ChargePart["cost"])[],
  a: number,
): { cycles: number; nanoseconds: number } {
  const total = { cycles: 0, nanoseconds: 0 };
  for (const part of parts) {
    const { cost, per = "row", times = 1 } = typeof part === "string" ? { cost: part } : part;
    const { unit, value } = COST_TABLE[cost];
    const count = { row: 1, byte: a, value: a, cacheLine: Math.ceil(a / 64) }[per];
    if (unit === "nanoseconds") total.nanoseconds += value.typical * times * count;
    else total.cycles += value.typical * times * count;
  }
  return total;
}
