import { css } from "lit";

/** The table behind a drawing: thin rules, quiet heads, digits to the right. */
export const tableStyles = css`
  .table-scroller {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: 0.9375em;
  }
  caption {
    padding-block-end: 4px;
    color: var(--_muted);
    font-size: 0.9em;
    text-align: start;
  }
  th,
  td {
    padding: 4px 16px 4px 0;
    border-block-end: 1px solid var(--_rule);
    font-weight: 400;
    text-align: start;
    vertical-align: baseline;
  }
  thead th {
    color: var(--_muted);
    font-size: 0.9em;
    vertical-align: bottom;
  }
  .digits {
    text-align: end;
    white-space: nowrap;
  }
`;
