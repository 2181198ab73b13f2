import { Kvm } from "../../crossings/kvm.ts";
import type { SectionSpec } from "../../history/history-data.ts";
import { machineAddress } from "../../memory/host-physical.ts";
import { ACTORS } from "../../trace/actor.ts";
import { type GuestRange, guestRanges } from "../guest-range.ts";
import type { SectionOpener } from "../section-opener.ts";
import { pageText } from "../table-entry.ts";

const CELLS: SectionSpec["cells"] = [
  { name: "end", form: "hex", sizeBytes: 8, doc: "First guest-physical address behind it" },
  { name: "page", form: "text", sizeBytes: 0, doc: "Size of the pages that map it" },
  {
    name: "host",
    form: "hex",
    sizeBytes: 8,
    doc: "Host-physical address of its first byte; none for a mark",
  },
  { name: "is", form: "text", sizeBytes: 0, doc: "What an access there comes to" },
];

/** The guest's memory map as the processor's tables have it: ranges of pages that are alike. */
export const openGuestMapping: SectionOpener = ({ machine, journal }) => {
  const { host } = machine;
  if (!(host instanceof Kvm)) return;
  const amd = host.options.vendor === "amd";
  const spec: SectionSpec = {
    id: "guest-mapping",
    title: amd ? "Nested page tables" : "Extended page tables",
    actor: ACTORS.hypervisor.code,
    kind: "table",
    cells: CELLS,
    source: amd
      ? "AMD64 APM vol. 2, 15.25 “Nested Paging”"
      : "Intel SDM vol. 3C, 29.3.2 “EPT Translation Mechanism”",
  };
  const { view } = machine.memory;
  const read = (address: number): bigint => view.getBigUint64(machineAddress(address), true);
  const { pointer } = host.mapping;
  journal.watch(spec, () => guestRanges(read, pointer, amd).map(lineOf));
};

function lineOf(range: GuestRange): { name: string; values: (number | string | undefined)[] } {
  const { first, end, pageBytes, host, marked } = range;
  const name = `0x${first.toString(16).padStart(8, "0")}`;
  const is = marked ? "no memory: an access exits" : "mapped: an access goes on";
  return { name, values: [end, pageText(pageBytes), marked ? undefined : host, is] };
}
