import { css } from "lit";

/** Patterns by what a byte is for, and marks; shared with the key. */
export const byteStyles = css`
  .ring {
    border-block-end: 3px solid var(--tone);
  }
  .structure {
    border-block-end: 3px dotted var(--tone);
  }
  .buffer {
    border-block-end: 3px dashed var(--tone);
  }
  .frame {
    border-block-end: 3px double var(--tone);
    background: color-mix(in srgb, var(--tone) 14%, transparent);
  }
  .table {
    border-block-end: 3px double var(--tone);
  }
  .host {
    border-block-end: 1px solid var(--tone);
  }
  .kernel {
    border-block-end: 1px dotted var(--tone);
  }
  .written {
    box-shadow: inset 0 1px 0 var(--_ink);
  }
  .changed {
    font-weight: 700;
    box-shadow: inset 0 3px 0 var(--_ink);
  }
  .hit {
    outline: 1px solid var(--_ink);
    outline-offset: -1px;
  }
  .none {
    --tone: var(--_muted);
  }
`;

/** Styles of `trapline-hex`. */
export const hexStyles = [
  byteStyles,
  css`
    :host {
      display: block;
      font: calc(14px * var(--_scale)) / 24px var(--_mono);
    }
    .view {
      display: flex;
      gap: 4px;
    }
    .grid {
      flex: 0 1 auto;
      overflow-x: auto;
      touch-action: pan-x;
    }
    [role="row"] {
      display: flex;
      inline-size: max-content;
    }
    [role="rowheader"] {
      padding-inline-end: 12px;
      color: var(--_muted);
    }
    .byte {
      box-sizing: border-box;
      inline-size: 24px;
      block-size: 24px;
      line-height: 24px;
      text-align: center;
      cursor: pointer;
    }
    .byte:nth-child(9) {
      margin-inline-end: 8px;
    }
    .unused {
      color: var(--_muted);
    }
    .lit {
      background: var(--_ink);
      color: var(--_paper);
    }
    .byte:focus-visible {
      z-index: 1;
      outline: 3px solid var(--_guest);
      outline-offset: 0;
    }
    .characters {
      padding-inline-start: 12px;
      color: var(--_muted);
      white-space: pre;
    }
    .characters span {
      border: 0;
      box-shadow: none;
    }
    .position {
      flex: none;
      writing-mode: vertical-lr;
      align-self: stretch;
      width: 24px;
      margin: 0;
      accent-color: var(--_ink);
    }
    .position:focus-visible {
      outline: 3px solid var(--_guest);
    }
    @media (forced-colors: active) {
      .lit {
        background: Highlight;
        color: HighlightText;
        forced-color-adjust: none;
      }
      .written {
        border-block-start: 1px solid CanvasText;
      }
      .changed {
        border-block-start: 3px solid CanvasText;
      }
    }
  `,
];
