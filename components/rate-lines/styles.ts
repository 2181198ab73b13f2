import { css } from "lit";

/** Styles of `trapline-rate-lines`. */
export const rateLinesStyles = css`
  .path {
    cursor: pointer;
    outline: none;
  }
  .path .curve {
    fill: none;
    stroke: color-mix(in srgb, var(--_ink) 45%, var(--_paper));
    stroke-width: calc(1.5px * var(--_stroke));
  }
  .path .reach {
    fill: none;
    stroke: transparent;
    stroke-width: 14;
  }
  .path .band {
    fill: none;
  }
  .path .dot {
    fill: color-mix(in srgb, var(--_ink) 45%, var(--_paper));
  }
  .path .lead {
    fill: none;
    stroke: var(--_rule);
  }
  svg .path .label {
    fill: var(--_muted);
  }
  .path:hover .curve,
  .path.chosen .curve {
    stroke: var(--_ink);
    stroke-width: calc(3px * var(--_stroke));
  }
  .path.chosen .band {
    fill: color-mix(in srgb, var(--_ink) 14%, transparent);
  }
  .path:hover .dot,
  .path.chosen .dot {
    fill: var(--_ink);
  }
  svg .path:hover .label,
  svg .path.chosen .label {
    fill: var(--_ink);
    font-weight: 700;
  }
  .path:focus-visible .label {
    text-decoration: underline;
    text-decoration-thickness: 2px;
  }
  .path:focus-visible .curve {
    stroke: var(--_ink);
    stroke-dasharray: 6 3;
  }
  svg .rate {
    fill: var(--_muted);
    text-anchor: end;
  }
  svg .axis-label {
    fill: var(--_muted);
  }
  .scroller {
    overflow-x: auto;
  }
  .said {
    min-block-size: 2.8em;
    margin: 8px 0 0;
  }
`;
