import type {
  CostBar,
  CostChoice,
  RangeAxis,
  RateChoice,
  RateLine,
  RateUnit,
} from "#components/plain";
import { metricText } from "#components/plain";
import { findMode, type Sizing } from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import { nearestBytes, rateLine, sizeBar, sizeRow } from "./result-rows.ts";
import type { Found } from "./size-run.ts";

/** What the reader does with results. */
export interface ResultActions {
  choose(modeId: string): void;
  count(unit: RateUnit): void;
}

/** The results: advice, what each mode carries, by packet size, and what a packet costs. */
export function resultSections(
  { sizing, sweeps }: Found,
  unit: RateUnit,
  modeId: string,
  actions: ResultActions,
): TemplateResult {
  const all = sizing.reference ? [...sizing.modes, sizing.reference] : sizing.modes;
  const lines: readonly RateLine[] = all
    .map(({ mode }) => rateLine(mode, sweeps))
    .filter(({ points }) => points.length > 0);
  const bytes = nearestBytes(sweeps, sizing.meanPacketBytes);
  const bars: readonly CostBar[] = all.flatMap(({ mode }) =>
    sweeps.filter((one) => one.mode === mode && one.packetBytes === bytes).map(sizeBar),
  );
  return html`
    <p class="advice" role="status">${sizing.complete ? sizing.advice : nothing}</p>
    <section aria-labelledby="carried">
      <h2 id="carried">What each mode carries</h2>
      <p>
        The highest rate without loss for each guest, with all guests at it, against
        ${metricText(sizing.wantedPacketsPerSecond)} packets a second of
        ${Math.round(sizing.meanPacketBytes)} bytes on average. Best first.
      </p>
      <trapline-ranges
        .rows=${all.map(sizeRow)}
        .axis=${axisOf(sizing)}
        .columns=${["carried", "at the wanted rate", "gives up"]}
      ></trapline-ranges>
      ${impossibleModes(sizing)}
    </section>
    ${lines.length === 0 ? "" : bySize(lines, unit, modeId, actions)}
    ${bars.length < all.length ? "" : byCategory(bars, bytes, modeId, actions)}
  `;
}

function axisOf({ wantedPacketsPerSecond: value }: Sizing): RangeAxis {
  return {
    label: "Packets a second for each guest",
    kind: "decades",
    reference: { value, label: `wanted: ${metricText(value)}` },
    band: undefined,
  };
}

function bySize(
  lines: readonly RateLine[],
  unit: RateUnit,
  modeId: string,
  actions: ResultActions,
): TemplateResult {
  return html`
    <section aria-labelledby="by-size">
      <h2 id="by-size">Throughput by packet size</h2>
      <p class="unit">
        <label>
          Count
          <select
            name="unit"
            @change=${({ target }: Event) => {
              const isBits = target instanceof HTMLSelectElement && target.value === "bits";
              actions.count(isBits ? "bits" : "packets");
            }}
          >
            <option value="packets" ?selected=${unit === "packets"}>packets a second</option>
            <option value="bits" ?selected=${unit === "bits"}>bits a second</option>
          </select>
        </label>
        One guest alone on the host.
      </p>
      <trapline-rate-lines
        .lines=${lines}
        unit=${unit}
        chosen=${lines.some(({ id }) => id === modeId) ? modeId : (lines[0]?.id ?? "")}
        @trapline-rate-choose=${({ detail }: CustomEvent<RateChoice>) => actions.choose(detail.modeId)}
      ></trapline-rate-lines>
    </section>
  `;
}

function byCategory(
  bars: readonly CostBar[],
  bytes: number,
  modeId: string,
  actions: ResultActions,
): TemplateResult {
  return html`
    <section aria-labelledby="by-category">
      <h2 id="by-category">Cycles of a packet, by category</h2>
      <p>
        At a mode's highest rate without loss, with packets of ${Math.round(bytes)} bytes; the latency is that at half of it.
        What the prices are and where they come from is on the page
        <a href="costs.html">What a packet costs</a>.
      </p>
      <trapline-cost-bars
        .bars=${bars}
        order="category"
        .chosen=${{ modeId, partId: "" } satisfies CostChoice}
        hint=""
        @trapline-cost-choose=${({ detail }: CustomEvent<CostChoice>) => actions.choose(detail.modeId)}
      ></trapline-cost-bars>
    </section>
  `;
}

function impossibleModes({ impossible }: Sizing): TemplateResult | string {
  if (impossible.length === 0) return "";
  return html`
    <h3>Not possible here</h3>
    <ul>
      ${impossible.map(({ mode, why }) => html`<li>${findMode(mode).title}: ${why}</li>`)}
    </ul>
  `;
}
