import type { SectionSpec } from "../../history/history-data.ts";
import type { JournalSection } from "../../history/journal-section.ts";
import { PAGE_BYTES } from "../../memory/host-page.ts";
import {
  GRANULARITY,
  INVALIDATE,
  type InvalidationQueue,
} from "../../memory/invalidation-queue.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionContext } from "../section-opener.ts";

const DESCRIPTOR_BYTES = 16;
const TYPES: Readonly<Record<number, string>> = {
  [INVALIDATE.context]: "context cache",
  [INVALIDATE.iotlb]: "IOTLB",
  [INVALIDATE.interruptEntry]: "interrupt entry cache",
  [INVALIDATE.wait]: "wait",
};
const GRANULARITIES: Readonly<Record<number, string>> = {
  [GRANULARITY.global]: "global",
  [GRANULARITY.domain]: "domain",
  [GRANULARITY.selective]: "selective",
};

const SPEC: SectionSpec = {
  id: "invalidation-queue",
  title: "Invalidation queue",
  actor: ACTORS.hypervisor.code,
  kind: "table",
  cells: [
    {
      name: "type",
      form: "text",
      sizeBytes: 0,
      doc: "What is to be forgotten; wait: write the status",
    },
    {
      name: "granularity",
      form: "text",
      sizeBytes: 0,
      doc: "Of what: all, a domain, some pages or a device",
    },
    { name: "low", form: "hex", sizeBytes: 8, doc: "The descriptor's first 64 bits" },
    { name: "high", form: "hex", sizeBytes: 8, doc: "The descriptor's second 64 bits" },
  ],
  source: "Intel VT-d, 6.5.2 “Queued Invalidation Interface”",
};

/** The descriptors that stand in the queue, done or not; `changed` hears of each. */
export function openInvalidationQueue(
  { machine, journal }: SectionContext,
  queue: InvalidationQueue,
  changed: () => void,
): void {
  const { view } = machine.memory;
  const marks = new Uint8Array(PAGE_BYTES / DESCRIPTOR_BYTES).fill(1);
  const watch = journal.watchSection(SPEC, (section) => {
    for (let index = 0; index < marks.length; index++) {
      if (marks[index] === 0) continue;
      marks[index] = 0;
      putDescriptor(section, view, queue.base, index);
    }
  });
  journal.onWrite(queue.base, PAGE_BYTES, (address, byteCount) => {
    const first = Math.max(0, Math.floor((address - queue.base) / DESCRIPTOR_BYTES));
    const end = Math.min(PAGE_BYTES, address + byteCount - queue.base) / DESCRIPTOR_BYTES;
    for (let index = first; index < end; index++) marks[index] = 1;
  });
  queue.onChange = () => {
    watch.touch();
    changed();
  };
}

/** A descriptor that is not there yet is all zeros; once written, it stays. */
function putDescriptor(section: JournalSection, view: DataView, base: number, index: number): void {
  const at = base + index * DESCRIPTOR_BYTES;
  const low = view.getBigUint64(at, true);
  if (low === 0n) return;
  const isWait = Number(low & 0xfn) === INVALIDATE.wait;
  const granularity = isWait ? "" : (GRANULARITIES[Number((low >> 4n) & 3n)] ?? "reserved");
  const name = `descriptor ${index}`;
  section.put(name, TYPES[Number(low & 0xfn)] ?? "reserved", 0);
  section.put(name, granularity, 1);
  section.put(name, low, 2);
  section.put(name, view.getBigUint64(at + 8, true), 3);
}
