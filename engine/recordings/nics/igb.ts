import { InputError } from "../../core/input-error.ts";
import type { NicScenario, VerifiedNic } from "../verified-nic.ts";

/** igb as a recording describes it. */
export function verifiedIgb(scenario: NicScenario): VerifiedNic {
  throw new InputError(`${scenario.device.model}: cannot be verified yet`);
}
