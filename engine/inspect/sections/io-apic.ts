import type { SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionOpener } from "../section-opener.ts";

const SPEC: SectionSpec = {
  id: "io-apic",
  title: "IOAPIC pins",
  actor: ACTORS.hardware.code,
  kind: "table",
  cells: [
    {
      name: "vector",
      form: "hex",
      sizeBytes: 1,
      doc: "Vector of the redirection entry; none: masked",
    },
    { name: "asserted", form: "flag", sizeBytes: 0, doc: "Level of the line" },
    {
      name: "remote IRR",
      form: "flag",
      sizeBytes: 0,
      doc: "Accepted, and its EOI has not come yet",
    },
  ],
  source: "Intel 82093AA, 3.2.4 “IOREDTBL”; all pins here are level-triggered",
};

/** The pins that devices drive, if any does. */
export const openIoApic: SectionOpener = ({ machine, journal }) => {
  const pins = [...machine.pins.values()];
  if (pins.length === 0) return;
  const names = pins.map(({ gsi }) => `pin ${gsi}`);
  const watch = journal.watchSection(SPEC, (section) => {
    pins.forEach(({ vector, asserted, remoteIrr }, at) => {
      const name = names[at] as string;
      section.put(name, vector < 0 ? undefined : vector, 0);
      section.put(name, asserted ? 1 : 0, 1);
      section.put(name, remoteIrr ? 1 : 0, 2);
    });
  });
  for (const pin of pins) pin.onChange = () => watch.touch();
};
