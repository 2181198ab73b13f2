import { MODES } from "../../engine/modes/index.ts";
import { generatePackets } from "../../engine/packets/packet-generator.ts";
import { runToText } from "../../engine/run/report.ts";
import { simulate } from "../../engine/run/simulate.ts";

/** One golden text: its file in test/golden, and how to make what should stand in it. */
export interface GoldenText {
  readonly file: string;
  readonly make: () => string;
}

/** One packet each way through every mode, as `trapline run --mode M --size 60 --dir D` prints it. */
export const GOLDEN_TEXTS: readonly GoldenText[] = MODES.flatMap((mode) =>
  (["tx", "rx"] as const).map((direction) => ({
    file: `${mode.id}.${direction}.txt`,
    make: () => {
      const frames = generatePackets({ count: 1, frameBytesWithoutFcs: 60, seed: 1, direction });
      return runToText(simulate({ mode, frames, direction }), 2000);
    },
  })),
);
