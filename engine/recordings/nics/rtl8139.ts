import { InputError } from "../../core/input-error.ts";
import type { NicScenario, VerifiedNic } from "../verified-nic.ts";

/** rtl8139 as a recording describes it. */
export function verifiedRtl8139(scenario: NicScenario): VerifiedNic {
  throw new InputError(`${scenario.device.model}: cannot be verified yet`);
}
