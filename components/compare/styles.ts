import { css } from "lit";

/** Styles of `trapline-compare`. */
export const compareStyles = css`
  :host {
    display: block;
    font-size: calc(16px * var(--_scale));
    line-height: 1.4;
  }
  .row {
    display: grid;
    row-gap: 8px;
    grid-template-rows: auto auto auto;
    margin-block-end: 24px;
  }
  .columns-1 {
    grid-template-columns: 104px minmax(0, 1fr);
  }
  .columns-2 {
    grid-template-columns: 104px repeat(2, minmax(0, 1fr));
  }
  .columns-3 {
    grid-template-columns: 104px repeat(3, minmax(0, 1fr));
  }
  .columns-4 {
    grid-template-columns: 104px repeat(4, minmax(0, 1fr));
  }
  .columns-5 {
    grid-template-columns: 104px repeat(5, minmax(0, 1fr));
  }
  .columns-6 {
    grid-template-columns: 104px repeat(6, minmax(0, 1fr));
  }
  .labels {
    grid-row: 2;
  }
  .panel {
    display: grid;
    grid-row: 1 / 4;
    grid-template-rows: subgrid;
    row-gap: 8px;
    min-inline-size: 0;
  }
  .panel svg {
    cursor: pointer;
    overflow: hidden;
  }
  button {
    display: block;
    align-self: start;
    padding: 4px 14px 8px;
    border: 0;
    border-block-start: 3px solid transparent;
    background: none;
    color: var(--_ink);
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  button strong {
    display: block;
    font-weight: 600;
  }
  button span {
    color: var(--_muted);
    font-size: 0.875em;
  }
  button:hover strong {
    text-decoration: underline;
  }
  .chosen button {
    border-block-start-color: var(--_ink);
  }
  :focus-visible {
    outline: 3px solid var(--_guest);
    outline-offset: 2px;
  }
  @media (forced-colors: active) {
    .panel:not(.chosen) button {
      border-block-start-color: Canvas;
    }
  }
  p {
    margin: 0;
    padding: 0 14px;
  }
  .exits {
    font-size: 1.375em;
    font-weight: 700;
    color: var(--_boundary);
  }
  .others {
    font-size: 0.875em;
    color: var(--_muted);
  }
`;
