import { TranslatedInterrupt } from "../../crossings/translated-interrupt.ts";
import type { TranslatedSites } from "../../crossings/translated-site.ts";
import type { CellSpec, CellValue, SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import { fragmentLines, FRAGMENT_CELLS } from "../fragment-line.ts";
import type { SectionOpener } from "../section-opener.ts";
import { openHostedWorld } from "./hosted-world.ts";

const VMM = ACTORS.hypervisor.code;
const ARTICLE =
  "Adams and Agesen, “A Comparison of Software and Hardware Techniques for x86 Virtualization” (ASPLOS 2006), 3";

const CACHE: SectionSpec = {
  id: "translation-cache",
  title: "Translation cache",
  actor: VMM,
  kind: "table",
  cells: FRAGMENT_CELLS,
  source: `${ARTICLE}; the guest code is the driver's register accessors`,
};

const SITES: SectionSpec = {
  id: "translated-sites",
  title: "Places that reach devices",
  actor: VMM,
  kind: "table",
  cells: [
    { name: "space", form: "text", sizeBytes: 0, doc: "Memory, ports or configuration space" },
    {
      name: "address",
      form: "hex",
      sizeBytes: 4,
      doc: "Physical address or port that it accesses",
    },
    { name: "bytes", form: "decimal", sizeBytes: 0, doc: "Width of the access" },
    { name: "direction", form: "text", sizeBytes: 0, doc: "Load or store, IN or OUT" },
    {
      name: "reaches the VMM by",
      form: "text",
      sizeBytes: 0,
      doc: "A callout, once it was translated so; a hidden page fault before; none while it has not run",
    },
  ],
  source: `${ARTICLE}.3 “Adaptive binary translation”`,
};

const register = (name: string, doc: string): CellSpec => ({
  name,
  form: "hex",
  sizeBytes: 8,
  doc,
});
const CPU: SectionSpec = {
  id: "virtual-cpu",
  title: "Virtual CPU of the VMM",
  actor: VMM,
  kind: "fields",
  cells: [
    register("RIP", "Where the guest believes to be"),
    register("RSP", "Stack pointer"),
    register("RAX", "Value loaded, or IN's"),
    register("RDX", "Port of IN and OUT"),
    register("RSI", "Address of a store"),
    register("RDI", "Address of a load, value of a store"),
    register("RFLAGS", "Flags, with the virtual IF and IOPL"),
    {
      name: "virtual IF",
      form: "flag",
      sizeBytes: 0,
      doc: "Interrupt flag that translated code works on",
    },
    { name: "ring", form: "decimal", sizeBytes: 0, doc: "Ring that the guest believes to be in" },
    register("CR3", "The guest's own page tables"),
    register("real RIP", "Where the processor was in the translation cache"),
    {
      name: "real ring",
      form: "decimal",
      sizeBytes: 0,
      doc: "Ring that its kernel really runs in",
    },
    register("real CR3", "The VMM's shadow page tables"),
  ],
  source: `${ARTICLE}; as it was when the translator last ran: a place that is settled does not run it again`,
};

/** What a VMM without help from the CPU keeps: translations, places, virtual CPU, who has the CPU. */
export const openTranslationCache: SectionOpener = (context) => {
  const { machine, journal } = context;
  const { interruptCrossing } = machine;
  if (!(interruptCrossing instanceof TranslatedInterrupt)) return;
  const { sites, world } = interruptCrossing;
  const { cache } = sites.vmm;
  const fragments = journal.watch(CACHE, () => fragmentLines(cache));
  const places = journal.watch(SITES, () => siteLines(sites));
  const cpu = journal.watch(CPU, () => cpuLines(sites));
  sites.onChange = () => {
    fragments.touch();
    places.touch();
    cpu.touch();
  };
  openHostedWorld(context, world);
};

function siteLines({ sites }: TranslatedSites): { name: string; values: CellValue[] }[] {
  return sites.map(({ address, space, deviceAddress, sizeBytes, write, settled }) => {
    const [load, store] = space === "mmio" ? ["load", "store"] : ["IN", "OUT"];
    const by = settled === "fault" ? "hidden page fault" : (settled ?? "");
    return {
      name: `0x${address.toString(16)}`,
      values: [space, deviceAddress, sizeBytes, write ? store : load, by] as CellValue[],
    };
  });
}

function cpuLines({ vmm }: TranslatedSites): { name: string; values: CellValue[] }[] {
  const { guest, real, interruptsEnabled } = vmm.vcpu;
  const [rax = 0n, , rdx = 0n, , rsp = 0n, , rsi = 0n, rdi = 0n] = guest.gpr;
  const values: Readonly<Record<string, CellValue>> = {
    RIP: guest.rip,
    RSP: rsp,
    RAX: rax,
    RDX: rdx,
    RSI: rsi,
    RDI: rdi,
    RFLAGS: guest.rflags,
    "virtual IF": interruptsEnabled ? 1 : 0,
    ring: guest.cpl,
    CR3: guest.cr3,
    "real RIP": real.rip,
    "real ring": real.cpl,
    "real CR3": real.cr3,
  };
  return Object.entries(values).map(([name, value]) => ({ name, values: [value] }));
}
