import type { PriceChoice } from "#engine";
import { html, render, type TemplateResult } from "lit";
import { addressFields } from "../address-fields.ts";
import { droppedFile, hearDrops } from "../packets/given-file.ts";
import { type OwnFile, readOwnFile } from "../packets/own-file.ts";
import { OWN_FILE } from "../packets/packet-source.ts";
import { changesSection } from "../prices/changes.ts";
import { unknownPrices, unknownText } from "../prices/price-choice.ts";
import { pricePicker } from "../prices/price-picker.ts";
import { type Reckoning, reckon } from "../prices/reckoning.ts";
import { askedOf } from "./asked.ts";
import { controls } from "./controls.ts";
import { resultSections } from "./results.ts";
import { type Found, SizeRun } from "./size-run.ts";
import { asksTheSame, fieldsToSize, type SizeState, sizeToHash } from "./size-state.ts";

/** How far a sizing is. */
interface Progress {
  readonly done: number;
  readonly all: number;
}

/** The page on sizing: its state lives in the address, its results come from workers. */
export class SizePage {
  readonly #host: HTMLElement;
  readonly #run = new SizeRun();
  #state: SizeState = fieldsToSize(addressFields(location));
  #reckoning: Reckoning = reckon(this.#state.prices);
  #pickedPrice = "";
  #own: OwnFile | undefined;
  #problem = "";
  #found: Found | undefined;
  /** What the results are of. */
  #foundFor: SizeState | undefined;
  #progress: Progress | undefined;
  /** Counts the sizings that were begun: only the newest may go on. */
  #turn = 0;

  /** @param host Where the page's working part stands. */
  constructor(host: HTMLElement) {
    this.#host = host;
    const unknown = unknownPrices(addressFields(location));
    if (unknown.length > 0) this.#problem = unknownText(unknown);
    window.addEventListener("hashchange", () => {
      const state = fieldsToSize(addressFields(location));
      if (sizeToHash(state) === sizeToHash(this.#state)) return;
      this.#change(state);
    });
    hearDrops((transfer) => void this.#open(() => droppedFile(transfer)));
  }

  /** Shows what the address asks for; works it out when the address is one of results. */
  start(): void {
    this.#show();
    if (this.#state.started) void this.#size();
  }

  #change(part: Partial<SizeState>): void {
    const state = { ...this.#state, ...part };
    this.#problem = "";
    try {
      this.#reckoning = reckon(state.prices);
      this.#state = state;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#show();
  }

  /** Takes the capture that a reader gives; what is none changes nothing. */
  async #open(given: () => File): Promise<void> {
    try {
      this.#own = await readOwnFile(given());
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#render();
      return;
    }
    this.#change({ mix: OWN_FILE });
  }

  async #size(): Promise<void> {
    const turn = ++this.#turn;
    const state = { ...this.#state, started: true };
    this.#run.cancel();
    this.#state = state;
    this.#problem = "";
    this.#progress = { done: 0, all: 1 };
    this.#show();
    try {
      const options = await askedOf(state, this.#own);
      if (turn !== this.#turn) return;
      this.#run.start(options, {
        found: (found, done, all) => {
          this.#found = found;
          this.#foundFor = state;
          this.#progress = { done, all };
          this.#render();
        },
        problem: (problem) => {
          this.#problem = problem;
        },
        done: () => {
          this.#progress = undefined;
          this.#render();
        },
      });
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#progress = undefined;
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#render();
    }
  }

  #cancel(): void {
    this.#turn++;
    this.#run.cancel();
    this.#progress = undefined;
    this.#problem = "It was stopped; what was worked out until then still stands.";
    this.#render();
  }

  #show(): void {
    const hash = sizeToHash(this.#state);
    history.replaceState(null, "", location.pathname + (hash === "" ? "" : `#${hash}`));
    this.#render();
  }

  #render(): void {
    this.#host.setAttribute("aria-busy", String(this.#progress !== undefined));
    const { unit, modeId } = this.#state;
    const actions = {
      change: (part: Partial<SizeState>) => this.#change(part),
      open: (file: File) => void this.#open(() => file),
      start: () => void this.#size(),
    };
    render(
      html`
        ${controls(this.#state, this.#own, this.#problem, actions)} ${this.#prices()}
        ${this.#running()} ${this.#stale()}
        ${
          this.#found === undefined
            ? ""
            : resultSections(this.#found, unit, modeId, {
                choose: (chosen) => this.#change({ modeId: chosen }),
                count: (counted) => this.#change({ unit: counted }),
              })
        }
      `,
      this.#host,
    );
  }

  #prices(): TemplateResult {
    const { prices } = this.#state;
    const set = (choice: PriceChoice) => this.#change({ prices: choice });
    const pick = (name: string) => {
      this.#pickedPrice = name;
      this.#render();
    };
    return html`
      ${changesSection(prices, this.#reckoning, set)}
      ${pricePicker(this.#pickedPrice, prices, this.#reckoning, { pick, set })}
    `;
  }

  #running(): TemplateResult {
    if (this.#progress === undefined) return html``;
    const { done, all } = this.#progress;
    const percent = Math.floor((100 * done) / all);
    return html`
      <p class="running">
        <label for="progress">${percent} % worked out</label>
        <progress id="progress" max=${all} value=${done}></progress>
        <button type="button" @click=${() => this.#cancel()}>Cancel</button>
      </p>
    `;
  }

  #stale(): TemplateResult {
    const isStale = this.#foundFor !== undefined && !asksTheSame(this.#foundFor, this.#state);
    return html`
      <p class="stale" role="status">
        ${isStale ? "These results are of other settings: work it out again." : ""}
      </p>
    `;
  }
}
