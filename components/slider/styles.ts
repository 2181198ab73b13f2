import { css } from "lit";

/** Styles of `trapline-slider`. */
export const sliderStyles = css`
  :host {
    display: block;
  }
  label {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
  }
  input {
    accent-color: var(--guest, #1f5fa8);
    inline-size: 16rem;
    max-inline-size: 100%;
  }
  output {
    font-family: var(--mono, monospace);
    font-variant-numeric: tabular-nums;
  }
`;
