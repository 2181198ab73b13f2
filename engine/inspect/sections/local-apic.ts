import type { SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionOpener } from "../section-opener.ts";
import { VectorWords } from "../vector-text.ts";

const SPEC: SectionSpec = {
  id: "local-apic",
  title: "Local APIC",
  actor: ACTORS.hardware.code,
  kind: "fields",
  cells: [
    { name: "IRR", form: "text", sizeBytes: 32, doc: "Requested vectors" },
    { name: "ISR", form: "text", sizeBytes: 32, doc: "Vectors in service" },
    {
      name: "PPR",
      form: "hex",
      sizeBytes: 1,
      doc: "Processor priority: class of the highest vector in service, as the task priority is 0",
    },
  ],
  source:
    "Intel SDM vol. 3A, 11.8.4 “Interrupt Acceptance for Fixed Interrupts”; other registers are not modelled",
};

/** The guest's local APIC: of the CPU itself, or as the hypervisor models it. */
export const openLocalApic: SectionOpener = ({ machine, journal }) => {
  const { apic } = machine.vcpu;
  const requested = new VectorWords((word) => apic.requestedWord(word));
  const inService = new VectorWords((word) => apic.inServiceWord(word));
  const watch = journal.watchSection(SPEC, (section) => {
    section.put("IRR", requested.text());
    section.put("ISR", inService.text());
    section.put("PPR", Math.max(0, apic.highestInService) & 0xf0);
  });
  apic.onChange = () => watch.touch();
};
