import type { Source } from "../cost.ts";

/** A recording of a NIC driver, by its folder under recordings/device, for the place `where`. */
export function deviceRecording(folder: string, where: string): Source {
  return {
    cite:
      `Recording device/${folder}: Linux 6.12.107's driver on QEMU 10.0.13's model of the NIC, ` +
      "instructions counted",
    where,
  };
}
