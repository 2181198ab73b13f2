import { tellerOf } from "../../components/flow/story.ts";
import { clauseOf } from "../../components/sentence/row-sentence.ts";
import { costText, rowCost } from "../../components/sentence/row-cost.ts";
import { aPricedRun, DIRECTIONS, MAIN_VARIANTS, type Variant } from "./a-priced-run.ts";

/**
 * The sentences of a packet's journeys out, in, and there and back, each where it first occurs: what
 * was said before in the file is not said again.
 */
function sentences(variant: Variant): string {
  const said = new Set<string>();
  const lines: string[] = [];
  for (const direction of DIRECTIONS) {
    lines.push(`${lines.length > 0 ? "\n" : ""}${direction}`);
    const run = aPricedRun(variant, direction, 1, true);
    for (const row of tellerOf(run).story(1).rows) {
      const cost = rowCost(run, row);
      const sentence = `${clauseOf(run, row)}; ${cost === undefined ? "" : costText(cost)}.`;
      if (!said.has(sentence)) lines.push(sentence);
      said.add(sentence);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The sentences of every mode, as golden texts. */
export const SENTENCE_TEXTS = MAIN_VARIANTS.map((variant) => ({
  file: `${variant.name.replace(/ \w+=/, "-")}.sentences.txt`,
  make: () => sentences(variant),
}));
