import { css } from "lit";

/** Styles of `trapline-rings`. */
export const ringStyles = css`
  :host {
    display: block;
    font-size: calc(16px * var(--_scale));
    line-height: 1.5;
  }
  svg {
    display: block;
    overflow: visible;
  }
  svg.defs {
    position: absolute;
  }
  svg text {
    font-family: var(--_mono);
    font-size: calc(12px * var(--_scale));
    fill: var(--_ink);
  }
  .key {
    display: flex;
    flex-wrap: wrap;
    gap: 0 20px;
    margin: 0 0 4px;
    padding: 0;
    list-style: none;
    font-size: 0.875em;
    color: var(--_muted);
  }
  .key li {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .step {
    margin: 0 0 8px;
    min-block-size: 1.5em;
    overflow-wrap: anywhere;
  }
  .groups {
    display: flex;
    flex-wrap: wrap;
    gap: 24px 48px;
    align-items: flex-start;
  }
  .group {
    display: flex;
    flex-wrap: wrap;
    gap: 16px 32px;
    align-items: flex-start;
    min-inline-size: 0;
    max-inline-size: 100%;
  }
  .ring {
    margin: 0;
    inline-size: 320px;
    max-inline-size: 100%;
  }
  .ring.round {
    inline-size: calc(176px + 176px * var(--_scale));
  }
  figcaption {
    display: grid;
  }
  .count,
  .rule {
    font-size: 0.8125em;
    color: var(--_muted);
  }
  .rule {
    margin: 0 0 8px;
    max-inline-size: 66ch;
    line-height: 1.4;
  }
  cite {
    font-style: normal;
  }
  .walk {
    cursor: pointer;
    padding: 4px 0;
    overflow-x: auto;
    touch-action: manipulation;
  }
  .walk svg {
    margin-inline: auto;
  }
  :focus-visible {
    outline: 3px solid var(--_guest);
    outline-offset: 2px;
  }
  .slot {
    stroke: var(--_paper);
    stroke-width: 0.5;
  }
  .slot.device {
    fill: url("#device-slot");
    stroke: var(--tone);
  }
  .slot.free {
    fill: color-mix(in srgb, var(--_guest) 16%, var(--_paper));
    stroke: color-mix(in srgb, var(--_guest) 60%, var(--_paper));
  }
  .slot.waiting {
    fill: var(--_guest);
    stroke: var(--_guest);
  }
  .round .slot {
    stroke: none;
  }
  .round .slot.free {
    fill: color-mix(in srgb, var(--_guest) 24%, var(--_paper));
  }
  .slot.none {
    fill: var(--_paper);
    stroke: var(--_rule);
  }
  .defs .ground {
    fill: color-mix(in srgb, var(--tone) 22%, var(--_paper));
  }
  .hatch {
    fill: none;
    stroke: var(--tone);
    stroke-width: 1.2;
  }
  .cells {
    fill: none;
    stroke: var(--_paper);
    stroke-width: 1;
    pointer-events: none;
  }
  .changed {
    fill: var(--_ink);
    pointer-events: none;
  }
  .chosen,
  .linked,
  .chain {
    fill: none;
    stroke: var(--_ink);
    stroke-width: calc(2px * var(--_stroke));
    pointer-events: none;
  }
  .linked {
    stroke-dasharray: 2.5 2;
    stroke-width: calc(1.5px * var(--_stroke));
  }
  .chain {
    stroke-width: calc(1.5px * var(--_stroke));
  }
  .pointer {
    fill: none;
    stroke: var(--_ink);
    stroke-width: calc(1px * var(--_stroke));
    pointer-events: none;
  }
  .tip {
    fill: var(--_ink);
    pointer-events: none;
  }
  svg tspan.driver {
    fill: var(--_guest);
  }
  svg tspan.device {
    fill: var(--tone);
  }
  svg .old {
    text-decoration: line-through;
    fill: var(--_muted);
  }
  svg .new {
    font-weight: 700;
  }
  svg .ground {
    paint-order: stroke;
    stroke: var(--_paper);
    stroke-width: 3;
    stroke-linejoin: round;
    pointer-events: none;
  }
  svg .middle {
    text-anchor: middle;
    font-size: calc(16px * var(--_scale));
    font-weight: 600;
  }
  svg .unit {
    font-family: var(--_sans);
    font-size: calc(12px * var(--_scale));
    font-weight: 400;
    fill: var(--_muted);
  }
  .detail {
    margin-block-start: 20px;
    padding-block-start: 12px;
    border-block-start: 1px solid var(--_rule);
  }
  .which {
    margin: 0 0 8px;
  }
  .mark {
    padding-inline-start: 8px;
    border-inline-start: 4px solid var(--_ink);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-block-end: 8px;
  }
  button {
    min-block-size: 32px;
    padding: 2px 10px;
    font: inherit;
    font-size: 0.875em;
    color: var(--_ink);
    background: var(--_paper);
    border: 1px solid var(--_muted);
    border-radius: 3px;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_ink);
  }
  button[aria-disabled="true"] {
    color: var(--_muted);
    border-color: var(--_rule);
    cursor: default;
  }
  .table-scroller {
    overflow: auto;
    max-block-size: 28rem;
  }
  table {
    border-collapse: collapse;
    font-size: 0.875em;
    margin-block-end: 16px;
  }
  .place {
    margin: 0;
    font-size: 0.875em;
  }
  .place,
  caption {
    text-align: start;
    color: var(--_muted);
  }
  th,
  td {
    padding: 3px 20px 3px 0;
    border-block-end: 1px solid var(--_rule);
    text-align: start;
    vertical-align: baseline;
    font-weight: 400;
  }
  thead th {
    color: var(--_muted);
  }
  .fields :is(th, td) {
    overflow-wrap: anywhere;
  }
  .fields :is(tbody th, .value) {
    font-family: var(--_mono);
  }
  .fields .changed th {
    padding-inline-start: 8px;
    border-inline-start: 4px solid var(--_ink);
  }
  .digits {
    text-align: end;
  }
  s {
    color: var(--_muted);
  }
  summary {
    padding: 6px 0;
    cursor: pointer;
  }
  .empty {
    color: var(--_muted);
  }
  @media (pointer: coarse) {
    button {
      min-block-size: 44px;
    }
  }
  @media (forced-colors: active) {
    .slot.waiting {
      fill: Highlight;
    }
    .slot.free {
      fill: Canvas;
    }
  }
  @media print {
    .actions {
      display: none;
    }
  }
`;
