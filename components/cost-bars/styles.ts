import { css } from "lit";

/** Styles of `trapline-cost-bars`. */
export const costBarStyles = css`
  :host {
    container-type: inline-size;
  }
  .row {
    display: grid;
    grid-template-columns: minmax(10rem, 15rem) minmax(0, 1fr) 7rem 6.5rem;
    column-gap: 16px;
    align-items: start;
    padding-block: 6px;
    border-block-end: 1px solid var(--_rule);
  }
  .row.chosen .mode strong {
    text-decoration: underline;
    text-decoration-color: var(--_boundary);
    text-decoration-thickness: 2px;
    text-underline-offset: 0.2em;
  }
  .head {
    align-items: end;
    padding-block: 16px 2px;
    color: var(--_muted);
    font-size: 0.875em;
  }
  .mode {
    padding: 0;
    border: 0;
    background: none;
    color: var(--_ink);
    font: inherit;
    line-height: 1.25;
    text-align: start;
    cursor: pointer;
  }
  .mode strong {
    display: block;
    font-weight: 600;
  }
  .mode span {
    color: var(--_muted);
    font-size: 0.875em;
  }
  .mode:hover strong {
    text-decoration: underline;
  }
  .number {
    line-height: 1.25;
    text-align: end;
  }
  .number strong {
    display: block;
    font-weight: 600;
  }
  .number span,
  .number s {
    color: var(--_muted);
    font-size: 0.875em;
    white-space: nowrap;
  }
  .unit {
    display: none;
  }
  .area {
    fill: var(--tone);
  }
  .area.tint-2 {
    fill: color-mix(in srgb, var(--tone) 55%, var(--_paper));
  }
  .area.tint-3 {
    fill: color-mix(in srgb, var(--tone) 42%, var(--_paper));
  }
  .area.tint-4 {
    fill: color-mix(in srgb, var(--tone) 28%, var(--_paper));
  }
  .area.tint-5 {
    fill: color-mix(in srgb, var(--tone) 16%, var(--_paper));
  }
  .hatch {
    fill: none;
    stroke: var(--_ink);
    stroke-width: 1;
    opacity: 0.5;
  }
  .hatch.on-full {
    stroke: var(--_paper);
    opacity: 0.75;
  }
  .edge {
    stroke: var(--_paper);
    stroke-width: 1;
  }
  svg .name {
    pointer-events: none;
    stroke: color-mix(in srgb, var(--tone) 28%, var(--_paper));
    stroke-width: 3px;
    paint-order: stroke;
    font-weight: 500;
  }
  svg .name.tint-1 {
    stroke: var(--tone);
    fill: var(--_paper);
  }
  .name.tint-2 {
    stroke: color-mix(in srgb, var(--tone) 55%, var(--_paper));
  }
  .name.tint-3 {
    stroke: color-mix(in srgb, var(--tone) 42%, var(--_paper));
  }
  .outline {
    fill: none;
    stroke: none;
  }
  .piece {
    cursor: pointer;
    outline: none;
  }
  .piece[aria-pressed="true"] .outline {
    stroke: var(--_ink);
    stroke-width: 2.5;
  }
  .piece:hover .outline {
    stroke: var(--_ink);
    stroke-width: 1.5;
  }
  .piece:focus-visible .outline {
    stroke: var(--_ink);
    stroke-width: 3;
    stroke-dasharray: 4 2;
  }
  .before {
    fill: none;
    stroke: var(--_ink);
    stroke-width: calc(2px * var(--_stroke));
    stroke-dasharray: 3 2;
  }
  .said {
    min-block-size: 2.9em;
    margin: 12px 0 0;
    max-inline-size: 66em;
  }
  .swatch {
    inline-size: 22px;
    block-size: 14px;
  }
  @container (max-width: 46rem) {
    .row {
      grid-template-columns: minmax(0, 1fr) auto auto;
      grid-template-areas: "mode cycles latency" "plot plot plot";
      row-gap: 6px;
    }
    .mode {
      grid-area: mode;
    }
    .plot {
      grid-area: plot;
    }
    .head .mode,
    .head .number {
      display: none;
    }
    .unit {
      display: inline;
    }
  }
  @container (max-width: 26rem) {
    .row {
      grid-template-areas: "mode mode mode" "cycles latency ." "plot plot plot";
      grid-template-columns: auto auto 1fr;
    }
    .number {
      text-align: start;
    }
  }
  @media (forced-colors: active) {
    .area {
      forced-color-adjust: none;
    }
  }
`;
