import { css } from "lit";

/** Styles of `trapline-ranges`. */
export const rangesStyles = css`
  :host {
    container-type: inline-size;
  }
  .row {
    display: grid;
    grid-template-columns: minmax(11rem, 20rem) minmax(0, 1fr) minmax(5rem, 9rem);
    column-gap: 20px;
    align-items: start;
    padding-block: 8px;
    border-block-end: 1px solid var(--_rule);
  }
  .row.cells-1 {
    grid-template-columns: minmax(11rem, 18rem) minmax(0, 1fr) 8rem 10rem;
  }
  .row.cells-2 {
    grid-template-columns: minmax(11rem, 16rem) minmax(0, 1fr) 8rem 10rem 8rem;
  }
  .row.cells-3 {
    grid-template-columns: minmax(10rem, 15rem) minmax(0, 1fr) 7rem 8rem 11rem 8rem;
  }
  .head {
    align-items: end;
    padding-block: 16px 2px;
    color: var(--_muted);
    font-size: 0.875em;
  }
  .title {
    display: block;
    font-weight: 600;
    line-height: 1.3;
  }
  .subtitle {
    display: block;
    color: var(--_muted);
    font-size: 0.875em;
    line-height: 1.3;
  }
  .value {
    font-weight: 600;
    line-height: 1.3;
    text-align: end;
  }
  .value small {
    display: block;
    color: var(--_muted);
    font-size: 0.875em;
    font-weight: 400;
  }
  .value.words {
    font-weight: 400;
    text-align: start;
  }
  .cell {
    font-size: 0.9375em;
    line-height: 1.35;
  }
  .cell.empty {
    color: var(--_muted);
  }
  .band {
    fill: color-mix(in srgb, var(--_ink) 8%, transparent);
  }
  .reference {
    stroke: var(--_ink);
    stroke-width: calc(1.5px * var(--_stroke));
  }
  svg .reference-label {
    text-anchor: middle;
    font-weight: 600;
  }
  .dot {
    fill: var(--_ink);
    stroke: var(--_paper);
    stroke-width: 1.5;
  }
  .bad .dot {
    fill: var(--_paper);
    stroke: var(--_ink);
    stroke-width: 2.5;
  }
  .open .dot {
    fill: var(--_muted);
  }
  .row > details {
    grid-column: 1 / -1;
    font-size: 0.9375em;
  }
  .row > details > summary {
    inline-size: max-content;
    padding: 2px 0 0;
    color: var(--_muted);
  }
  dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 4px 20px;
    max-inline-size: 56rem;
    margin: 4px 0 8px;
  }
  dt {
    color: var(--_muted);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  a {
    color: var(--_guest);
  }
  .behind {
    margin-block-start: 12px;
  }
  .column-label {
    display: none;
  }
  @container (max-width: 50rem) {
    .row,
    .row:is(.cells-1, .cells-2, .cells-3) {
      grid-template-columns: minmax(0, 1fr);
      row-gap: 6px;
    }
    .head > :not(.plot) {
      display: none;
    }
    .value {
      text-align: start;
    }
    .value small {
      display: inline;
    }
    .column-label {
      display: inline;
      color: var(--_muted);
    }
    dl {
      grid-template-columns: minmax(0, 1fr);
    }
    dd {
      margin-block-end: 4px;
    }
  }
`;
