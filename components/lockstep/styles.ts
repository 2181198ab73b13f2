import { css } from "lit";

/** Styles of `trapline-lockstep`. */
export const lockstepStyles = css`
  p,
  ul,
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  button {
    min-block-size: 36px;
    padding: 2px 12px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    color: var(--_ink);
    font: inherit;
    font-size: 0.9375em;
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
  .transport {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .sentence {
    margin-block: 16px 8px;
    font-size: 1.125em;
  }
  .biggest {
    margin-block-end: 24px;
  }
  .columns-1 {
    --_columns: 1;
  }
  .columns-2 {
    --_columns: 2;
  }
  .columns-3 {
    --_columns: 3;
  }
  .columns-4 {
    --_columns: 4;
  }
  .link {
    min-block-size: 28px;
    padding: 0 2px;
    border-color: transparent;
    background: none;
    font-size: 1em;
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .columns {
    display: grid;
    column-gap: 16px;
    grid-template-columns: 11rem repeat(var(--_columns), minmax(0, 1fr));
  }
  .narrow .columns {
    grid-template-columns: repeat(var(--_columns), minmax(0, 1fr));
    column-gap: 8px;
  }
  .narrow .columns > .stage-name {
    grid-column: 1 / -1;
  }
  .heads {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    align-items: end;
    background: var(--_paper);
    border-block-end: 1px solid var(--_rule);
  }
  .captioned .heads {
    position: static;
  }
  .head-name {
    padding-block: 8px 4px;
    overflow-wrap: anywhere;
  }
  .head-name strong {
    display: block;
    font-weight: 600;
  }
  .head-name span {
    color: var(--_muted);
    font-size: 0.875em;
  }
  .letter {
    display: inline-grid;
    place-items: center;
    inline-size: 1.5em;
    block-size: 1.5em;
    margin-inline-end: 6px;
    border: 1px solid var(--_ink);
    border-radius: 50%;
    font-size: 0.8125em;
    font-weight: 600;
  }
  svg .lane-name {
    font-size: calc(12px * var(--_scale));
    fill: var(--tone);
  }
  .stage {
    border-block-end: 1px solid var(--_rule);
  }
  .stage-name {
    padding-block: 6px;
  }
  .stage-name button {
    inline-size: 100%;
    border-color: transparent;
    background: none;
    text-align: start;
    font-weight: 600;
    padding-inline: 8px;
  }
  .stage-name button:hover {
    text-decoration: underline;
  }
  .stage.current > .columns > .stage-name button {
    border-inline-start: 3px solid var(--_ink);
    border-radius: 0;
  }
  .stage.current {
    background: color-mix(in srgb, var(--_ink) 4%, var(--_paper));
  }
  .stage-name small {
    display: block;
    padding-inline: 9px;
    font-size: 0.8125em;
    color: var(--_muted);
  }
  .cell {
    position: relative;
    display: flex;
    align-content: flex-start;
    gap: 4px 12px;
    min-inline-size: 0;
  }
  .thread {
    position: relative;
    flex: none;
  }
  .stacked .cell,
  .captioned .cell {
    flex-wrap: wrap;
  }
  .captioned .rule {
    display: none;
  }
  .rule {
    position: absolute;
    inset: 0 auto 0 0;
    block-size: 100%;
  }
  .stacked .rule {
    display: none;
  }
  .thread .lane {
    stroke: var(--_rule);
    stroke-dasharray: 1 5;
  }
  .cell .line {
    stroke: var(--_boundary);
    stroke-width: calc(4px * var(--_stroke));
  }
  .unlined.cell .line {
    stroke: var(--_rule);
    stroke-width: 1.5;
    stroke-dasharray: 6 6;
  }
  .unlined .thread path.crossing {
    stroke: var(--_muted);
  }
  .thread path {
    fill: none;
    stroke: var(--_muted);
    stroke-width: calc(1.25px * var(--_stroke));
  }
  .thread path.crossing {
    stroke: var(--_boundary);
    stroke-width: calc(1.75px * var(--_stroke));
  }
  .thread .step {
    fill: var(--tone);
  }
  .thread .chosen {
    fill: none;
    stroke: var(--_ink);
    stroke-width: 2;
  }
  .facts {
    flex: 1 1 7.5rem;
    min-inline-size: 0;
    padding-block: 6px;
    font-size: 0.875em;
    overflow-wrap: anywhere;
  }
  .facts li {
    display: inline;
  }
  .facts li + li::before {
    content: " · ";
    font-weight: 400;
  }
  .facts li,
  .at,
  .absent {
    color: var(--_muted);
  }
  .facts .differs {
    color: var(--_ink);
    font-weight: 600;
  }
  .cycles {
    color: var(--_ink);
  }
  .difference {
    padding-block-start: 2px;
    color: var(--_ink);
    font-style: italic;
  }
  .caption {
    flex: 1 0 100%;
    padding-block-start: 8px;
    font-size: 0.875em;
    font-weight: 600;
  }
  .open {
    padding-block: 8px 16px;
  }
  .steps {
    max-block-size: 22rem;
    overflow-y: auto;
    border-block: 1px solid var(--_rule);
  }
  .row {
    display: grid;
    grid-template-columns: 2.5em minmax(0, 1fr);
    gap: 8px;
    inline-size: 100%;
    min-block-size: 28px;
    padding: 3px 4px;
    border-color: transparent;
    border-radius: 0;
    background: none;
    text-align: start;
    font-size: 0.875em;
  }
  .row .number {
    color: var(--_muted);
    text-align: end;
  }
  .row .what {
    overflow-wrap: anywhere;
  }
  .row strong {
    color: var(--tone);
    font-weight: 600;
  }
  .row em {
    font-weight: 600;
    border-block-end: 2px solid var(--_ink);
  }
  .row.chosen {
    background: color-mix(in srgb, var(--_ink) 9%, var(--_paper));
    border-inline-start: 3px solid var(--_ink);
  }
  .total {
    font-weight: 400;
    border-block-end: 0;
  }
  .total .cell {
    padding-inline-start: 0;
  }
  .overlay {
    margin-block: 32px 16px;
  }
  .overlay h3 {
    margin: 0 0 8px;
    font-size: 1em;
    font-weight: 600;
  }
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 20px;
    margin: 0 0 8px;
    padding: 0;
    border: 0;
  }
  fieldset label {
    display: flex;
    align-items: center;
    gap: 6px;
    min-block-size: 28px;
  }
  input {
    accent-color: var(--_ink);
    inline-size: 18px;
    block-size: 18px;
  }
  .plotted {
    display: grid;
    grid-template-columns: 11rem minmax(0, 1fr);
    padding-block-end: 24px;
  }
  .narrow .plotted {
    grid-template-columns: 8rem minmax(0, 1fr);
  }
  .names {
    position: relative;
  }
  .names li {
    display: flex;
    align-items: center;
    block-size: 30px;
    font-size: 0.875em;
    line-height: 1.1;
    padding-inline-end: 8px;
  }
  .grid.current {
    stroke: var(--_ink);
  }
  .run-line {
    fill: none;
    stroke: var(--_ink);
    stroke-width: calc(1.5px * var(--_stroke));
  }
  .point {
    fill: var(--tone);
    stroke: var(--_paper);
    stroke-width: 1;
  }
  svg .run-name {
    font-weight: 700;
  }
  .key svg line {
    stroke: var(--_ink);
    stroke-width: calc(1.5px * var(--_stroke));
  }
  @media (pointer: coarse) {
    button,
    .row,
    fieldset label {
      min-block-size: 44px;
    }
  }
  @media print {
    .transport {
      display: none;
    }
  }
`;
