import type { CellSpec, SectionSpec } from "../../history/history-data.ts";
import { hostPhysical } from "../../memory/host-physical.ts";
import type { Iommu } from "../../memory/iommu.ts";
import { ADDRESS_WIDTH_48, addressOf, DOMAIN_SHIFT } from "../../memory/iommu-entry.ts";
import { ACTORS } from "../../trace/actor.ts";
import { requesterText } from "../interrupt-walk.ts";
import type { SectionOpener } from "../section-opener.ts";
import { openInterruptRemapping } from "./interrupt-remapping.ts";
import { openInvalidationQueue } from "./invalidation-queue.ts";
import { openIotlb } from "./iotlb.ts";

const HARDWARE = ACTORS.hardware.code;
const hexAddress = (name: string, doc: string): CellSpec => ({
  name,
  form: "hex",
  sizeBytes: 8,
  doc,
});
const count = (name: string, doc: string): CellSpec => ({
  name,
  form: "decimal",
  sizeBytes: 0,
  doc,
});

const UNIT: SectionSpec = {
  id: "iommu",
  title: "IOMMU",
  actor: HARDWARE,
  kind: "fields",
  cells: [
    hexAddress("RTADDR", "Host-physical address of the root table"),
    hexAddress("IRTA", "Host-physical address of the interrupt-remapping table"),
    hexAddress("IQA", "Host-physical address of the invalidation queue"),
    count("IQH", "Descriptor that the hardware looks at next"),
    count("IQT", "Where the driver puts the next descriptor"),
    {
      name: "PPF",
      form: "flag",
      sizeBytes: 0,
      doc: "Primary pending fault: a record waits to be read",
    },
    count("IOTLB hits", "Requests whose translation the IOTLB had"),
    count("IOTLB misses", "Requests for which the tables were walked"),
    count("faults", "Requests refused so far"),
    hexAddress("end of memory", "Host-physical address behind the last byte of RAM"),
  ],
  source: "Intel VT-d, 11.4 “Register Descriptions”; counts are the model's",
};

const CONTEXTS: SectionSpec = {
  id: "iommu-contexts",
  title: "IOMMU contexts",
  actor: HARDWARE,
  kind: "table",
  cells: [
    {
      name: "requester",
      form: "hex",
      sizeBytes: 2,
      doc: "Bus in bits 15:8, device and function in 7:0",
    },
    count("domain", "Domain identifier"),
    hexAddress("tables", "Host-physical address of the second-level tables"),
    { name: "48-bit", form: "flag", sizeBytes: 0, doc: "Address width: tables of four levels" },
    { name: "cached", form: "flag", sizeBytes: 0, doc: "The context cache has the entry" },
  ],
  source: "Intel VT-d, 9.3 “Context Entry”",
};

const DOMAINS: SectionSpec = {
  id: "iommu-domains",
  title: "IOMMU domains",
  actor: ACTORS.hypervisor.code,
  kind: "table",
  cells: [
    hexAddress("tables", "Host-physical address of the top second-level table"),
    count("pages of tables", "Second-level tables, the top one among them"),
  ],
  source: "Intel VT-d, 9.8 “Second-Stage Paging Entries”; drivers/iommu/intel/iommu.c",
};

/** What each line of the unit is, in its order. */
const UNIT_VALUES: Readonly<Record<string, (iommu: Iommu) => number>> = {
  RTADDR: ({ rootTable }) => hostPhysical(rootTable),
  IRTA: ({ interrupts }) => hostPhysical(interrupts.table),
  IQA: ({ queue }) => hostPhysical(queue.base),
  IQH: ({ queue }) => queue.head,
  IQT: ({ queue }) => queue.tail,
  PPF: ({ faults }) => (faults.pending ? 1 : 0),
  "IOTLB hits": ({ iotlb }) => iotlb.hitCount,
  "IOTLB misses": ({ iotlb }) => iotlb.missCount,
  faults: ({ faults }) => faults.count,
  "end of memory": ({ memory }) => hostPhysical(memory.bytes.length),
};

/** The remapping unit, what it is programmed with, and what it has cached. */
export const openIommu: SectionOpener = (context) => {
  const { machine, journal } = context;
  const iommu = machine.iommuInUse;
  if (iommu === undefined) return;
  const values = UNIT.cells.map(({ name }) => UNIT_VALUES[name]);
  const unit = journal.watchFields(UNIT, (_name, at) => values[at]?.(iommu));
  const contexts = journal.watch(CONTEXTS, () => contextLines(iommu));
  const domains = journal.watch(DOMAINS, () =>
    [...iommu.domains].map(([id, domain]) => ({
      name: `domain ${id}`,
      values: [hostPhysical(domain.root), domain.tableCount],
    })),
  );
  iommu.iotlb.onLookup = () => unit.touch();
  iommu.faults.onChange = () => unit.touch();
  iommu.onChange = () => contexts.touch();
  openIotlb(context, iommu.iotlb);
  openInterruptRemapping(context, iommu.interrupts);
  openInvalidationQueue(context, iommu.queue, () => {
    unit.touch();
    domains.touch();
  });
};

function contextLines(iommu: Iommu): { name: string; values: number[] }[] {
  const { view } = iommu.memory;
  return iommu.contexts.map((requester) => {
    const at = iommu.contextAddress(requester);
    const third = view.getUint32(at + 8, true);
    return {
      name: requesterText(requester),
      values: [
        requester,
        (third >>> DOMAIN_SHIFT) & 0xffff,
        addressOf(view.getUint32(at, true), view.getUint32(at + 4, true)),
        (third & 7) === ADDRESS_WIDTH_48 ? 1 : 0,
        iommu.hasContext(requester) ? 1 : 0,
      ],
    };
  });
}
