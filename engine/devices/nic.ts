import type { AccessCrossing } from "../core/crossing.ts";
import type { NetDevice, NetDriver } from "../guest/net-device.ts";
import type { Wire } from "../host/wire.ts";

/** Who handles a guest's accesses to a NIC. */
export interface NicCrossings {
  /** Slow registers. */
  readonly control: AccessCrossing;
  /** Registers that tell the device of new work. */
  readonly doorbell: AccessCrossing;
  /** Configuration space and the MSI-X table, where they differ from `control`. */
  readonly configuration?: AccessCrossing;
}

/** A NIC as a mode needs it: device and driver are connected and know nothing of each other. */
export interface Nic {
  readonly netDevice: NetDevice;
  readonly driver: NetDriver;
  readonly wire: Wire;
}
