import { type CostBar, figure, withRange, priceLine } from "#components/plain";
import { html, type TemplateResult } from "lit";
import type { Reckoning } from "../prices/reckoning.ts";
import { assumedPrices, effectText } from "./assumed.ts";
import type { ModeCount } from "./cost-count.ts";

/** Cost and latency, said apart: with the modes at which the two answers differ most. */
export function twoAnswers(bars: readonly CostBar[]): TemplateResult {
  const timed = bars.filter(({ latencyMicroseconds }) => (latencyMicroseconds ?? NaN) > 0);
  const byCost = timed.toSorted((one, other) => one.total.typical - other.total.typical);
  const byTime = timed.toSorted((one, other) => latencyOf(one) - latencyOf(other));
  const jump = (bar: CostBar) => byTime.indexOf(bar) - byCost.indexOf(bar);
  const [most] = timed.toSorted((one, other) => Math.abs(jump(other)) - Math.abs(jump(one)));
  return html`
    <p>
      Cost and latency are two different answers: the bars add up every CPU cycle that a packet needs, on whichever core,
      while latency is the critical path, the time from one end to the other with all the waiting in it.
      ${
        most === undefined || jump(most) === 0
          ? ""
          : html`${most.title} is number ${byCost.indexOf(most) + 1} of ${timed.length} by cost, with
              ${withRange(most.total)} cycles, and number ${byTime.indexOf(most) + 1} by latency, with
              ${figure(latencyOf(most))} µs.`
      }
      One packet is on its way at a time, 100 µs apart.
    </p>
  `;
}

/** Every assumed price that a packet pays, those that move a result most first. */
export function assumedSection(
  modes: readonly ModeCount[],
  { prices, rest }: Reckoning,
): TemplateResult {
  const assumed = assumedPrices(modes, prices);
  const lines = assumed.map((one) => priceLine(one.cost, prices, rest, undefined, effectText(one)));
  return html`
    <section aria-labelledby="assumed">
      <h2 id="assumed">What is assumed</h2>
      <p class="lead">
        ${lines.length} of the prices that these packets pay have no measurement and no derivation behind them. Those whose
        range moves a result most come first: a better number is wanted there.
      </p>
      <trapline-price-table .lines=${lines} limit="10" caption="Assumed prices, by how far they move the modes' cycles per packet"></trapline-price-table>
    </section>
  `;
}

function latencyOf({ latencyMicroseconds }: CostBar): number {
  return latencyMicroseconds ?? NaN;
}
