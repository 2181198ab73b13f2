import { css } from "lit";

/** Styles of `trapline-recorded`. */
export const recordedStyles = css`
  p {
    margin: 0 0 8px;
  }
  .problem {
    color: var(--_boundary);
    font-weight: 600;
  }
  .sources,
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
    margin-block-end: 16px;
  }
  button,
  .pick,
  .choice select {
    display: inline-block;
    box-sizing: border-box;
    min-block-size: 36px;
    padding: 5px 12px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    color: var(--_ink);
    font: inherit;
    font-size: 0.9375em;
    cursor: pointer;
  }
  .sources {
    margin-block-start: 16px;
  }
  .choice {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 4px 8px;
    align-items: center;
    max-inline-size: 100%;
  }
  .choice select {
    max-inline-size: 100%;
    padding-inline: 8px;
  }
  button:hover,
  .pick:hover {
    border-color: var(--_ink);
  }
  button[aria-disabled="true"] {
    color: var(--_muted);
    border-color: var(--_rule);
    cursor: default;
  }
  button[aria-pressed="true"] {
    border-color: var(--_ink);
    box-shadow: inset 0 -3px 0 var(--_ink);
  }
  .pick:focus-within {
    outline: 3px solid var(--_guest);
    outline-offset: 2px;
  }
  .dropping {
    outline: 2px dashed var(--_ink);
    outline-offset: 6px;
  }
  .summary {
    font-size: 1.125em;
  }
  .table-scroller {
    margin-block-end: 24px;
    container-type: inline-size;
  }
  .phases caption > span {
    position: sticky;
    inset-inline-start: 0;
    display: block;
    max-inline-size: 100cqi;
  }
  .phases button {
    min-block-size: 28px;
    padding: 2px 8px;
    border-color: transparent;
    background: none;
    text-align: start;
    white-space: nowrap;
  }
  .phases button:hover {
    text-decoration: underline;
  }
  .phases .chosen {
    background: color-mix(in srgb, var(--_ink) 9%, transparent);
    font-weight: 600;
  }
  .apart {
    font-weight: 600;
  }
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: 0 16px;
    margin: 0;
    padding: 0;
    border: 0;
  }
  fieldset label {
    display: flex;
    align-items: center;
    gap: 6px;
    min-block-size: 32px;
  }
  fieldset input {
    inline-size: 18px;
    block-size: 18px;
    margin: 0;
    accent-color: var(--_ink);
  }
  .sentence {
    min-block-size: 2.8em;
    overflow-wrap: anywhere;
  }
  .list {
    block-size: 30rem;
    overflow-y: auto;
    /* Rows come and go above those in view: the place is kept by their height alone. */
    overflow-anchor: none;
    border-block: 1px solid var(--_rule);
    font-size: 0.875em;
  }
  .row {
    display: grid;
    grid-template-columns: 7.5em 3.5em minmax(0, 1fr) minmax(0, 1fr);
    gap: 0 12px;
    align-items: center;
    box-sizing: border-box;
    block-size: var(--_row);
    border-inline-start: 3px solid transparent;
    border-block-end: 1px solid color-mix(in srgb, var(--_rule) 45%, transparent);
    cursor: default;
  }
  .head {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    background: var(--_paper);
    color: var(--_muted);
    border-block-end: 1px solid var(--_rule);
  }
  .row > * {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .text {
    font-family: var(--_mono);
    font-size: 0.9375em;
  }
  .number {
    color: var(--_muted);
    text-align: end;
  }
  .same,
  .moment .text,
  .leftOut .text {
    color: var(--_muted);
  }
  .margin {
    padding-inline-start: 8px;
  }
  .row.apart .margin {
    color: var(--_ink);
    font-weight: 700;
  }
  .row.apart {
    border-inline-start-color: var(--_ink);
    background: color-mix(in srgb, var(--_ink) 5%, transparent);
  }
  .row.mark .recorded {
    font-family: var(--_sans);
    font-weight: 600;
  }
  .row.fold {
    display: block;
    padding: 5px 8px 0;
    color: var(--_muted);
    cursor: pointer;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .row.current {
    background: color-mix(in srgb, var(--_ink) 9%, transparent);
    outline: 2px solid var(--_ink);
    outline-offset: -2px;
  }
  .narrow .row {
    grid-template-columns: 4.75em minmax(0, 1fr);
    grid-template-rows: 1fr 1fr;
    padding-block: 3px;
  }
  .narrow .margin {
    display: none;
  }
  .narrow .row.apart .margin {
    display: block;
    grid-row: 2;
    grid-column: 1;
    padding: 0;
    font-size: 12px;
    line-height: 1.05;
    white-space: normal;
  }
  .narrow .text {
    font-size: 12px;
    letter-spacing: -0.01em;
  }
  .narrow .number {
    grid-row: 1;
    grid-column: 1;
  }
  .narrow .text,
  .narrow .side {
    grid-column: 2;
  }
  .narrow .fold {
    padding-block-start: 16px;
  }
  .rules {
    margin: 0 0 16px;
    padding-inline-start: 1.25em;
    font-size: 0.9375em;
  }
  @media (pointer: coarse) {
    button,
    .pick,
    .phases button,
    fieldset label {
      min-block-size: 44px;
    }
  }
`;
