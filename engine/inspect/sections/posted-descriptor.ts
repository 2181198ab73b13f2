import type { PostedInterruptDescriptor } from "../../cpu/vtx/posted-interrupt.ts";
import type { CellSpec, SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionContext } from "../section-opener.ts";
import { VectorWords } from "../vector-text.ts";

const DESCRIPTOR_BYTES = 64;

const CELLS: readonly CellSpec[] = [
  {
    name: "PIR",
    form: "text",
    sizeBytes: 32,
    doc: "Posted-interrupt requests: the vectors whose bits are set",
    offset: 0,
  },
  { name: "ON", form: "flag", sizeBytes: 0, doc: "Outstanding notification", offset: 32 },
  { name: "SN", form: "flag", sizeBytes: 0, doc: "Suppress notification", offset: 32 },
  {
    name: "NV",
    form: "hex",
    sizeBytes: 1,
    doc: "Physical vector of the notification: 0xf2 while the vCPU runs, 0xf1 to wake its thread",
    offset: 34,
  },
  {
    name: "NDST",
    form: "decimal",
    sizeBytes: 1,
    doc: "APIC of the CPU that is notified",
    offset: 37,
  },
  { name: "address", form: "hex", sizeBytes: 8, doc: "Machine address of its 64 bytes" },
];

const SPEC: SectionSpec = {
  id: "posted-interrupt-descriptor",
  title: "Posted-interrupt descriptor",
  actor: ACTORS.hypervisor.code,
  kind: "fields",
  cells: CELLS,
  source:
    "Intel SDM vol. 3C, 30.6 “Posted-Interrupt Processing”, table 30-1; Intel VT-d, 9.12 “Posted Interrupt Descriptor (PID)”",
};

/** The vCPU's descriptor, into which the IOMMU or another CPU posts. */
export function openPostedDescriptor(
  { journal }: SectionContext,
  descriptor: PostedInterruptDescriptor,
): void {
  const vectors = new VectorWords((word) => descriptor.pir.word(word));
  const watch = journal.watchSection(SPEC, (section) => {
    section.put("PIR", vectors.text());
    section.put("ON", descriptor.on ? 1 : 0);
    section.put("SN", descriptor.suppressed ? 1 : 0);
    section.put("NV", descriptor.notificationVector);
    section.put("NDST", descriptor.notificationDestination);
    section.put("address", descriptor.address);
  });
  journal.onWrite(descriptor.address, DESCRIPTOR_BYTES, () => watch.touch());
}
