import { rangeText } from "../run/catalogue-report.ts";
import type { Sensitivity } from "./sensitivity.ts";

const NAME_WIDTH = 34;

/** Assumed primitives as a table, those that move results most first. */
export function sensitivityToText(rows: readonly Sensitivity[]): string {
  const lines = [
    `${rows.length} assumed primitives, those first that move results most from their lowest to their highest value`,
    "",
    `${"primitive".padEnd(NAME_WIDTH)}${"cycles/packet".padStart(14)}${"at most".padStart(10)}  ${"in".padEnd(22)}${"prediction".padStart(11)}  of`,
  ];
  for (const { name, meanShare, worstShare, worstMode, predictionLog2, point } of rows) {
    const prediction = predictionLog2 === undefined ? "-" : `x ${(2 ** predictionLog2).toFixed(2)}`;
    lines.push(
      name.padEnd(NAME_WIDTH) +
        percent(meanShare).padStart(14) +
        percent(worstShare).padStart(10) +
        `  ${(worstShare > 0 ? worstMode : "no mode").padEnd(22)}` +
        `${prediction.padStart(11)}  ${point ?? ""}`,
    );
  }
  lines.push("", "why they are assumed");
  for (const { name, value, unit, why } of rows) {
    lines.push(`${name.padEnd(NAME_WIDTH)}${rangeText(value)} ${unit}: ${why}`);
  }
  return `${lines.join("\n")}\n`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
