import { css } from "lit";

/** Styles of `trapline-ledger`. */
export const ledgerStyles = css`
  :host {
    container-type: inline-size;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 8px 16px;
    margin-block-end: 8px;
  }
  fieldset {
    display: flex;
    gap: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend,
  label {
    color: var(--_muted);
    font-size: 0.875em;
  }
  legend {
    padding: 0;
  }
  button,
  select {
    min-block-size: calc(32px * var(--_scale));
    padding: 2px 10px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    color: var(--_ink);
    font: inherit;
    font-size: calc(15px * var(--_scale));
    cursor: pointer;
  }
  select {
    display: block;
  }
  fieldset button {
    margin-inline-start: -1px;
    border-radius: 0;
  }
  fieldset button:first-of-type {
    margin-inline-start: 0;
    border-radius: 3px 0 0 3px;
  }
  fieldset button:last-of-type {
    border-radius: 0 3px 3px 0;
  }
  button:hover {
    border-color: var(--_ink);
  }
  button[aria-pressed="true"] {
    border-color: var(--_ink);
    box-shadow: inset 0 -3px var(--_ink);
  }
  button:disabled {
    color: var(--_muted);
    cursor: default;
  }
  .total {
    margin: 8px 0 4px;
    font-size: 1.125em;
  }
  .area {
    fill: color-mix(in srgb, var(--tone) 30%, var(--_paper));
  }
  .area.leaf {
    fill: color-mix(in srgb, var(--tone) 18%, var(--_paper));
  }
  .pattern {
    fill: none;
    stroke: var(--_ink);
    stroke-width: 1;
    opacity: 0.32;
  }
  .dot {
    fill: var(--_ink);
    opacity: 0.5;
  }
  svg text {
    pointer-events: none;
    stroke: color-mix(in srgb, var(--tone) 24%, var(--_paper));
    stroke-width: 3px;
    paint-order: stroke;
  }
  svg .cycles {
    font-family: var(--_mono);
  }
  svg .clip {
    overflow: hidden;
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
  .typical {
    fill: var(--_ink);
  }
  .said {
    min-block-size: 1.4em;
    margin: 4px 0;
  }
  .narrow {
    margin: 4px 0;
    color: var(--_muted);
    font-size: 0.9375em;
  }
  .swatch {
    inline-size: 22px;
    block-size: 14px;
  }
  .swatch rect {
    stroke: var(--_rule);
  }
  .detail {
    margin-block: 16px;
    padding-block-start: 12px;
    border-block-start: 1px solid var(--_rule);
  }
  .detail h3 {
    margin: 0 0 8px;
    font-size: 1.0625em;
  }
  .charged {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin-block: 8px;
  }
  .depth-1 {
    padding-inline-start: 16px;
  }
  .depth-2 {
    padding-inline-start: 32px;
  }
  .depth-3 {
    padding-inline-start: 48px;
    font-family: var(--_mono);
    font-size: 0.9375em;
  }
  .all > * {
    font-weight: 600;
  }
`;
