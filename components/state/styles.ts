import { css } from "lit";

/** Styles of `trapline-state`. */
export const stateStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    font-size: calc(15px * var(--_scale));
    line-height: 1.5;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 8px;
  }
  label {
    flex: 1 1 10rem;
    color: var(--_muted);
    font-size: 0.875em;
  }
  button,
  input {
    min-block-size: 32px;
    padding: 2px 10px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    color: var(--_ink);
    font: inherit;
    font-size: 0.9375rem;
    font-size: calc(14px * var(--_scale));
  }
  input {
    display: block;
    box-sizing: border-box;
    inline-size: 100%;
    font-family: var(--_mono);
  }
  button {
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_ink);
  }
  button[aria-pressed="true"] {
    border-color: var(--_ink);
    box-shadow: inset 0 -3px 0 var(--_ink);
  }
  button[aria-disabled="true"] {
    border-color: var(--_rule);
    color: var(--_muted);
    cursor: default;
  }
  :focus-visible {
    outline: 3px solid var(--_guest);
    outline-offset: 2px;
  }
  .found,
  .note,
  .source {
    margin: 8px 0;
    color: var(--_muted);
    font-size: calc(14px * var(--_scale));
  }
  section {
    border-block-start: 1px solid var(--_rule);
  }
  section:last-of-type {
    border-block-end: 1px solid var(--_rule);
  }
  h3 {
    margin: 0;
    font-size: inherit;
    font-weight: inherit;
  }
  .head {
    display: grid;
    grid-template-columns: 16px max-content max-content minmax(0, 1fr);
    align-items: center;
    gap: 0 12px;
    inline-size: 100%;
    min-block-size: 36px;
    padding: 4px 0 4px 4px;
    border: 0;
    border-radius: 0;
    background: none;
    font-size: inherit;
    text-align: start;
  }
  .arrow {
    fill: var(--_muted);
  }
  [aria-expanded="true"] > .arrow {
    transform: rotate(90deg);
  }
  .title {
    font-weight: 600;
  }
  .head:hover .title {
    text-decoration: underline;
  }
  .actor {
    padding-inline-start: 8px;
    border-inline-start: 3px solid var(--tone);
    color: var(--tone);
    font-size: calc(13px * var(--_scale));
  }
  .summary {
    overflow: hidden;
    min-block-size: 1.5em;
    font-size: calc(13px * var(--_scale));
    text-align: end;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .changes {
    display: block;
    margin-block: 0 12px;
    padding: 6px 8px;
    background: color-mix(in srgb, var(--_ink) 3.5%, var(--_paper));
  }
  .changes tbody {
    display: grid;
    grid-template-rows: repeat(4, calc(26px * var(--_scale)));
  }
  .changes tbody tr {
    display: grid;
    grid-template-columns: minmax(0, 4fr) minmax(0, 5fr) minmax(0, 7fr);
    gap: 12px;
    align-items: center;
  }
  .changes :is(th, td) {
    overflow: hidden;
    padding: 0;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .changes tr > :first-child {
    padding-inline-start: 0;
  }
  .changes th {
    font-family: var(--_mono);
    font-size: calc(14px * var(--_scale));
  }
  .to {
    overflow: hidden;
    max-inline-size: 100%;
    min-block-size: 24px;
    padding: 0 0 0 8px;
    border: 0;
    border-inline-start: 3px solid var(--tone);
    border-radius: 0;
    background: none;
    color: var(--tone);
    font-size: calc(13px * var(--_scale));
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .to:hover {
    text-decoration: underline;
  }
  s {
    color: var(--_muted);
    text-decoration-thickness: 1.5px;
  }
  .body,
  .summary,
  .table-scroller,
  th,
  td {
    position: relative;
  }
  .body {
    padding: 0 0 12px 4px;
  }
  .body[hidden] {
    display: none;
  }
  table {
    border-collapse: collapse;
    inline-size: 100%;
  }
  .lines {
    table-layout: fixed;
  }
  th,
  td {
    padding: 1px 12px 1px 0;
    font-weight: 400;
    text-align: start;
    vertical-align: baseline;
  }
  .lines > tbody > tr > :is(th, td),
  .table > tbody > tr > :is(th, td) {
    border-block-end: 1px solid var(--_rule);
  }
  tr > :first-child {
    padding-inline-start: 12px;
    background: linear-gradient(var(--_ink), var(--_ink)) no-repeat 0 50% / 0 100%;
  }
  tr.changed > :first-child {
    background-size: 5px 100%;
  }
  .value,
  .line-name,
  .fields th {
    font-family: var(--_mono);
    font-size: calc(14px * var(--_scale));
  }
  .lines .value,
  .says {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .narrow :is(th, td):is(:nth-child(2), :nth-child(3)) {
    inline-size: 11ch;
  }
  .wide :is(th, td):is(:nth-child(2), :nth-child(3)) {
    inline-size: 19ch;
  }
  .worded :is(th, td):is(:nth-child(2), :nth-child(3)) {
    inline-size: 25%;
  }
  .changed > .value:not(.before) {
    font-weight: 700;
  }
  .says {
    color: var(--_muted);
    font-size: calc(13px * var(--_scale));
  }
  .line-name {
    min-block-size: 24px;
    padding: 0;
    border: 0;
    background: none;
    overflow-wrap: anywhere;
    text-align: start;
  }
  .line-name:hover {
    text-decoration: underline;
  }
  .detail > td {
    padding: 4px 12px 12px 28px;
    font-size: calc(14px * var(--_scale));
  }
  .detail p {
    margin: 4px 0;
    max-inline-size: 66ch;
  }
  .fields {
    inline-size: auto;
    margin-block: 8px;
  }
  .fields thead th,
  .table thead th {
    color: var(--_muted);
    font-family: var(--_sans);
    font-size: calc(13px * var(--_scale));
  }
  .fields .bits {
    font-family: var(--_mono);
    text-align: end;
  }
  .digits {
    text-align: end;
  }
  .table-scroller {
    overflow: auto;
    max-block-size: 22rem;
  }
  .table thead th {
    position: sticky;
    inset-block-start: 0;
    background-color: var(--_paper);
  }
  .table :is(th, td) {
    white-space: nowrap;
  }
  .table td {
    max-inline-size: 24em;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .gone {
    color: var(--_muted);
  }
  .gone .line-name {
    color: var(--_muted);
    text-decoration: line-through;
  }
  .table .new {
    font-weight: 700;
  }
  .table .new s {
    font-weight: 400;
  }
  .filler td {
    min-block-size: 24px;
    line-height: 26px;
  }
  .origin {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    padding-block: 4px;
  }
  .origin p {
    flex: 1 1 18rem;
    margin: 0;
  }
  .origin .row-link {
    min-block-size: 24px;
    padding: 0 6px;
  }
  @container (width < 34rem) {
    .head {
      grid-template-columns: 16px minmax(0, 1fr) max-content max-content;
    }
    .summary {
      grid-area: 1 / 3;
    }
    .changes tbody tr {
      grid-template-columns: minmax(0, 4fr) minmax(0, 5fr);
      gap: 8px;
    }
    .changes tr > :first-child {
      display: none;
    }
    .changes th {
      padding-inline-start: 8px;
      border-inline-start: 3px solid var(--tone);
    }
    .lines,
    .lines > tbody {
      display: block;
    }
    .lines > tbody > tr {
      display: grid;
      grid-template-columns: minmax(0, 1fr) 11ch 11ch;
      border-block-end: 1px solid var(--_rule);
    }
    .lines > tbody > tr > :is(th, td) {
      inline-size: auto;
      border: 0;
    }
    .lines > tbody > tr > .says {
      display: none;
    }
    /* A long old value stands below the new one, on a line that is always there. */
    :is(.wide, .worded) > tbody > tr {
      grid-template-columns: minmax(0, 1fr) 19ch;
    }
    :is(.wide, .worded) > tbody > tr > th {
      grid-row: span 2;
    }
    :is(.wide, .worded) > tbody > tr > .before {
      grid-column: 2;
      min-block-size: 1.5em;
    }
    .lines > tbody > tr.detail {
      display: block;
    }
    .detail > td {
      display: block;
      padding-inline: 12px 0;
    }
    .fields td {
      overflow-wrap: anywhere;
    }
  }
  @media (forced-colors: active) {
    tr.changed > :first-child {
      border-inline-start: 5px solid CanvasText;
    }
  }
  @media (pointer: coarse) {
    button,
    input,
    .line-name {
      min-block-size: 44px;
    }
  }
  @media print {
    .tools,
    .origin button {
      display: none;
    }
  }
`;
