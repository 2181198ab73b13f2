import type { Source } from "../cost.ts";

/** The recording of netfront and netback under Xen, for the place `where`. */
export function xenRecording(where: string): Source {
  return {
    cite:
      "Recording xen/xen-pv-netfront: Debian Xen 4.20.4-pre with Linux 6.12.107 in dom0 and in a " +
      "paravirtual guest, QEMU 10.0.13 counting instructions",
    where,
  };
}
