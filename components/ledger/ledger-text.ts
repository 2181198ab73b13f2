import type { CostName } from "#engine";
import { counted } from "../number-text.ts";
import { percentText, withRange } from "../range-text.ts";
import type { LedgerNode } from "./ledger-node.ts";

/** One sentence on a piece of the ledger: what, how many cycles, which share, how it is known. */
export function nodeText(node: LedgerNode, all: number): string {
  const share =
    all > 0 && node.id !== "" ? `, ${percentText(node.cycles.typical / all)} of all` : "";
  const known = node.children.length === 0 ? `, ${node.evidence}` : "";
  return `${node.label}: ${withRange(node.cycles)} cycles${share}${known}.`;
}

/** What is too narrow to be seen, in a sentence; empty when all is seen. */
export function narrowText(narrow: readonly LedgerNode[], isLog: boolean): string {
  if (narrow.length === 0) return "";
  const cycles = narrow.reduce((sum, node) => sum + node.cycles.typical, 0);
  const where = isLog ? "the table has them" : "the logarithmic scale and the table show them";
  const verb = narrow.length === 1 ? "is" : "are";
  return (
    `${counted(narrow.length, "part")} of ${withRange({ low: cycles, typical: cycles, high: cycles })} ` +
    `cycles together ${verb} too narrow to be seen here; ${where}.`
  );
}

/** The primitives of a piece, dearest first, each once. */
export function costsOf(node: LedgerNode): readonly CostName[] {
  const cycles = new Map<CostName, number>();
  for (const entry of node.entries) {
    cycles.set(entry.cost, (cycles.get(entry.cost) ?? 0) + entry.cycles.typical);
  }
  return [...cycles].toSorted(([, one], [, other]) => other - one).map(([cost]) => cost);
}
