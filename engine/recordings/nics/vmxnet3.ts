import { directAccess } from "../../core/crossing.ts";
import { InputError } from "../../core/input-error.ts";
import { buildVmxnet3 } from "../../devices/vmxnet3/index.ts";
import { DEFAULT_IDENTITY } from "../../guest/identity.ts";
import { Machine } from "../../machine.ts";
import type { NicScenario, VerifiedNic } from "../verified-nic.ts";

/**
 * vmxnet3 as a recording describes it.
 * @throws InputError for another driver than Linux's.
 */
export function verifiedVmxnet3(scenario: NicScenario): VerifiedNic {
  if (scenario.driver !== "vmxnet3") {
    throw new InputError(
      `manifest.json: field driver is ${scenario.driver}, expected vmxnet3 for this device`,
    );
  }
  const mac = scenario.device.options.get("mac")?.split(":");
  const identity =
    mac === undefined
      ? DEFAULT_IDENTITY
      : { ...DEFAULT_IDENTITY, mac: Uint8Array.from(mac, (byte) => Number.parseInt(byte, 16)) };
  const machine = new Machine({ guestBytes: scenario.memoryBytes, identity });
  const nic = buildVmxnet3(machine, { control: directAccess, doorbell: directAccess });
  nic.netDevice.skbs.smallHeadOffset = scenario.smallHeadOffset;
  return { machine, nic };
}
