import { directAccess } from "../../core/crossing.ts";
import { InputError } from "../../core/input-error.ts";
import type { NicCrossings } from "../../devices/nic.ts";
import { build8139cp, build8139too, type Rtl8139Nic } from "../../devices/rtl8139/index.ts";
import { DEFAULT_IDENTITY } from "../../guest/identity.ts";
import { Machine } from "../../machine.ts";
import type { NicScenario, VerifiedNic } from "../verified-nic.ts";

type BuiltNic = ReturnType<typeof build8139cp> | ReturnType<typeof build8139too>;
type NicBuilder = (machine: Machine, crossings: NicCrossings) => BuiltNic;

/** 8139too asks for 32 KiB. */
const BUFFER_BYTES = 32768;

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
  const nic = build(machine, { control: directAccess, doorbell: directAccess });
  const waitingCount = (): number => framesInBuffer(machine, nic) + nic.wire.backlogCount;
  return { machine, nic, waitingCount, readStatistics: () => nic.driver.readStatistics() };
}

/** Frames in 8139too's receive buffer that the driver has not taken, by their headers. */
function framesInBuffer(machine: Machine, nic: Rtl8139Nic): number {
  const block = machine.blocks.get("rx_buffer");
  if (block === undefined) return 0;
  const { readAt, writeAt } = nic.device.chip.receiveBuffer;
  let frames = 0;
  for (let at = readAt; at !== writeAt; frames++) {
    const byteCount = machine.memory.view.getUint32(block.base + at, true) >>> 16;
    at = (at + byteCount + 4 + 3) & ~3 & (BUFFER_BYTES - 1);
  }
  return frames;
}
