import { css } from "lit";

/** Styles of page walks and translated code in `trapline-state`. */
export const walkStyles = css`
  figure {
    margin: 8px 0 16px;
  }
  .steps {
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
  }
  .steps > li {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 17em) 9em minmax(0, 1fr);
    gap: 0 16px;
    margin-inline-start: 16px;
    padding: 8px 0 8px 16px;
    border-inline-start: 2px solid var(--_ink);
  }
  .steps > li::before {
    position: absolute;
    inset-block-start: 14px;
    inset-inline-start: -7px;
    inline-size: 8px;
    block-size: 8px;
    border: 2px solid var(--_ink);
    background: var(--_paper);
    content: "";
  }
  .steps > .result {
    display: block;
  }
  .steps > .result::before {
    border-radius: 50%;
    background: var(--_ink);
  }
  .steps > .fault > strong {
    color: var(--_boundary);
  }
  .steps .index {
    font-family: var(--_mono);
  }
  .steps .bits,
  .steps .clear {
    color: var(--_muted);
    font-size: calc(13px * var(--_scale));
  }
  .steps .set {
    font-size: calc(13px * var(--_scale));
    font-weight: 700;
  }
  .steps .entry button {
    min-block-size: 24px;
    max-inline-size: 100%;
    padding: 0 4px;
    overflow-wrap: anywhere;
  }
  .steps .flags {
    display: block;
  }
  .code td {
    white-space: nowrap;
  }
  .code tr {
    border-block-end: 1px solid var(--_rule);
  }
  .code .executed > td {
    background: color-mix(in srgb, var(--_ink) 9%, transparent);
  }
  .code .executed > td:first-child {
    box-shadow: inset 5px 0 0 var(--_ink);
  }
  .fragment select {
    display: block;
    min-block-size: 32px;
    border: 1px solid var(--_muted);
    border-radius: 3px;
    background: var(--_paper);
    color: var(--_ink);
    font: calc(14px * var(--_scale)) var(--_mono);
  }
  @container (width < 34rem) {
    .steps > li {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
