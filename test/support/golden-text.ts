import type { Mode } from "../../engine/modes/define.ts";
import { MODES } from "../../engine/modes/index.ts";
import type { KnobValues } from "../../engine/modes/knob.ts";
import { generatePackets } from "../../engine/packets/packet-generator.ts";
import { runToText } from "../../engine/run/report.ts";
import { simulate } from "../../engine/run/simulate.ts";
import { SENTENCE_TEXTS } from "./sentence-text.ts";

/** One golden text: its file in test/golden, and how to make what should stand in it. */
export interface GoldenText {
  readonly file: string;
  readonly make: () => string;
}

/** One packet each way, as `trapline run --mode M --size 60 --dir D` prints it. */
function stories(mode: Mode, name: string, knobs: KnobValues): GoldenText[] {
  return (["tx", "rx"] as const).map((direction) => ({
    file: `${name}.${direction}.txt`,
    make: () => {
      const frames = generatePackets({ count: 1, frameBytesWithoutFcs: 60, seed: 1, direction });
      return runToText(simulate({ mode, frames, direction, knobs, prices: null }), 2000);
    },
  }));
}

/** Through every mode as it is, and with DPDK's driver in the guest where that is a knob. */
export const GOLDEN_TEXTS: readonly GoldenText[] = [
  ...MODES.flatMap((mode) => [
    ...stories(mode, mode.id, {}),
    ...(mode.knobs["driver"] === undefined
      ? []
      : stories(mode, `${mode.id}-pmd`, { driver: "pmd" })),
  ]),
  ...SENTENCE_TEXTS,
];
