import { css } from "lit";

/** Styles of `trapline-flow`. */
export const flowStyles = css`
  :host {
    display: block;
    font-size: calc(16px * var(--_scale));
    line-height: 1.5;
  }
  .transport {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  button,
  input {
    font: inherit;
    font-size: 0.9375em;
    color: var(--_ink);
    background: var(--_paper);
    border: 1px solid var(--_muted);
    border-radius: 3px;
  }
  button {
    min-block-size: 36px;
    min-inline-size: 36px;
    padding: 2px 12px;
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
  :focus-visible {
    outline: 3px solid var(--_guest);
    outline-offset: 2px;
  }
  .packet {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-inline-start: auto;
  }
  input {
    inline-size: 5.5em;
    min-block-size: 36px;
    box-sizing: border-box;
    padding: 2px 8px;
    text-align: end;
  }
  .sentence {
    margin: 12px 0 16px;
    min-block-size: 1.4em;
    font-size: 1.125em;
    line-height: 1.4;
    overflow-wrap: anywhere;
  }
  .problem {
    margin: 0 0 8px;
    color: var(--_boundary);
    font-weight: 600;
  }
  .figure {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
  }
  .scroller {
    overflow-x: auto;
    overflow-y: hidden;
    padding-block-end: 8px;
  }
  .scroller svg {
    cursor: pointer;
  }
  .key {
    display: flex;
    flex-wrap: wrap;
    gap: 0 20px;
    margin: 8px 0 4px;
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
  .key .mark {
    --tone: var(--_muted);
  }
  .hint {
    margin: 0 0 24px;
    font-size: 0.875em;
    color: var(--_muted);
  }
  kbd {
    font-family: var(--_mono);
    color: var(--_ink);
  }
  .beside {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
    gap: 24px 48px;
    align-items: start;
  }
  table {
    border-collapse: collapse;
    inline-size: 100%;
    font-size: 0.9375em;
  }
  caption {
    text-align: start;
    font-size: 0.875em;
    color: var(--_muted);
  }
  th,
  td {
    padding: 3px 16px 3px 0;
    border-block-end: 1px solid var(--_rule);
    text-align: start;
    vertical-align: baseline;
    font-weight: 400;
  }
  thead th {
    color: var(--_muted);
    font-size: 0.875em;
  }
  .counts thead th,
  .digits {
    text-align: end;
  }
  .counts .digits,
  .counts thead th {
    padding-inline: 16px 0;
  }
  .exits :is(th, td) {
    color: var(--_boundary);
    font-weight: 700;
  }
  small {
    font-size: 0.8125em;
    color: var(--_muted);
  }
  dl {
    margin: 0;
    font-size: 0.9375em;
  }
  dl div {
    display: grid;
    grid-template-columns: 7.5em minmax(0, 1fr);
    padding: 3px 0;
    border-block-end: 1px solid var(--_rule);
  }
  dt {
    color: var(--_muted);
  }
  dd {
    margin: 0;
    font-family: var(--_mono);
    overflow-wrap: anywhere;
  }
  pre {
    margin: 8px 0 0;
    font: 0.875em / 1.5 var(--_mono);
    white-space: pre-wrap;
  }
  .steps {
    margin-block-start: 16px;
  }
  summary {
    padding: 6px 0;
    cursor: pointer;
  }
  .table-scroller {
    overflow: auto;
    max-block-size: 32rem;
  }
  .steps button {
    min-block-size: 28px;
    padding: 0 8px;
    border-color: transparent;
  }
  .steps tbody th {
    color: var(--tone);
    white-space: nowrap;
  }
  .steps td {
    overflow-wrap: anywhere;
  }
  .steps .current {
    background: color-mix(in srgb, var(--_ink) 9%, transparent);
  }
  .steps .crossing {
    color: var(--_boundary);
  }
  .steps .digits {
    inline-size: 3.5em;
  }
  @media (max-width: 48rem) {
    .sentence {
      min-block-size: 4.2em;
    }
  }
  @media print {
    .transport,
    .hint {
      display: none;
    }
  }
`;
