import type { SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionOpener } from "../section-opener.ts";

const SPEC: SectionSpec = {
  id: "device-windows",
  title: "Device windows",
  actor: ACTORS.hardware.code,
  kind: "table",
  cells: [
    { name: "space", form: "text", sizeBytes: 0, doc: "Memory (MMIO) or ports" },
    {
      name: "base",
      form: "hex",
      sizeBytes: 8,
      doc: "Physical address or port of the first byte, as its driver sees it",
    },
    { name: "bytes", form: "decimal", sizeBytes: 0, doc: "Size of the region in bytes" },
    {
      name: "driver",
      form: "text",
      sizeBytes: 0,
      doc: "Whose driver reaches it: the guest's or the host's",
    },
    {
      name: "way",
      form: "text",
      sizeBytes: 0,
      doc: "Whether accesses reach the device, or somebody else handles them",
    },
  ],
  source: "PCI Local Bus 3.0, 6.2.5 “Base Addresses”",
};

/** Where drivers see the registers of devices. */
export const openDeviceWindows: SectionOpener = ({ machine, journal }) => {
  if (machine.windows.size === 0) return;
  journal.watch(SPEC, () =>
    [...machine.windows.values()].map(({ name, space, base, byteCount, owner, direct }) => ({
      name,
      values: [space, base, byteCount, owner, direct ? "direct" : "handled"],
    })),
  );
};
