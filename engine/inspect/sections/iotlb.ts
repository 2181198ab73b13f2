import type { SectionSpec } from "../../history/history-data.ts";
import { hostPhysical } from "../../memory/host-physical.ts";
import { READ, WRITE } from "../../memory/iommu-entry.ts";
import { type Iotlb, IOTLB_WAYS } from "../../memory/iotlb.ts";
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
  const watch = journal.watch(SPEC, () => linesOf(iotlb));
  iotlb.onChange = () => watch.touch();
}

function* linesOf(iotlb: Iotlb): Generator<{ name: string; values: (number | string)[] }> {
  for (let slot = 0; slot < iotlb.entryCount; slot++) {
    const entry = iotlb.entry(slot);
    if (entry === undefined) continue;
    const { domain, first, end, host, rights } = entry;
    const words = `${(rights & READ) === 0 ? "" : "read "}${(rights & WRITE) === 0 ? "" : "write"}`;
    yield {
      name: `set ${Math.floor(slot / IOTLB_WAYS)}, way ${slot % IOTLB_WAYS}`,
      values: [domain, first, end, hostPhysical(host), words.trim()],
    };
  }
}
