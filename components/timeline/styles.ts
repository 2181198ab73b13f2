import { css } from "lit";

/** Styles of `trapline-timeline`. */
export const timelineStyles = css`
  :host {
    display: block;
    font-size: calc(16px * var(--_scale));
    line-height: 1.4;
  }
  .palette {
    display: none;
  }
  .palette :is(.guest, .hypervisor, .device-model, .host-network, .hardware, .wire) {
    color: var(--tone);
  }
  .palette .paper {
    color: var(--_paper);
  }
  .palette .ink {
    color: var(--_ink);
  }
  .palette .muted {
    color: var(--_muted);
  }
  .palette .rule {
    color: var(--_rule);
  }
  .palette .boundary {
    color: var(--_boundary);
  }
  .toolbar,
  .choices,
  .followed {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .choices,
  .followed {
    gap: 4px 16px;
    margin-inline-start: 8px;
    font-size: 0.9375em;
  }
  .followed {
    gap: 8px;
  }
  button {
    min-block-size: calc(37px * var(--_scale));
    min-inline-size: calc(37px * var(--_scale));
    padding: 2px 12px;
    font: inherit;
    font-size: 0.9375em;
    color: var(--_ink);
    background: var(--_paper);
    border: 1px solid var(--_muted);
    border-radius: 3px;
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
  label {
    display: flex;
    align-items: center;
    gap: 6px;
    min-block-size: calc(28px * var(--_scale));
    cursor: pointer;
  }
  label.idle {
    color: var(--_muted);
    cursor: default;
  }
  input {
    inline-size: calc(18px * var(--_scale));
    block-size: calc(18px * var(--_scale));
    margin: 0;
    accent-color: var(--_ink);
  }
  .summary {
    min-block-size: 1.4em;
    margin: 6px 0 8px;
    color: var(--_muted);
    font-size: 0.9375em;
  }
  :focus-visible {
    outline: 3px solid var(--_guest);
    outline-offset: 2px;
  }
  .figure {
    position: relative;
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
  }
  svg {
    display: block;
    overflow: visible;
  }
  svg text {
    font-family: var(--_sans);
    font-size: calc(12px * var(--_scale));
    text-anchor: end;
  }
  .lane-name {
    fill: var(--tone);
    font-weight: 600;
  }
  .resource-name {
    fill: var(--_muted);
    font-weight: 400;
  }
  .bracket {
    fill: none;
    stroke: var(--_muted);
    stroke-width: calc(1px * var(--_stroke));
  }
  .overview {
    position: relative;
    grid-column: 2;
    margin-block-end: 8px;
    touch-action: none;
    cursor: crosshair;
  }
  .overview svg {
    position: absolute;
    inset: 0;
  }
  .shade {
    fill: color-mix(in srgb, var(--_paper) 62%, transparent);
  }
  .window {
    fill: transparent;
    stroke: var(--_ink);
    stroke-width: calc(1.5px * var(--_stroke));
    cursor: grab;
  }
  .grip {
    fill: var(--_ink);
    cursor: ew-resize;
  }
  .plot {
    position: relative;
    overflow: hidden;
    touch-action: pan-y;
    cursor: crosshair;
    user-select: none;
  }
  .plot canvas,
  .overview canvas {
    display: block;
  }
  .plot .selection {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  .tip {
    position: absolute;
    z-index: 2;
    inset: 0 auto auto 0;
    max-inline-size: min(28rem, 80%);
    padding: 4px 8px;
    color: var(--_ink);
    background: var(--_paper);
    border: 1px solid var(--_muted);
    border-radius: 3px;
    font-size: 0.875em;
    pointer-events: none;
  }
  .tip[hidden] {
    display: none;
  }
  .hint {
    margin: 8px 0 0;
    color: var(--_muted);
    font-size: 0.875em;
  }
  kbd {
    font-family: var(--_mono);
    color: var(--_ink);
  }
  .key {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 20px;
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
    color: var(--_muted);
    font-size: 0.875em;
  }
  .key li {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .key svg {
    flex: none;
  }
  .key .mark {
    fill: var(--_muted);
  }
  .key .mark.hollow {
    fill: var(--_paper);
    stroke: var(--_muted);
    stroke-width: 1.6px;
  }
  .key .busy {
    fill: var(--_guest);
  }
  .key .waits {
    fill: color-mix(in srgb, var(--_guest) 16%, var(--_paper));
    stroke: color-mix(in srgb, var(--_guest) 55%, var(--_paper));
  }
  .key .line {
    stroke: var(--_boundary);
    stroke-width: 2.5px;
  }
  .key .thread {
    fill: none;
    stroke: var(--_ink);
    stroke-width: 1.75px;
  }
  .key .assumed {
    fill: none;
    stroke: var(--_muted);
    stroke-width: 1px;
  }
  summary {
    padding: 6px 0;
    cursor: pointer;
  }
  .table-scroller {
    overflow: auto;
    max-block-size: 28rem;
    margin-block-end: 16px;
  }
  th,
  td {
    padding-block: 3px;
  }
  tfoot :is(th, td) {
    font-weight: 600;
  }
  .whose {
    color: var(--tone);
    font-weight: 600;
  }
  .rows button {
    min-block-size: 28px;
    padding: 0 8px;
    border-color: transparent;
  }
  .rows .current {
    background: color-mix(in srgb, var(--_ink) 9%, transparent);
  }
  @media (pointer: coarse) {
    button {
      min-block-size: 44px;
      min-inline-size: 44px;
    }
    label {
      min-block-size: 44px;
    }
  }
  @media (forced-colors: active) {
    canvas,
    .overview svg {
      forced-color-adjust: none;
    }
    /* Patterns are actors' here, and the tables tell what is assumed. */
    .key .hatched {
      display: none;
    }
  }
  @media print {
    .toolbar,
    .hint {
      display: none;
    }
  }
`;
