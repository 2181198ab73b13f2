import { scaleLinear } from "d3-scale";
import { html, svg, type TemplateResult } from "lit";

const LENGTH = 100;

/** A bar of a bet; its length is a share of `max`, so that it fits any width. */
export function drawBar(kind: "guess" | "outcome", value: number, max: number): TemplateResult {
  const length = scaleLinear([0, Math.max(1, max)], [0, LENGTH]).clamp(true);
  const bar = svg`<rect class=${kind} x="0" y="1" width=${length(value)} height="10"></rect>`;
  return html`
    <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">${bar}</svg>
  `;
}
