import { InputError } from "../core/input-error.ts";
import { verifiedIgb } from "./nics/igb.ts";
import { verifiedRtl8139 } from "./nics/rtl8139.ts";
import { verifiedVirtioNet } from "./nics/virtio-net.ts";
import { verifiedVmxnet3 } from "./nics/vmxnet3.ts";
import type { NicFactory, NicScenario, VerifiedNic } from "./verified-nic.ts";

/** Device models that can be verified, by QEMU's name. */
export const NICS: Readonly<Record<string, NicFactory>> = {
  rtl8139: verifiedRtl8139,
  "virtio-net-pci": verifiedVirtioNet,
  vmxnet3: verifiedVmxnet3,
  igb: verifiedIgb,
};

/**
 * Builds the NIC of a recording.
 * @throws InputError for a device model that Trapline does not have.
 */
export function buildNic(scenario: NicScenario): VerifiedNic {
  const { model } = scenario.device;
  const factory = Object.hasOwn(NICS, model) ? NICS[model] : undefined;
  if (factory === undefined) {
    const known = Object.keys(NICS).join(", ");
    throw new InputError(`manifest.json: field command has device ${model}, expected ${known}`);
  }
  return factory(scenario);
}
