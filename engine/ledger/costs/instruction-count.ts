import type { CategoryName } from "../category.ts";
import type { CostPrimitive, CostRange, Known } from "../cost.ts";

/** What a count of instructions needs to become a primitive. */
export interface InstructionCount {
  readonly doc: string;
  readonly category: CategoryName;
  /** Instructions; a number alone was the same each time it was seen. */
  readonly value: CostRange | number;
  /** How the count comes out of the recording, with the numbers in it. */
  readonly formula: string;
  readonly source: Known["source"];
}

/** A primitive in instructions, which a CPU profile turns into cycles. */
export function counted(machine: string, count: InstructionCount): CostPrimitive {
  const { doc, category, formula, source, value } = count;
  return {
    doc,
    category,
    unit: "instructions",
    value: typeof value === "number" ? { low: value, typical: value, high: value } : value,
    machine,
    evidence: "derived",
    formula: `${formula} × cycles per instruction`,
    source,
  };
}
