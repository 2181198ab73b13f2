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
  const offsets = new Map(REGISTERS.map(({ name, offset = 0 }) => [name, offset]));
  const watch = journal.watchFields(SPEC, (name) =>
    apic.page.getUint32(offsets.get(name) ?? 0, true),
  );
  journal.onWrite(apicPage, PAGE_BYTES, () => watch.touch());
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
