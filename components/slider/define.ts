import { defineElement } from "../define-element.ts";
import { TraplineSlider } from "./trapline-slider.ts";

defineElement("trapline-slider", TraplineSlider);

/** What a slider shows: its label with the unit, its bounds, and where it starts. */
export interface SliderOptions {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly value: number;
}

/** A new slider; in a lesson, `view(slider({…}))` gives its value. */
export function slider(options: SliderOptions): TraplineSlider {
  return Object.assign(document.createElement("trapline-slider"), options);
}
