import type { KvmVmcs } from "../../crossings/kvm-vmcs.ts";
import { VIRTUAL_APIC } from "../../cpu/vtx/virtual-apic.ts";
import type { CellSpec, SectionSpec } from "../../history/history-data.ts";
import { PAGE_BYTES } from "../../memory/host-page.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionContext } from "../section-opener.ts";

const REGISTERS: readonly CellSpec[] = [
  register("VTPR", VIRTUAL_APIC.VTPR, "Virtual task priority"),
  register("VPPR", VIRTUAL_APIC.VPPR, "Virtual processor priority: class of what is in service"),
  register("VEOI", VIRTUAL_APIC.VEOI, "Virtual end of interrupt, as it was last written"),
  ...words("VISR", VIRTUAL_APIC.VISR, "Virtual interrupts in service"),
  ...words("VIRR", VIRTUAL_APIC.VIRR, "Virtual interrupts that are requested"),
];

const SPEC: SectionSpec = {
  id: "virtual-apic",
  title: "Virtual-APIC page",
  actor: ACTORS.hypervisor.code,
  kind: "registers",
  cells: REGISTERS,
  source:
    "Intel SDM vol. 3C, 30.1.1 “Virtualized APIC Registers”; registers that nothing here uses are left out",
};

/** The page that stands for the guest's APIC while interrupts are virtualized. */
export function openVirtualApic({ journal }: SectionContext, { apic, apicPage }: KvmVmcs): void {
  const offsets = REGISTERS.map(({ offset = 0 }) => offset);
  const watch = journal.watchFields(
    SPEC,
    (_name, at) => apic.page.getUint32(offsets[at] as number, true),
    true,
  );
  journal.onWrite(apicPage, PAGE_BYTES, (address, byteCount) => {
    const first = address - apicPage;
    for (let at = 0; at < offsets.length; at++) {
      const offset = offsets[at] as number;
      if (offset < first + byteCount && offset + 4 > first) watch.mark(at);
    }
    watch.touch();
  });
}

function register(name: string, offset: number, doc: string): CellSpec {
  return { name, form: "hex", sizeBytes: 4, offset, doc };
}

/** Eight registers of 32 vectors, 16 bytes apart. */
function words(name: string, offset: number, doc: string): CellSpec[] {
  return Array.from({ length: 8 }, (_, word) => {
    const range = `vectors ${32 * word} to ${32 * word + 31}`;
    return register(`${name}${word}`, offset + 16 * word, `${doc}: ${range}`);
  });
}
