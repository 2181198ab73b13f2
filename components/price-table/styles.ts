import { css } from "lit";

/** Styles of `trapline-price-table`. */
export const priceTableStyles = css`
  :host {
    container-type: inline-size;
  }
  table {
    inline-size: 100%;
  }
  tbody tr > * {
    padding-block: 10px;
  }
  tbody th {
    inline-size: 30%;
  }
  .name {
    display: block;
    font-family: var(--_mono);
    font-size: 0.94em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .doc,
  .from {
    display: block;
    font-size: 0.9375em;
    line-height: 1.4;
  }
  .from {
    color: var(--_muted);
    overflow-wrap: anywhere;
  }
  .price {
    white-space: nowrap;
  }
  input {
    inline-size: 7em;
    min-block-size: 34px;
    box-sizing: border-box;
    padding: 2px 8px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    color: var(--_ink);
    font: inherit;
    font-variant-numeric: tabular-nums;
    text-align: end;
  }
  .changed input {
    border: 2px solid var(--_ink);
    font-weight: 700;
  }
  tr.changed > :first-child {
    box-shadow: inset 3px 0 var(--_ink);
  }
  tr.changed > :first-child {
    padding-inline-start: 10px;
  }
  button {
    min-block-size: 30px;
    padding: 0 8px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    color: var(--_ink);
    font: inherit;
    font-size: 0.875em;
    cursor: pointer;
  }
  .more {
    min-block-size: 40px;
    margin-block-start: 12px;
    padding: 4px 14px;
    font-size: 1em;
  }
  :is(td, th).digits + :is(td, th):not(.digits) {
    padding-inline-start: 16px;
  }
  small {
    display: block;
    color: var(--_muted);
    font-size: 0.875em;
    white-space: normal;
  }
  .evidence {
    display: inline-block;
    padding: 0 6px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    color: var(--_ink);
    font-size: 0.875em;
  }
  .evidence.assumed {
    border-style: dashed;
    border-color: var(--_ink);
    background: repeating-linear-gradient(
      135deg,
      transparent 0 5px,
      color-mix(in srgb, var(--_ink) 10%, transparent) 5px 7px
    );
  }
  a {
    color: var(--_guest);
  }
  .problem {
    color: var(--_boundary);
    font-weight: 600;
  }
  @container (max-width: 50rem) {
    table,
    tbody,
    tr,
    th,
    td {
      display: block;
      inline-size: auto;
    }
    caption {
      display: block;
    }
    thead {
      display: none;
    }
    tbody tr {
      padding-block: 10px;
      border-block-end: 1px solid var(--_rule);
    }
    tbody tr > * {
      padding: 2px 0;
      border: 0;
      text-align: start;
    }
    tbody th {
      inline-size: auto;
    }
    tbody .digits {
      text-align: start;
    }
    tbody .digits + td:not(.digits) {
      padding-inline-start: 0;
    }
    .digits small {
      display: inline;
      margin-inline-start: 8px;
    }
    [data-label]::before {
      content: attr(data-label) " ";
      color: var(--_muted);
      font-size: 0.875em;
    }
  }
`;
