import { html, LitElement, nothing, type TemplateResult } from "lit";
import { grouped } from "../number-text.ts";
import { toneStyles } from "../tone-styles.ts";
import { drawBar } from "./bar.ts";
import { gapText } from "./gap-text.ts";
import { betStyles } from "./styles.ts";

/** One thing to bet on. */
export interface BetItem {
  readonly id: string;
  readonly label: string;
}

/** Where a bet stands: still open, placed, or shown without betting. */
export type BetState = "open" | "placed" | "skipped";

/** What `value` and the event carry. */
export interface BetDetail {
  readonly state: BetState;
  /** The reader's numbers by item. */
  readonly guesses: Readonly<Record<string, number>>;
}

/**
 * A bet before the reveal: a bar for each item, drawn by dragging or with the arrow keys, kept and
 * shown beside the outcome afterwards.
 *
 * @element trapline-bet
 * @fires input - When the bet was placed, skipped or taken back; `value` is a BetDetail.
 */
export class TraplineBet extends LitElement {
  static override styles = [toneStyles, betStyles];

  static override properties = {
    items: { attribute: false },
    outcome: { attribute: false },
    question: { type: String },
    unit: { type: String },
    max: { type: Number },
    state: { type: String, reflect: true },
    guesses: { state: true },
  };

  /** What is bet on. */
  declare items: readonly BetItem[];

  /** What came out, by item; shown once the bet is no longer open. */
  declare outcome: Readonly<Record<string, number>>;

  /** What the reader is asked. */
  declare question: string;

  /** What is counted, in the plural. */
  declare unit: string;

  /** The longest bar. */
  declare max: number;

  /** Where the bet stands. */
  declare state: BetState;

  declare private guesses: Readonly<Record<string, number>>;

  constructor() {
    super();
    this.items = [];
    this.outcome = {};
    this.question = "";
    this.unit = "";
    this.max = 10;
    this.state = "open";
    this.guesses = {};
  }

  /** What `view` gives to a lesson. */
  get value(): BetDetail {
    const guesses = Object.fromEntries(this.items.map(({ id }) => [id, this.guesses[id] ?? 0]));
    return { state: this.state, guesses };
  }

  override render(): TemplateResult {
    const isOpen = this.state === "open";
    return html`
      <fieldset>
        <legend>${this.question}</legend>
        ${this.items.map((item) => (isOpen ? this.#asked(item) : this.#answered(item)))}
        <div class="buttons">
          ${
            isOpen
              ? html`
                <button class="main" @click=${() => this.#settle("placed")}>Place the bet</button>
                <button @click=${() => this.#settle("skipped")}>Show it without a bet</button>
              `
              : html`<button @click=${() => this.#settle("open")}>Bet again</button>`
          }
        </div>
      </fieldset>
      <p class="verdict" role="status">${isOpen ? nothing : this.#verdict()}</p>
    `;
  }

  #asked({ id, label }: BetItem): TemplateResult {
    const guess = this.guesses[id] ?? 0;
    return html`
      <label class="item">
        <span>${label}</span>
        <input
          type="range"
          min="0"
          max=${this.max}
          step="1"
          name=${id}
          .value=${String(guess)}
          aria-valuetext=${`${guess} ${this.unit}`}
          @input=${this.#drawn}
        >
        <output>${grouped(guess)}</output>
      </label>
    `;
  }

  #answered({ id, label }: BetItem): TemplateResult {
    const guess = this.guesses[id] ?? 0;
    const outcome = this.outcome[id] ?? 0;
    const isPlaced = this.state === "placed";
    return html`
      <div class="item">
        <span>${label}</span>
        <span class="bars">
          ${isPlaced ? drawBar("guess", guess, this.max) : nothing}
          ${drawBar("outcome", outcome, this.max)}
        </span>
        <span class="gap">
          <strong>${grouped(outcome)}</strong>
          <small>${isPlaced ? gapText(guess, outcome) : "not bet"}</small>
        </span>
      </div>
    `;
  }

  #verdict(): string {
    if (this.state === "skipped") return `Shown without a bet. The bars are what was counted.`;
    const right = this.items.filter(
      ({ id }) => (this.guesses[id] ?? 0) === (this.outcome[id] ?? 0),
    );
    return (
      `${right.length} of ${this.items.length} as you bet. ` +
      `The outlined bars are your bet, the filled ones what was counted.`
    );
  }

  #drawn(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    event.stopPropagation();
    const { name, valueAsNumber } = event.target;
    this.guesses = { ...this.guesses, [name]: valueAsNumber };
  }

  #settle(state: BetState): void {
    this.state = state;
    this.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    // The button that was pressed is gone: the reader's place must not be lost with it.
    void this.updateComplete.then(() => this.renderRoot.querySelector("button")?.focus());
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-bet": TraplineBet;
  }
}
