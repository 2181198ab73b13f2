import type { CostBar, CostPart } from "#components";

/** A piece of a bar with a range of half to double. */
export function aPart(
  id: string,
  category: CostPart["category"],
  tone: CostPart["tone"],
  typical: number,
  assumedCycles = 0,
): CostPart {
  const cycles = { low: typical / 2, typical, high: typical * 2 };
  return { id, category, tone, cycles, assumedCycles };
}

/** A bar whose total is the sum of its pieces. */
export function aBar(id: string, parts: readonly CostPart[], more: Partial<CostBar> = {}): CostBar {
  const typical = parts.reduce((sum, { cycles }) => sum + cycles.typical, 0);
  return {
    id,
    title: `Some family: device ${id}`,
    parts,
    total: { low: typical * 0.6, typical, high: typical * 1.5 },
    emptyPolls: 0,
    latencyMicroseconds: 12.5,
    ...more,
  };
}

/** Two bars of which the first is ten times as long as the second. */
export function twoBars(): readonly CostBar[] {
  return [
    aBar("one", [
      aPart("copy.host-network", "copy", "host-network", 400),
      aPart("hypervisor.hypervisor", "hypervisor", "hypervisor", 500, 250),
      aPart("transition.boundary", "transition", "boundary", 100),
    ]),
    aBar("other", [aPart("guestDriver.guest", "guestDriver", "guest", 100)]),
  ];
}
