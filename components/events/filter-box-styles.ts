import { css } from "lit";

/** Styles of `trapline-filter-box`. */
export const filterBoxStyles = css`
  :host {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 0 8px;
    font-size: calc(16px * var(--_scale));
    line-height: 1.4;
  }
  .field {
    position: relative;
    display: flex;
  }
  input,
  button {
    min-block-size: calc(32px * var(--_scale));
    box-sizing: border-box;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    color: var(--_ink);
    font: inherit;
    font-size: 0.9375em;
  }
  input {
    inline-size: 100%;
    padding: 2px 40px 2px 10px;
    font-family: var(--_mono);
  }
  input::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  input[aria-invalid="true"] {
    border-color: var(--_ink);
    border-style: dashed;
  }
  :focus-visible {
    outline: 3px solid var(--_guest);
    outline-offset: 2px;
  }
  button {
    padding: 2px 10px;
    cursor: pointer;
  }
  button.clear {
    position: absolute;
    inset-inline-end: 0;
    inline-size: 36px;
    padding: 0;
    border-color: transparent;
    background: none;
    font-size: 1.25em;
  }
  ul {
    position: absolute;
    inset-block-start: calc(100% + 4px);
    inset-inline: 0;
    z-index: 3;
    max-block-size: 20em;
    margin: 0;
    padding: 4px 0;
    overflow-y: auto;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    list-style: none;
  }
  ul[hidden] {
    display: none;
  }
  li {
    display: grid;
    grid-template-columns: minmax(8em, max-content) minmax(0, 1fr) max-content;
    gap: 16px;
    padding: 5px 10px;
    cursor: pointer;
  }
  li:hover {
    background: color-mix(in srgb, var(--_ink) 6%, var(--_paper));
  }
  li[aria-selected="true"] {
    background: color-mix(in srgb, var(--_ink) 10%, var(--_paper));
    box-shadow: inset 3px 0 var(--_ink);
  }
  .word {
    font-family: var(--_mono);
    font-size: 0.9375em;
    overflow-wrap: anywhere;
  }
  .doc,
  .rows {
    color: var(--_muted);
    font-size: 0.875em;
  }
  .doc {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .said {
    grid-column: 2;
    margin: 4px 0 0;
    font-size: 0.9375em;
  }
  .said:empty {
    margin: 0;
  }
  .said,
  .hint {
    line-height: 30px;
  }
  .hint {
    grid-column: 2;
    margin: 4px 0 0;
    overflow: hidden;
    color: var(--_muted);
    font-size: 0.875em;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  kbd {
    font-family: var(--_mono);
  }
  .said button {
    min-block-size: 28px;
  }
  code {
    margin-inline: 8px;
    font-family: var(--_mono);
    white-space: pre-wrap;
  }
  mark {
    background: none;
    color: var(--_ink);
    font-weight: 700;
    text-decoration: underline wavy var(--_boundary);
    text-underline-offset: 0.25em;
  }
  .problem {
    font-weight: 600;
  }
`;
