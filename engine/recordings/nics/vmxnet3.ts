import { InputError } from "../../core/input-error.ts";
import type { NicScenario, VerifiedNic } from "../verified-nic.ts";

/** vmxnet3 as a recording describes it. */
export function verifiedVmxnet3(scenario: NicScenario): VerifiedNic {
  throw new InputError(`${scenario.device.model}: cannot be verified yet`);
}
