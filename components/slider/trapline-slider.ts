import { html, LitElement } from "lit";
import { sliderStyles } from "./styles.ts";

/**
 * A labelled slider for one whole number.
 *
 * @element trapline-slider
 * @fires input - When the reader moved the slider.
 */
export class TraplineSlider extends LitElement {
  static override styles = sliderStyles;

  static override properties = {
    label: { type: String },
    min: { type: Number },
    max: { type: Number },
    step: { type: Number },
    value: { type: Number },
  };

  /** What the number means, with its unit. */
  declare label: string;

  /** The smallest value. */
  declare min: number;

  /** The largest value. */
  declare max: number;

  /** The distance between two values. */
  declare step: number;

  /** The current value, from `min` to `max`. */
  declare value: number;

  constructor() {
    super();
    this.label = "";
    this.min = 0;
    this.max = 100;
    this.step = 1;
    this.value = 0;
  }

  override render() {
    return html`
      <label>
        <span>${this.label}</span>
        <input
          type="range"
          min=${this.min}
          max=${this.max}
          step=${this.step}
          .value=${String(this.value)}
          @input=${this.#moved}
        >
        <output>${this.value}</output>
      </label>
    `;
  }

  #moved(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    // The inner event does not leave the shadow tree's control: ours follows once `value` is set.
    event.stopPropagation();
    this.value = event.target.valueAsNumber;
    this.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-slider": TraplineSlider;
  }
}
