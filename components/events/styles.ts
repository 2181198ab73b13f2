import { css } from "lit";

/** Styles of `trapline-events`. */
export const eventsStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    block-size: var(--events-block-size, 32rem);
    min-block-size: 16rem;
    font-size: calc(16px * var(--_scale));
    line-height: 1.4;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin-block: 4px 8px;
  }
  .bar p {
    margin: 0 8px 0 0;
  }
  .whole {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-inline-start: auto;
  }
  button {
    min-block-size: calc(32px * var(--_scale));
    padding: 2px 10px;
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
  button[aria-pressed="true"] {
    border-color: var(--_ink);
    box-shadow: inset 0 -3px var(--_ink);
  }
  :focus-visible {
    outline: 3px solid var(--_guest);
    outline-offset: 2px;
  }
  .list {
    display: flex;
    flex: 1;
    min-block-size: 0;
    /* Whatever height the page leaves it: a list as high as its rows would draw a million of them. */
    max-block-size: 100vh;
    border-block: 1px solid var(--_rule);
  }
  .viewport {
    position: relative;
    flex: 1;
    min-inline-size: 0;
    overflow-x: hidden;
    overflow-y: scroll;
    overflow-anchor: none;
  }
  .viewport:focus-visible {
    outline-offset: -3px;
  }
  canvas {
    flex: none;
    inline-size: 14px;
    block-size: 100%;
    border-inline-start: 1px solid var(--_rule);
    color: var(--_muted);
    outline-color: var(--_ink);
    cursor: pointer;
  }
  .rows {
    position: sticky;
    inset-block-start: calc(28px * var(--_scale));
    overflow: hidden;
  }
  .line {
    display: grid;
    grid-template-columns: 6em 7.5em 6.5em 9em minmax(0, 1fr) 4em 6.5em;
    column-gap: 12px;
    align-items: center;
    box-sizing: border-box;
    block-size: var(--_row, 28px);
    padding-inline: 12px 8px;
    border-block-end: 1px solid color-mix(in srgb, var(--_rule) 55%, transparent);
    font-size: 0.9375em;
    cursor: pointer;
  }
  .line > * {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .head.line {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    block-size: calc(28px * var(--_scale));
    border-block-end-color: var(--_muted);
    background: var(--_paper);
    color: var(--_muted);
    cursor: default;
  }
  .head > * {
    font-size: 0.9333em;
  }
  .head .who {
    padding-inline-start: 14px;
  }
  .number,
  .time,
  .duration,
  .packet,
  .cost {
    text-align: end;
  }
  .number,
  .duration,
  .packet {
    color: var(--_muted);
  }
  .line:not(.head) > :is(.number, .time, .duration, .packet, .cost) {
    font-family: var(--_mono);
    font-size: 0.9333em;
  }
  .line:not(.head) .who {
    padding-inline-start: 10px;
    border-inline-start: calc(4px * var(--_stroke)) solid var(--tone);
    color: var(--tone);
  }
  .what {
    padding-inline-start: calc(var(--_depth, 0) * var(--_indent, 14px));
  }
  .depth-1 {
    --_depth: 1;
  }
  .depth-2 {
    --_depth: 2;
  }
  .depth-3 {
    --_depth: 3;
  }
  .depth-4 {
    --_depth: 4;
  }
  .depth-5 {
    --_depth: 5;
  }
  .depth-6 {
    --_depth: 6;
  }
  .line:not(.head):hover {
    background: color-mix(in srgb, var(--_ink) 5%, var(--_paper));
  }
  .line.faint > * {
    color: var(--_muted);
    font-style: italic;
  }
  .line.selected {
    background: color-mix(in srgb, var(--_ink) 10%, var(--_paper));
    box-shadow: inset 4px 0 var(--_ink);
    font-weight: 600;
  }
  .narrow .line {
    grid-template-columns:
      calc(max(3, var(--_number, 7)) * 0.6em) calc(max(7, var(--_time, 9)) * 0.6em) minmax(0, 1fr)
      max-content;
  }
  .narrow .line:not(.head) {
    grid-template-areas: "number time who cost" "what what what what";
    grid-template-rows: auto minmax(0, 1fr);
    align-items: start;
    padding-block: 4px;
  }
  .narrow .line:not(.head) .what {
    grid-area: what;
    --_indent: 8px;
  }
  .narrow .what.long {
    font-size: 0.87em;
  }
  .slim .line:not(.head) .what > span {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    line-height: 1.3;
    white-space: normal;
  }
  .narrow :is(.duration, .packet),
  .narrow .head .what {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    clip-path: inset(50%);
  }
  .none {
    margin: 8px 0;
    color: var(--_muted);
  }
  @media (forced-colors: active) {
    .line.selected {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
