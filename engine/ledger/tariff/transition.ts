import type { TariffRule } from "./rule.ts";

/** What leaving and entering a guest costs. */
export const TRANSITION_RULES: readonly TariffRule[] = [
  { kind: "vmExit", parts: [{ cost: "vmRoundTrip", times: 0.5 }] },
  { kind: "vmEntry", parts: [{ cost: "vmRoundTrip", times: 0.5 }] },
];
