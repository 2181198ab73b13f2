import {
  type CostBar,
  figure,
  partText,
  type PriceLine,
  withRange,
  perInstructionLine,
  priceLine,
} from "#components/plain";
import { CATEGORIES, CYCLES_PER_INSTRUCTION } from "#engine";
import { html, type TemplateResult } from "lit";
import type { Reckoning } from "../prices/reckoning.ts";
import { primitivesOf } from "./cost-bar.ts";
import type { ModeCount } from "./cost-count.ts";

/** What stands behind a bar or a piece of it: its primitives, each to be changed in place. */
export function chosenSection(
  bar: CostBar,
  count: ModeCount,
  partId: string,
  { prices, rest }: Reckoning,
  whole: () => void,
): TemplateResult {
  const part = bar.parts.find(({ id }) => id === partId);
  const uses = primitivesOf(count, prices, part?.id ?? "");
  const lines: PriceLine[] = uses.map((use) => priceLine(use.cost, prices, rest, use));
  const counted = uses.some(({ cost }) => rest.prices[cost].unit === "instructions");
  if (counted)
    lines.push(...CYCLES_PER_INSTRUCTION.map((name) => perInstructionLine(name, prices, rest)));
  return html`
    <section aria-labelledby="behind">
      <h2 id="behind">Behind the bar: ${bar.title}</h2>
      <p class="sum">
        ${part === undefined ? html`All of it: ${withRange(bar.total)} CPU cycles per packet.` : partText(bar, part)}
        ${part === undefined ? "" : html`<button type="button" @click=${whole}>Show the whole bar</button>`}
      </p>
      ${timeSentence(count, bar)}
      <p class="lead">
        Change a price and everything on this page follows; the link in the address bar then carries your price.
      </p>
      <trapline-price-table
        .lines=${lines}
        limit=${part === undefined ? 8 : 0}
        caption="The prices, dearest first. Times count bytes or cache lines where a price is for one."
      ></trapline-price-table>
    </section>
  `;
}

/** Where the time of the same packet went: the critical path, which is not the sum of the cycles. */
function timeSentence({ path }: ModeCount, bar: CostBar): TemplateResult | string {
  const { latencyMicroseconds: latency } = bar;
  const all = path.reduce((sum, { cycles }) => sum + cycles, 0);
  if (latency === undefined || Number.isNaN(latency) || all === 0) return "";
  const share = (cycles: number) => figure((latency * cycles) / all);
  const label = (name: (typeof path)[number]["name"]) =>
    name === "waiting" ? "waiting, nobody at work for it" : CATEGORIES[name].label;
  return html`
    <p class="path">
      Its latency of ${figure(latency)} µs, along the critical path:
      ${path.map(({ name, cycles }, at) => `${at > 0 ? ", " : ""}${label(name)} ${share(cycles)}`)}
      µs.
    </p>
  `;
}
