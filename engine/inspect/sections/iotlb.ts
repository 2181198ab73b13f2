import type { SectionSpec } from "../../history/history-data.ts";
import type { JournalSection } from "../../history/journal-section.ts";
import { hostPhysical } from "../../memory/host-physical.ts";
import { READ, WRITE } from "../../memory/iommu-entry.ts";
import { type Iotlb, IOTLB_WAYS, type IotlbEntry } from "../../memory/iotlb.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionContext } from "../section-opener.ts";

const SPEC: SectionSpec = {
  id: "iotlb",
  title: "IOTLB",
  actor: ACTORS.hardware.code,
  kind: "table",
  cells: [
    { name: "domain", form: "decimal", sizeBytes: 0, doc: "Domain identifier that tags the entry" },
    { name: "first", form: "hex", sizeBytes: 8, doc: "First device address (IOVA) of the page" },
    { name: "end", form: "hex", sizeBytes: 8, doc: "First device address behind it" },
    { name: "host", form: "hex", sizeBytes: 8, doc: "Host-physical address of its first byte" },
    {
      name: "rights",
      form: "text",
      sizeBytes: 0,
      doc: "What the tables allowed when they were read",
    },
  ],
  source:
    "Intel VT-d, 6.2.4 “IOTLB”; 64 entries in 4 ways are the model's, the specification leaves it open",
};

/** The translations that the IOMMU has cached: a line for each entry in use, by set and way. */
export function openIotlb({ journal }: SectionContext, iotlb: Iotlb): void {
  const marks = new Uint8Array(iotlb.entryCount).fill(1);
  const names = Array.from(marks, (_, slot) => nameOf(slot));
  const watch = journal.watchSection(SPEC, (section) => {
    // Entries that are gone come behind those that are there.
    for (let slot = 0; slot < marks.length; slot++) {
      const entry = marks[slot] === 0 ? undefined : iotlb.entry(slot);
      if (entry === undefined) continue;
      marks[slot] = 0;
      put(section, names[slot] as string, entry);
    }
    for (let slot = 0; slot < marks.length; slot++) {
      if (marks[slot] === 1) section.remove(names[slot] as string);
      marks[slot] = 0;
    }
  });
  iotlb.onChange = (slot) => {
    marks[slot] = 1;
    watch.touch();
  };
}

function nameOf(slot: number): string {
  return `set ${Math.floor(slot / IOTLB_WAYS)}, way ${slot % IOTLB_WAYS}`;
}

function put(section: JournalSection, name: string, entry: IotlbEntry): void {
  const { domain, first, end, host, rights } = entry;
  const words = `${(rights & READ) === 0 ? "" : "read "}${(rights & WRITE) === 0 ? "" : "write"}`;
  section.put(name, domain, 0);
  section.put(name, first, 1);
  section.put(name, end, 2);
  section.put(name, hostPhysical(host), 3);
  section.put(name, words.trim(), 4);
}
