import {
  completeFilter,
  type FilterCompletion,
  type FilterProblem,
  type FilterVocabulary,
} from "#engine";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { counted } from "../number-text.ts";
import { KeptFocus } from "../kept-focus.ts";
import { toneStyles } from "../tone-styles.ts";
import { filterBoxStyles } from "./filter-box-styles.ts";

/** What a reader wrote into the filter box. */
export interface FilterTextDetail {
  readonly text: string;
}

/** Where the reader wants to go from the filter box. */
export interface MatchDetail {
  /** 1 for the next match, -1 for the one before. */
  readonly by: 1 | -1;
}

const NONE: FilterCompletion = { from: 0, to: 0, words: [] };

/**
 * A field for a filter: offers the words of the trace at the cursor, and explains what it does not
 * understand.
 *
 * @element trapline-filter-box
 * @fires filter-text - When the text changed; `detail` is a FilterTextDetail.
 * @fires filter-match - When the reader wants the next or previous match; `detail` is a MatchDetail.
 */
export class TraplineFilterBox extends LitElement {
  static override styles = [toneStyles, filterBoxStyles];

  static override properties = {
    text: { type: String },
    problem: { attribute: false },
    hints: { attribute: false },
    words: { attribute: false },
    offered: { state: true },
    chosen: { state: true },
  };

  /** What stands in the field. */
  declare text: string;

  /** What is wrong with it. */
  declare problem: FilterProblem | undefined;

  /** Names in it that do not occur, a sentence each. */
  declare hints: readonly string[];

  /** Gives the words of the trace; asked for when they are needed. */
  declare words: (() => FilterVocabulary) | undefined;

  declare private offered: FilterCompletion;
  /** The offered word that Enter takes; -1 for none. */
  declare private chosen: number;

  constructor() {
    super();
    new KeptFocus(this);
    this.text = "";
    this.problem = undefined;
    this.hints = [];
    this.words = undefined;
    this.offered = NONE;
    this.chosen = -1;
  }

  /** The field has the focus, once it is there. */
  override focus(options?: FocusOptions): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector("input")?.focus(options));
  }

  override render(): TemplateResult {
    const isOpen = this.offered.words.length > 0;
    return html`
      <label for="filter">Filter</label>
      <div class="field">
        <input
          id="filter"
          type="text"
          role="combobox"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          placeholder="exit, reg:ISR, actor:qemu packet:3"
          aria-expanded=${isOpen}
          aria-autocomplete="list"
          aria-controls="words"
          aria-activedescendant=${this.chosen >= 0 ? `word-${this.chosen}` : nothing}
          aria-invalid=${this.problem !== undefined}
          aria-describedby="said"
          .value=${live(this.text)}
          @input=${this.#typed}
          @keydown=${this.#pressed}
          @blur=${this.#close}
        >
        ${
          this.text === ""
            ? nothing
            : html`<button type="button" class="clear" aria-label="Clear the filter" @click=${() => this.#send("")}>×</button>`
        }
        ${this.#list()}
      </div>
      <p id="said" class="said" role="status">${this.#said()}</p>
      ${
        this.problem === undefined && this.hints.length === 0
          ? html`<p class="hint"><kbd>↓</kbd> offers words, <kbd>Enter</kbd> goes to the next match.</p>`
          : nothing
      }
    `;
  }

  #list(): TemplateResult {
    const { words } = this.offered;
    return html`
      <ul id="words" role="listbox" aria-label="Words that fit here" ?hidden=${words.length === 0}>
        ${words.map(
          ({ text, doc, rows }, index) => html`
            <li
              id=${`word-${index}`}
              role="option"
              aria-selected=${index === this.chosen}
              @pointerdown=${(event: Event) => {
                event.preventDefault();
                this.#take(index);
              }}
            >
              <span class="word">${text}</span>
              <span class="doc">${doc}</span>
              <span class="rows">${rows === undefined ? "" : counted(rows, "row")}</span>
            </li>
          `,
        )}
      </ul>
    `;
  }

  #said(): TemplateResult | string {
    const { problem, text } = this;
    if (problem === undefined) return this.hints.join(" ");
    const { from, to, message, suggestion } = problem;
    // Where the text ends too early, the mark stands behind it.
    const wrong = text.slice(from, to) || "…";
    return html`
      <span class="problem">${message}</span>
      <code>${text.slice(0, from)}<mark>${wrong}</mark>${text.slice(to)}</code>
      ${
        suggestion === undefined
          ? nothing
          : html`<button
              type="button"
              @click=${() => this.#send(text.slice(0, from) + suggestion + text.slice(to))}
            >
              Write ${suggestion}
            </button>`
      }
    `;
  }

  #typed(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.#send(event.target.value);
    this.#offer(event.target, 1);
  }

  /** @param lettersMin Letters that must be typed before anything is offered. */
  #offer(input: HTMLInputElement, lettersMin: number): void {
    const cursor = input.selectionStart ?? input.value.length;
    const words = this.words?.();
    const offered = words === undefined ? NONE : completeFilter(input.value, cursor, words);
    const typed = cursor - offered.from;
    const isField = /[:=]$/.test(input.value.slice(0, cursor));
    const isWhole =
      offered.words.length === 1 &&
      offered.words[0]?.text === input.value.slice(offered.from, cursor);
    this.offered = (typed < lettersMin && !isField) || isWhole ? NONE : offered;
    this.chosen = -1;
  }

  #pressed(event: KeyboardEvent): void {
    const { key, shiftKey, target } = event;
    if (!(target instanceof HTMLInputElement)) return;
    const count = this.offered.words.length;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (count === 0) this.#offer(target, 0);
      else
        this.chosen =
          (this.chosen +
            (key === "ArrowDown" ? 1 : count) +
            (this.chosen < 0 && key === "ArrowUp" ? 1 : 0)) %
          count;
    } else if (key === "Escape" && count > 0) {
      event.preventDefault();
      this.#close();
    } else if (key === "Enter" || (key === "Tab" && this.chosen >= 0)) {
      event.preventDefault();
      if (this.chosen >= 0) this.#take(this.chosen);
      else this.#go(shiftKey ? -1 : 1);
    }
  }

  #take(index: number): void {
    const word = this.offered.words[index];
    if (word === undefined) return;
    const { from, to } = this.offered;
    const text = this.text.slice(0, from) + word.text + this.text.slice(to);
    this.#send(text);
    void this.updateComplete.then(() => {
      const input = this.renderRoot.querySelector("input");
      input?.focus();
      input?.setSelectionRange(from + word.text.length, from + word.text.length);
      // Behind a field its values are offered at once.
      if (input && word.text.endsWith(":")) this.#offer(input, 0);
    });
  }

  #close(): void {
    this.offered = NONE;
    this.chosen = -1;
  }

  #send(text: string): void {
    this.#close();
    this.text = text;
    const detail: FilterTextDetail = { text };
    this.dispatchEvent(new CustomEvent("filter-text", { detail }));
  }

  #go(by: 1 | -1): void {
    this.#close();
    const detail: MatchDetail = { by };
    this.dispatchEvent(new CustomEvent("filter-match", { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-filter-box": TraplineFilterBox;
  }
}
