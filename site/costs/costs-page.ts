import type { CostBar, CostChoice, PriceDetail } from "#components/plain";
import { MODES, type PriceChoice, type PriceList } from "#engine";
import { html, render, type TemplateResult } from "lit";
import { addressFields } from "../address-fields.ts";
import { unknownPrices, unknownText, withPrice } from "../prices/price-choice.ts";
import { type Reckoning, reckon } from "../prices/reckoning.ts";
import { WorkPool } from "../work-pool.ts";
import { changesSection } from "../prices/changes.ts";
import { assumedSection, twoAnswers } from "./sections.ts";
import { chosenSection } from "./chosen.ts";
import { controls } from "./controls.ts";
import { costBar } from "./cost-bar.ts";
import { type CountRequest, countMode, type ModeCount } from "./cost-count.ts";
import { type CostsState, costsToHash, fieldsToCosts } from "./costs-state.ts";

/** The page on costs: its state lives in the address, its counts come from runs in workers. */
export class CostsPage {
  readonly #host: HTMLElement;
  readonly #pool = new WorkPool<CountRequest, ModeCount>(
    () => new Worker(new URL("./count-worker.ts", import.meta.url), { type: "module" }),
    countMode,
  );
  #state: CostsState;
  #reckoning: Reckoning;
  /** By mode: what was counted last. */
  readonly #counts = new Map<string, ModeCount>();
  /** By mode: the same at the prices without the reader's changes. */
  readonly #restCounts = new Map<string, ModeCount>();
  /** By mode: the prices that the latency was counted with. */
  readonly #countedAt = new Map<string, PriceList>();
  #problem = "";
  #busy = true;

  /** @param host Where the page's working part stands. */
  constructor(host: HTMLElement) {
    this.#host = host;
    const fields = addressFields(location);
    this.#state = fieldsToCosts(fields);
    this.#reckoning = reckon(this.#state.prices);
    const unknown = unknownPrices(fields);
    if (unknown.length > 0) this.#problem = unknownText(unknown);
    window.addEventListener("hashchange", () => {
      const next = fieldsToCosts(addressFields(location));
      if (costsToHash(next) !== costsToHash(this.#state)) this.#change(next);
    });
  }

  /** Shows what the address asks for. */
  start(): void {
    this.#show();
    this.#count();
  }

  /** Takes over a part of the state: prices hold at once, and runs follow where they may differ. */
  #change(part: Partial<CostsState>): void {
    const before = this.#state;
    const state = { ...before, ...part };
    this.#problem = "";
    try {
      if (state.sizeBytes < 60 || state.sizeBytes > 1514) state.sizeBytes = before.sizeBytes;
      if (state.prices !== before.prices) this.#reckoning = reckon(state.prices);
      this.#state = state;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#render();
      return;
    }
    this.#show();
    const again = ["direction", "sizeBytes", "prices"] as const;
    if (again.some((name) => before[name] !== state[name])) this.#count();
  }

  #count(): void {
    const { direction, sizeBytes, prices } = this.#state;
    const { prices: countedAt } = this.#reckoning;
    const unchanged = { ...prices, overrides: {} };
    const isChanged = Object.keys(prices.overrides ?? {}).length > 0;
    const requests = (isChanged ? [prices, unchanged] : [prices]).flatMap((choice) =>
      MODES.map(({ id }) => ({ modeId: id, direction, sizeBytes, prices: choice })),
    );
    this.#busy = true;
    this.#render();
    this.#pool.order(requests, {
      result: (request, count) => {
        const isRest = Object.keys(request.prices.overrides ?? {}).length === 0;
        if (isRest) this.#restCounts.set(count.modeId, count);
        if (isRest !== isChanged) {
          this.#counts.set(count.modeId, count);
          this.#countedAt.set(count.modeId, countedAt);
        }
        this.#render();
      },
      problem: (_, problem) => {
        this.#problem = problem;
        this.#render();
      },
      done: () => {
        this.#busy = false;
        this.#render();
      },
    });
  }

  #show(): void {
    const hash = costsToHash(this.#state);
    history.replaceState(null, "", location.pathname + (hash === "" ? "" : `#${hash}`));
    this.#render();
  }

  #bars(): readonly CostBar[] {
    return MODES.flatMap(({ id }) => {
      const count = this.#counts.get(id);
      const countedAt = this.#countedAt.get(id);
      const before = this.#restCounts.get(id) ?? count;
      return count && before && countedAt
        ? [costBar(count, before, this.#reckoning, countedAt)]
        : [];
    });
  }

  #render(): void {
    const bars = this.#bars();
    const state = this.#state;
    const { prices } = state;
    this.#host.setAttribute("aria-busy", String(this.#busy));
    const set = (choice: PriceChoice) => this.#change({ prices: choice });
    const change = (part: Partial<CostsState>) => this.#change(part);
    render(
      html`
        ${controls(state, this.#problem, change)}
        ${changesSection(prices, this.#reckoning, set)}
        <p class="counting" role="status">${this.#busy ? "Counting anew …" : ""}</p>
        ${bars.length < MODES.length ? "" : this.#figures(bars)}
      `,
      this.#host,
    );
  }

  #figures(bars: readonly CostBar[]): TemplateResult {
    const state = this.#state;
    const { modeId, partId } = state;
    const count = this.#counts.get(modeId) ?? [...this.#counts.values()][0];
    const bar = bars.find(({ id }) => id === count?.modeId);
    return html`
      <div
        @trapline-price=${({ detail }: CustomEvent<PriceDetail>) =>
          this.#change({ prices: withPrice(state.prices, detail.name, detail.value) })}
      >
        <section aria-labelledby="bars">
          <h2 id="bars">${MODES.length} ways, one scale</h2>
          ${twoAnswers(bars)}
          <trapline-cost-bars
            .bars=${bars}
            .scale=${state.scale}
            .order=${state.order}
            .chosen=${{ modeId, partId } satisfies CostChoice}
            @trapline-cost-choose=${({ detail }: CustomEvent<CostChoice>) => this.#change(detail)}
          ></trapline-cost-bars>
        </section>
        ${bar && count ? chosenSection(bar, count, partId, this.#reckoning, () => this.#change({ partId: "" })) : ""}
        ${assumedSection([...this.#counts.values()], this.#reckoning)}
      </div>
    `;
  }
}
