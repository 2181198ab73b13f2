import { css } from "lit";

/** How the parts of a drawing look; shared by every element that draws one. */
export const drawingStyles = css`
  svg {
    display: block;
    overflow: visible;
  }
  svg text {
    font-family: var(--_sans);
    font-size: calc(12px * var(--_scale));
    fill: var(--_ink);
  }
  .line {
    stroke: var(--_boundary);
    stroke-width: calc(4px * var(--_stroke));
  }
  .unlined {
    --_boundary: var(--_muted);
  }
  .unlined .line {
    stroke: var(--_rule);
    stroke-width: 1.5;
    stroke-dasharray: 6 6;
  }
  .lane {
    stroke: var(--_rule);
    stroke-width: 1;
  }
  .lane:not(.used) {
    stroke-dasharray: 2 6;
  }
  svg .lane-label {
    fill: var(--tone);
    font-weight: 600;
  }
  svg .lane-label:not(.used) {
    font-weight: 400;
    fill: var(--_muted);
  }
  svg .line-label {
    fill: var(--_boundary);
    font-weight: 600;
  }
  .stopped {
    fill: url("#stopped");
  }
  .hatch {
    stroke: var(--_rule);
    stroke-width: 1.2;
    fill: none;
  }
  .span {
    fill: color-mix(in srgb, var(--tone) 14%, var(--_paper));
    stroke: color-mix(in srgb, var(--tone) 45%, var(--_paper));
    stroke-width: 1;
    rx: 2px;
  }
  svg .span-name {
    font-family: var(--_mono);
  }
  .mark {
    fill: var(--tone);
    stroke: var(--_paper);
    stroke-width: 1;
    paint-order: stroke;
  }
  .mark.hollow {
    fill: var(--_paper);
    stroke: var(--tone);
    stroke-width: calc(1.6px * var(--_stroke));
  }
  .way {
    fill: none;
    stroke: var(--_muted);
    stroke-width: calc(1.25px * var(--_stroke));
  }
  .head {
    fill: var(--_muted);
  }
  .far .way {
    stroke-dasharray: 3 3;
  }
  .exit .way,
  .entry .way {
    stroke: var(--_boundary);
    stroke-width: calc(2.5px * var(--_stroke));
  }
  .direct .way,
  .callout .way,
  .hypercall .way,
  .upcall .way,
  .interrupt .way {
    stroke: var(--_boundary);
  }
  .exit .head,
  .entry .head,
  .direct .head,
  .callout .head,
  .hypercall .head,
  .upcall .head,
  .interrupt .head {
    fill: var(--_boundary);
  }
  .stem {
    stroke: var(--_boundary);
    stroke-width: 0.75;
    opacity: 0.75;
  }
  .stem-end {
    fill: var(--_boundary);
  }
  .number-ground {
    fill: var(--_paper);
    stroke: var(--_boundary);
    stroke-width: 2;
  }
  svg .number {
    text-anchor: middle;
    font-weight: 700;
    fill: var(--_boundary);
  }
  svg .cause {
    fill: var(--_boundary);
  }
  .cursor rect {
    fill: color-mix(in srgb, var(--_ink) 9%, transparent);
  }
  .cursor circle {
    fill: none;
    stroke: var(--_ink);
    stroke-width: calc(2px * var(--_stroke));
  }
`;
