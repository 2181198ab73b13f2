import {
  ORDERINGS,
  type OrderingResult,
  type PriceChoice,
  type Prediction,
  PUBLISHED_POINTS,
  summarize,
} from "#engine";
import { html, render, type TemplateResult } from "lit";
import { addressFields } from "../address-fields.ts";
import { changesSection } from "../prices/changes.ts";
import {
  putPrices,
  readPrices,
  RESTING_PRICES,
  unknownPrices,
  unknownText,
} from "../prices/price-choice.ts";
import { pricePicker } from "../prices/price-picker.ts";
import { type Reckoning, reckon } from "../prices/reckoning.ts";
import { WorkPool } from "../work-pool.ts";
import {
  doPrediction,
  type PredictionResult,
  type PredictionTask,
  predictionTasks,
} from "./prediction-task.ts";
import { excuseSection, orderSection, summarySection, tableSection } from "./sections.ts";

/** The page of predictions: every published point is predicted in workers, at the reader's prices. */
export class PredictionsPage {
  readonly #host: HTMLElement;
  readonly #pool = new WorkPool<PredictionTask, PredictionResult>(
    () => new Worker(new URL("./prediction-worker.ts", import.meta.url), { type: "module" }),
    doPrediction,
  );
  /** Each point has a CPU of its own: only the reader's prices are chosen here. */
  #choice: PriceChoice;
  #reckoning: Reckoning;
  #picked = "";
  readonly #predictions = new Map<string, Prediction>();
  readonly #orders = new Map<string, OrderingResult>();
  #done = 0;
  #all = 0;
  #problem = "";

  /** @param host Where the page's working part stands. */
  constructor(host: HTMLElement) {
    this.#host = host;
    this.#choice = choiceOf(addressFields(location));
    this.#reckoning = reckon(this.#choice);
    const unknown = unknownPrices(addressFields(location));
    if (unknown.length > 0) this.#problem = unknownText(unknown);
    window.addEventListener("hashchange", () => {
      const next = choiceOf(addressFields(location));
      if (fieldsOf(next) !== fieldsOf(this.#choice)) this.#set(next);
    });
  }

  /** Shows and predicts what the address asks for. */
  start(): void {
    this.#set(this.#choice);
  }

  #set(choice: PriceChoice): void {
    this.#choice = choice;
    this.#reckoning = reckon(choice);
    const fields = fieldsOf(choice);
    history.replaceState(null, "", location.pathname + (fields === "" ? "" : `#${fields}`));
    const tasks = predictionTasks(choice.overrides ?? {});
    this.#done = 0;
    this.#all = tasks.length;
    this.#pool.order(tasks, {
      result: (_, result) => this.#heard(result),
      problem: (task, problem) => {
        this.#problem = `${task.id}: ${problem}`;
        this.#step();
      },
    });
    this.#render();
  }

  #heard(result: PredictionResult): void {
    if (result.kind === "order") this.#orders.set(result.order.ordering.id, result.order);
    else this.#predictions.set(result.prediction.point.id, result.prediction);
    this.#step();
  }

  #step(): void {
    this.#done++;
    this.#render();
  }

  #render(): void {
    const isBusy = this.#done < this.#all;
    // Workers answer in no order: the reader gets the one of the sources.
    const predictions = PUBLISHED_POINTS.flatMap(({ id }) => this.#predictions.get(id) ?? []);
    const orders = ORDERINGS.flatMap(({ id }) => this.#orders.get(id) ?? []);
    const set = (choice: PriceChoice) => this.#set(choice);
    const pick = (name: string) => {
      this.#picked = name;
      this.#render();
    };
    this.#host.setAttribute("aria-busy", String(isBusy));
    render(
      html`
        ${changesSection(this.#choice, this.#reckoning, set)}
        ${pricePicker(this.#picked, this.#choice, this.#reckoning, { pick, set })}
        <p class="problem" role="alert">${this.#problem}</p>
        ${isBusy ? this.#running() : ""}
        ${summarySection(summarize(predictions), isBusy)} ${tableSection(predictions)}
        ${orderSection(orders)} ${excuseSection(predictions)}
      `,
      this.#host,
    );
  }

  #running(): TemplateResult {
    return html`
      <p class="running">
        <label for="progress">${this.#done} of ${this.#all} played</label>
        <progress id="progress" max=${this.#all} value=${this.#done}></progress>
      </p>
    `;
  }
}

function choiceOf(fields: URLSearchParams): PriceChoice {
  const { overrides } = readPrices(fields);
  return { ...RESTING_PRICES, overrides: overrides ?? {} };
}

function fieldsOf(choice: PriceChoice): string {
  const fields = new URLSearchParams();
  putPrices(fields, choice);
  return fields.toString();
}
