import { css } from "lit";
import { tableStyles } from "./table-styles.ts";

/** What charts have in common: axes, key, the table behind, and controls. */
export const chartStyles = [
  css`
  :host {
    display: block;
    font-size: calc(16px * var(--_scale));
    line-height: 1.4;
  }
  .boundary {
    --tone: var(--_boundary);
  }
  .several {
    --tone: var(--_wire);
  }
  svg {
    display: block;
    overflow: visible;
  }
  svg text {
    font-family: var(--_sans);
    font-size: calc(13px * var(--_scale));
    fill: var(--_ink);
  }
  svg .tick {
    fill: var(--_muted);
    text-anchor: middle;
  }
  .grid {
    stroke: var(--_rule);
    stroke-width: 1;
  }
  .whisker {
    fill: none;
    stroke: var(--_ink);
    stroke-width: calc(1.5px * var(--_stroke));
  }
  .key {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 20px;
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
    color: var(--_muted);
    font-size: 0.875em;
  }
  .key li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 6px;
  }
  :focus-visible {
    outline: 3px solid var(--_guest);
    outline-offset: 2px;
  }
  summary {
    padding: 6px 0;
    cursor: pointer;
  }
  .range {
    color: var(--_muted);
  }
`,
  tableStyles,
];
