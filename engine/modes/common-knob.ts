import type { KnobSpec } from "./knob.ts";

/** The local APIC's virtualization, for modes whose interrupts the hypervisor injects. */
export const APICV_KNOB = {
  type: "boolean",
  default: true,
  doc: "APICv: the guest's EOI of an edge-triggered interrupt does not exit",
} as const satisfies KnobSpec;
