import { InputError } from "../core/input-error.ts";
import { VIRTUAL_FUNCTIONS_MAX } from "../host/nic-switch.ts";
import type { CpuFeatures, CpuProfile } from "../ledger/cpu-profile.ts";
import type { Mode } from "../modes/define.ts";
import { checkFrames } from "../run/frame-check.ts";

/** What a mode is wanted for. */
export interface Demand {
  readonly profile: CpuProfile;
  readonly vms: number;
  /** Frames that it is to carry, without FCS. */
  readonly frames: readonly Uint8Array[];
}

/** What a part lacks, in words. */
const LACKS: Readonly<Record<keyof CpuFeatures, string>> = {
  nestedPaging: "has no EPT or nested paging",
  apicv: "has no APICv or AVIC",
  postedInterrupts: "cannot post interrupts from its IOMMU to a running vCPU",
  iommu: "has no VT-d or AMD-Vi, without which a guest's NIC could write anywhere",
};

/** Why a mode is not possible, in one sentence; undefined when it is. */
export function whyNot(mode: Mode, { profile, vms, frames }: Demand): string | undefined {
  const missing = mode.needs?.find((feature) => !profile.features[feature]);
  if (missing !== undefined) return `The ${profile.title} ${LACKS[missing]}.`;
  if (mode.id === "native" && vms > 1) {
    return `It is one system on the hardware itself, not ${vms} guests.`;
  }
  if (mode.id.startsWith("vf-") && vms > VIRTUAL_FUNCTIONS_MAX) {
    return (
      `A port of the 82576 has ${VIRTUAL_FUNCTIONS_MAX} virtual functions for guests, ` +
      `fewer than ${vms}.`
    );
  }
  try {
    checkFrames(mode, frames);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return undefined;
}
