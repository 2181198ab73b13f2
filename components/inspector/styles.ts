import { css } from "lit";

/** Styles of the inspector and its two parts. */
export const inspectorStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    font-size: calc(15px * var(--_scale));
    line-height: 1.5;
  }
  .tools,
  form,
  .found {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 8px;
  }
  .tools {
    gap: 8px 24px;
    margin-block: 8px;
  }
  form {
    align-content: start;
    flex: 1 1 24rem;
  }
  label {
    flex: 1 1 8rem;
    color: var(--_muted);
    font-size: calc(13px * var(--_scale));
  }
  .copy {
    flex-basis: 100%;
    min-inline-size: 0;
  }
  button,
  input,
  select {
    min-block-size: 32px;
    box-sizing: border-box;
    padding: 2px 10px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    color: var(--_ink);
    font: inherit;
    font-size: calc(14px * var(--_scale));
  }
  input,
  select {
    display: block;
    inline-size: 100%;
  }
  input {
    font-family: var(--_mono);
  }
  input::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  input[aria-invalid="true"] {
    border-color: var(--_boundary);
    border-width: 2px;
  }
  button {
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_ink);
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
  .problem {
    flex-basis: 100%;
    min-block-size: 1.5em;
    margin: 0;
    color: var(--_boundary);
    font-size: calc(13px * var(--_scale));
    font-weight: 600;
  }
  .what,
  .words,
  .note,
  .found p {
    margin: 8px 0;
  }
  .found {
    align-items: center;
  }
  .words {
    min-block-size: 3em;
    overflow-wrap: anywhere;
  }
  .tabs {
    display: flex;
    gap: 4px;
    border-block-end: 1px solid var(--_muted);
  }
  .tabs button {
    min-block-size: 36px;
    border: 0;
    border-block-end: 4px solid transparent;
    border-radius: 0;
    background: none;
  }
  .tabs button[aria-selected="true"] {
    border-block-end-color: var(--_ink);
    font-weight: 600;
  }
  .frame-panes {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px 32px;
    align-items: start;
  }
  .tree {
    overflow: auto;
    max-block-size: 26rem;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .item {
    position: relative;
    display: grid;
    grid-template-columns: 13em minmax(0, 1fr) 8em;
    gap: 0 12px;
    align-items: baseline;
    min-block-size: 24px;
    padding-inline: 16px 4px;
    border-inline-start: 4px solid transparent;
    cursor: pointer;
  }
  .item.layer {
    grid-template-columns: minmax(0, 1fr) 8em;
    padding-inline-start: 4px;
    border-block-start: 1px solid var(--_rule);
    font-weight: 600;
  }
  .depth-1 {
    border-block-start-style: double;
    border-block-start-width: 3px;
  }
  .item .text {
    font-family: var(--_mono);
    font-size: calc(14px * var(--_scale));
    font-weight: 400;
    overflow-wrap: anywhere;
  }
  .item .where {
    color: var(--_muted);
    font-size: calc(13px * var(--_scale));
    font-weight: 400;
    text-align: end;
  }
  .item .wrong {
    font-weight: 700;
    text-decoration: underline wavy;
  }
  .current,
  .hovered {
    border-inline-start-color: var(--_ink);
    background: color-mix(in srgb, var(--_ink) 9%, transparent);
  }
  [role="treeitem"]:focus-visible {
    outline: 3px solid var(--_guest);
    outline-offset: -2px;
  }
  table {
    border-collapse: collapse;
    font-size: calc(14px * var(--_scale));
  }
  th,
  td {
    position: relative;
    padding: 2px 16px 2px 0;
    border-block-end: 1px solid var(--_rule);
    font-weight: 400;
    text-align: start;
    vertical-align: baseline;
  }
  thead th {
    color: var(--_muted);
    font-size: calc(13px * var(--_scale));
  }
  .digits {
    text-align: end;
    white-space: nowrap;
  }
  .bytes {
    font-family: var(--_mono);
    white-space: nowrap;
  }
  s {
    color: var(--_muted);
  }
  .link {
    min-block-size: 24px;
    padding: 0 6px;
    font-family: var(--_mono);
    font-size: calc(13px * var(--_scale));
  }
  .swatch {
    padding-inline: 4px;
  }
  .table-scroller {
    position: relative;
    overflow: auto;
    max-block-size: 20rem;
  }
  summary {
    padding: 6px 0;
    cursor: pointer;
  }
  @container (width >= 60rem) {
    .frame-panes {
      grid-template-columns: max-content minmax(0, 1fr);
    }
    .item {
      grid-template-columns: 11em minmax(0, 1fr) max-content;
    }
  }
  @container (width < 34rem) {
    .item {
      grid-template-columns: minmax(0, 1fr) max-content;
    }
    .item .text {
      grid-row: 2;
      grid-column: 1 / -1;
    }
  }
  @media (forced-colors: active) {
    .current,
    .hovered {
      border-inline-start-color: Highlight;
    }
    .tabs button[aria-selected="true"] {
      border-block-end-color: Highlight;
    }
  }
  @media (pointer: coarse) {
    button,
    input,
    select {
      min-block-size: 44px;
    }
  }
`;
