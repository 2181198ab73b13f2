import { css } from "lit";

/** Styles of `trapline-bet`. */
export const betStyles = css`
  :host {
    display: block;
    max-inline-size: 46rem;
    font-size: calc(16px * var(--_scale));
    line-height: 1.5;
  }
  fieldset {
    min-inline-size: 0;
    margin: 0;
    padding: 16px 20px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
  }
  legend {
    padding: 0 8px;
    font-weight: 600;
  }
  .item {
    display: grid;
    grid-template-columns: minmax(8rem, 2fr) minmax(8rem, 3fr) 10.5rem;
    gap: 4px 16px;
    align-items: center;
    min-block-size: 44px;
  }
  input {
    inline-size: 100%;
    min-block-size: 28px;
    accent-color: var(--_boundary);
  }
  output,
  strong {
    font-variant-numeric: tabular-nums;
    font-weight: 700;
  }
  .bars {
    display: grid;
    gap: 2px;
  }
  svg {
    display: block;
    inline-size: 100%;
    block-size: 12px;
  }
  .guess {
    fill: none;
    stroke: var(--_ink);
    stroke-width: 1.5;
    vector-effect: non-scaling-stroke;
  }
  .outcome {
    fill: var(--_boundary);
  }
  small {
    display: block;
    font-size: 0.875em;
    color: var(--_muted);
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-block-start: 12px;
  }
  button {
    min-block-size: 40px;
    padding: 4px 14px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    color: var(--_ink);
    font: inherit;
    cursor: pointer;
  }
  .main {
    border-color: var(--_ink);
    background: var(--_ink);
    color: var(--_paper);
  }
  :focus-visible {
    outline: 3px solid var(--_guest);
    outline-offset: 2px;
  }
  .verdict {
    margin: 8px 0 0;
    font-size: 0.9375em;
    color: var(--_muted);
  }
  @media (max-width: 34rem) {
    fieldset {
      padding: 12px;
    }
    .item {
      grid-template-columns: minmax(0, 1fr) auto;
    }
    .item > :first-child {
      grid-column: 1 / -1;
    }
  }
`;
