import { InputError } from "../core/input-error.ts";
import type { CpuProfile } from "../ledger/cpu-profile.ts";
import type { Mode } from "../modes/define.ts";
import { readKnobs, type KnobValues } from "../modes/knob.ts";
import { profileKnobs } from "../run/profile-knobs.ts";

/**
 * The knobs of a mode on a host with this CPU: what the CPU has, a CPU for the host's side beside
 * the guest's, and what a reader set, as far as the mode has it.
 * @throws InputError when a value is none that the knob takes.
 */
export function knobsOn(mode: Mode, profile: CpuProfile, reader: KnobValues): KnobValues {
  const cpus = mode.knobs["hostCpus"];
  const own = Object.entries(reader).filter(([name]) => Object.hasOwn(mode.knobs, name));
  return readKnobs(mode.id, mode.knobs, {
    ...profileKnobs(mode, profile),
    ...(cpus === undefined ? {} : { hostCpus: Math.max(2, Number(cpus.default)) }),
    ...Object.fromEntries(own),
  });
}

/**
 * Checks that each knob a reader set exists in one of the modes.
 * @throws InputError naming the first that does not.
 */
export function checkKnobNames(modes: readonly Mode[], reader: KnobValues): void {
  for (const name of Object.keys(reader)) {
    if (modes.some((mode) => Object.hasOwn(mode.knobs, name))) continue;
    const ids = modes.map((mode) => mode.id).join(", ");
    throw new InputError(`Knob ${name}: none of the modes ${ids} has such a knob.`);
  }
}
