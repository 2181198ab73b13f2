import { directAccess } from "../../core/crossing.ts";
import { InputError } from "../../core/input-error.ts";
import type { Nic, NicCrossings } from "../../devices/nic.ts";
import { build8139cp, build8139too } from "../../devices/rtl8139/index.ts";
import { DEFAULT_IDENTITY } from "../../guest/identity.ts";
import { Machine } from "../../machine.ts";
import type { NicScenario, VerifiedNic } from "../verified-nic.ts";

type NicBuilder = (machine: Machine, crossings: NicCrossings) => Nic;

const BUILDERS: ReadonlyMap<string, NicBuilder> = new Map<string, NicBuilder>([
  ["8139cp", build8139cp],
  ["8139too", build8139too],
]);

/**
 * rtl8139 as a recording describes it: INTA# of slot 5 on the recorded machine is IOAPIC pin 10.
 * @throws InputError for a driver that Trapline does not have.
 */
export function verifiedRtl8139(scenario: NicScenario): VerifiedNic {
  const { device, driver, memoryBytes } = scenario;
  const build = BUILDERS.get(driver);
  if (build === undefined) {
    throw new InputError(`manifest.json: field driver is ${driver}, expected 8139cp or 8139too`);
  }
  const mac = device.options.get("mac")?.split(":");
  const identity =
    mac === undefined
      ? DEFAULT_IDENTITY
      : { ...DEFAULT_IDENTITY, mac: Uint8Array.from(mac, (byte) => Number.parseInt(byte, 16)) };
  const machine = new Machine({ guestBytes: memoryBytes, identity });
  return { machine, nic: build(machine, { control: directAccess, doorbell: directAccess }) };
}
