export { defineElement } from "./define-element.ts";
export { type SliderOptions, slider } from "./slider/define.ts";
export { TraplineSlider } from "./slider/trapline-slider.ts";
