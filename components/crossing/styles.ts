import { css } from "lit";

/** The crossing: thin rules and quiet words, the line the strongest stroke, the block that acts filled. */
export const crossingStyles = css`
  :host {
    display: block;
    font-size: calc(14px * var(--_scale));
    line-height: 1.5;
    background: var(--_paper);
  }
  svg {
    display: block;
    overflow: visible;
  }
  svg text {
    font-family: var(--_sans);
    font-size: calc(12px * var(--_scale));
    fill: var(--_ink);
  }
  .band {
    fill: color-mix(in srgb, var(--tone) 6%, var(--_paper));
  }
  .band:not(.used) {
    fill: none;
    stroke: var(--_rule);
    stroke-dasharray: 2 5;
  }
  .label-ground {
    fill: var(--_paper);
  }
  svg .band-label {
    font-weight: 600;
    fill: var(--tone);
    paint-order: stroke;
    stroke: var(--_paper);
    stroke-width: 3px;
  }
  svg .band-label:not(.used),
  svg .idle {
    font-weight: 400;
    fill: var(--_muted);
    paint-order: stroke;
    stroke: var(--_paper);
    stroke-width: 3px;
  }
  .line {
    stroke: var(--_boundary);
    stroke-width: calc(4px * var(--_stroke));
  }
  .no-line {
    stroke: var(--_rule);
    stroke-width: 1.5;
    stroke-dasharray: 6 6;
  }
  svg .line-label,
  svg .crossings {
    font-weight: 600;
    fill: var(--_boundary);
    paint-order: stroke;
    stroke: var(--_paper);
    stroke-width: 3px;
  }
  .tick {
    stroke: var(--_boundary);
    stroke-width: calc(1px * var(--_stroke));
    opacity: 0.55;
  }
  .tick.past {
    stroke-width: calc(3px * var(--_stroke));
    opacity: 1;
  }
  .trail {
    fill: none;
    stroke: var(--_muted);
    stroke-width: calc(1.25px * var(--_stroke));
  }
  .access {
    fill: none;
    stroke: var(--_ink);
    stroke-width: calc(1.25px * var(--_stroke));
    stroke-dasharray: 2 3;
  }
  .access-head {
    fill: var(--_ink);
  }
  .move {
    fill: none;
    stroke: color-mix(in srgb, var(--_ink) 20%, var(--_paper));
    stroke-width: calc(9px * var(--_scale));
    stroke-linejoin: round;
  }
  .hop .way {
    fill: none;
    stroke: var(--_ink);
    stroke-width: calc(2px * var(--_stroke));
  }
  .hop .head {
    fill: var(--_ink);
  }
  .hop.crosses .way {
    stroke: var(--_boundary);
    stroke-width: calc(2.75px * var(--_stroke));
  }
  .hop.crosses .head {
    fill: var(--_boundary);
  }
  svg .cause.crosses {
    fill: var(--_boundary);
    font-weight: 600;
  }
  .block {
    cursor: pointer;
    outline: none;
  }
  .block .body {
    fill: var(--_paper);
    stroke: color-mix(in srgb, var(--tone) 55%, var(--_paper));
    stroke-width: calc(1.25px * var(--_stroke));
    rx: 3px;
  }
  .block:hover .body {
    stroke: var(--tone);
  }
  .block .title {
    font-weight: 600;
    fill: var(--tone);
  }
  .block .count {
    fill: var(--_muted);
  }
  .block.idle .body {
    stroke: var(--_rule);
  }
  .block.idle .title {
    font-weight: 400;
    fill: var(--_muted);
  }
  .block.memory .body {
    fill: color-mix(in srgb, var(--tone) 7%, var(--_paper));
    stroke-dasharray: none;
    rx: 0;
  }
  .block .slots {
    stroke: color-mix(in srgb, var(--tone) 45%, var(--_paper));
    stroke-width: 1;
    fill: none;
  }
  .block.lit .body {
    fill: var(--tone);
    stroke: var(--tone);
  }
  .block.lit .title,
  .block.lit .count {
    fill: var(--_paper);
  }
  .block.touched .body {
    stroke: var(--_ink);
    stroke-width: calc(2px * var(--_stroke));
  }
  .block:focus-visible .body {
    stroke: var(--_ink);
    stroke-width: calc(3px * var(--_stroke));
  }
  .ghost {
    fill: none;
    stroke: var(--_muted);
    stroke-width: calc(1.5px * var(--_stroke));
    stroke-dasharray: 4 3;
    rx: 5px;
  }
  .changes rect {
    fill: var(--_ink);
    rx: 8px;
  }
  .changes text {
    fill: var(--_paper);
    text-anchor: middle;
    font-weight: 700;
  }
  .token rect {
    fill: var(--_paper);
    stroke: var(--_ink);
    stroke-width: calc(1.5px * var(--_stroke));
  }
  .token text {
    text-anchor: middle;
    font-family: var(--_mono);
  }
  .summary {
    margin: 8px 0;
    color: var(--_muted);
  }
  .summary strong {
    color: var(--_boundary);
  }
  details summary {
    min-block-size: 24px;
    cursor: pointer;
    color: var(--_muted);
  }
  .table-scroller {
    max-block-size: 320px;
    overflow: auto;
  }
  table {
    border-collapse: collapse;
    inline-size: 100%;
  }
  th,
  td {
    padding: 2px 8px 2px 0;
    text-align: start;
    vertical-align: top;
    border-block-end: 1px solid var(--_rule);
    font-weight: 400;
  }
  thead th {
    position: sticky;
    inset-block-start: 0;
    background: var(--_paper);
    font-weight: 600;
  }
  tbody th {
    color: var(--tone);
    font-weight: 600;
  }
  td.digits {
    font-family: var(--_mono);
    white-space: nowrap;
  }
  tr.current {
    background: color-mix(in srgb, var(--_ink) 9%, var(--_paper));
  }
  td button {
    min-inline-size: 32px;
    min-block-size: 24px;
    font: inherit;
    color: inherit;
    background: none;
    border: 1px solid transparent;
    text-align: end;
    cursor: pointer;
  }
  td button:focus-visible,
  summary:focus-visible,
  .table-scroller:focus-visible {
    outline: 2px solid var(--_ink);
    outline-offset: 1px;
  }
`;
