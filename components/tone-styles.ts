import { css } from "lit";

/**
 * The colours of the look: whose code runs, and the line. A page that sets the variables decides;
 * without them the light or dark set applies, by the element's `color-scheme`.
 */
export const toneStyles = css`
  :host {
    --_paper: var(--paper, light-dark(#fbfaf7, #14161b));
    --_ink: var(--ink, light-dark(#1b1d22, #ecebe6));
    --_muted: var(--muted, light-dark(#5a5f6b, #a6abb6));
    --_rule: var(--rule, light-dark(#d9d6cf, #343943));
    --_guest: var(--guest, light-dark(#1f5fa8, #7fb4f0));
    --_hypervisor: var(--hypervisor, light-dark(#a34a00, #f0a35c));
    --_device-model: var(--device-model, light-dark(#7a3e9d, #c99be6));
    --_host-network: var(--host-network, light-dark(#0b6e6e, #5fc4c0));
    --_hardware: var(--hardware, light-dark(#2f6b1f, #93c97a));
    --_wire: var(--wire, light-dark(#555b66, #b4bac6));
    --_boundary: var(--boundary, light-dark(#b3123a, #ff6f8f));
    --_sans: var(--sans, system-ui, sans-serif);
    --_mono: var(--mono, ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace);
    --_stroke: var(--stroke, 1);
    --_scale: var(--scale, 1);
    color: var(--_ink);
    font-family: var(--_sans);
    font-variant-numeric: tabular-nums;
  }
  .guest {
    --tone: var(--_guest);
  }
  .hypervisor {
    --tone: var(--_hypervisor);
  }
  .device-model {
    --tone: var(--_device-model);
  }
  .host-network {
    --tone: var(--_host-network);
  }
  .hardware {
    --tone: var(--_hardware);
  }
  .wire {
    --tone: var(--_wire);
  }
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (forced-colors: active) {
    :host {
      --_paper: Canvas;
      --_ink: CanvasText;
      --_muted: CanvasText;
      --_rule: GrayText;
      --_guest: CanvasText;
      --_hypervisor: CanvasText;
      --_device-model: CanvasText;
      --_host-network: CanvasText;
      --_hardware: CanvasText;
      --_wire: CanvasText;
      --_boundary: LinkText;
    }
    /* Grounds and shadows are the reader's here: what is chosen has the colours of a selection. */
    :is(
      [aria-pressed="true"],
      [aria-selected="true"]:not([role="row"]),
      [aria-current]:not([aria-current="false"])
    ):not(g) {
      border-color: Highlight !important;
      background: Highlight !important;
      color: HighlightText !important;
      forced-color-adjust: none;
    }
    [aria-disabled="true"] {
      border-style: dashed !important;
      color: GrayText !important;
    }
  }
`;
