import type { CpuProfile } from "../ledger/cpu-profile.ts";
import type { Mode } from "../modes/define.ts";
import type { KnobValues } from "../modes/knob.ts";

/** The knobs of a mode that follow from the CPU, as far as the mode has them; a reader's own go before. */
export function profileKnobs(mode: Mode, { vendor, features }: CpuProfile): KnobValues {
  const knobs = { cpuVendor: vendor, apicv: vendor === "intel" && features.apicv };
  return Object.fromEntries(
    Object.entries(knobs).filter(([name]) => Object.hasOwn(mode.knobs, name)),
  );
}
