import { explorerRunOf } from "../../components/explorer/explorer-run-data.ts";
import { flowRunOf } from "../../components/flow/flow-run.ts";
import type { PricedRun } from "../../components/sentence/row-cost.ts";
import type { Mode } from "../../engine/modes/define.ts";
import { MODES } from "../../engine/modes/index.ts";
import type { KnobValues } from "../../engine/modes/knob.ts";
import { generatePackets } from "../../engine/packets/packet-generator.ts";
import { simulate } from "../../engine/run/simulate.ts";
import { type Direction, DIRECTIONS } from "../../engine/run/direction.ts";

/** A mode with the knobs that make another picture of it. */
export interface Variant {
  readonly name: string;
  readonly mode: Mode;
  readonly knobs: KnobValues;
}

/** Knob values that change who handles what. */
const TURNS: readonly (readonly [knob: string, value: string | boolean])[] = [
  ["driver", "pmd"],
  ["hostPath", "vrouter"],
  ["hostPath", "vrouter-dpdk"],
  ["hostPath", "ovs"],
  ["hostPath", "macvtap"],
  ["transport", "legacy"],
  ["ring", "packed"],
  ["cpuVendor", "amd"],
  ["apicv", false],
  ["iommu", "4K"],
  ["msix", false],
];

/** Every mode as it is, and with each knob that changes who handles what. */
export const VARIANTS: readonly Variant[] = MODES.flatMap((mode) => [
  { name: mode.id, mode, knobs: {} },
  ...TURNS.filter(([knob, value]) => takes(mode, knob, value)).map(([knob, value]) => ({
    name: `${mode.id} ${knob}=${value}`,
    mode,
    knobs: { [knob]: value },
  })),
]);

/** Every mode as it is, with a polling driver in the guest, and with a vRouter behind vhost-net. */
export const MAIN_VARIANTS: readonly Variant[] = VARIANTS.filter(({ name }) =>
  /^[^ ]+( driver=pmd)?$|^virtio-vhost hostPath=vrouter$/.test(name),
);

function takes(mode: Mode, knob: string, value: string | boolean): boolean {
  const spec = mode.knobs[knob];
  if (spec === undefined) return false;
  return spec.type !== "choice" || spec.choices.includes(String(value));
}

/** Small packets through a mode, priced, as the drawings take it. */
export function aPricedRun(
  { mode, knobs }: Pick<Variant, "mode" | "knobs">,
  direction: Direction,
  packetCount = 1,
  history = false,
): PricedRun {
  const frames = generatePackets({
    count: packetCount,
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: direction === "rx" ? "rx" : "tx",
  });
  const run = simulate({ mode, frames, direction, knobs, history });
  if (history) return explorerRunOf(run);
  return run.costs === undefined ? flowRunOf(run) : { ...flowRunOf(run), costs: run.costs };
}

export { DIRECTIONS };
