import type { Journal } from "../history/journal.ts";
import type { Machine } from "../machine.ts";
import { recordConfigSpace } from "../pci/config-section.ts";
import { Msix } from "../pci/msix.ts";
import { recordMsix } from "../pci/msix-section.ts";
import { recordRegion, type RegionRecord } from "../registers/region-section.ts";

/**
 * Lets a machine that is up keep each change from now on: of its memory, of the registers that its
 * drivers have windows onto, and of what its models have added.
 */
export function startJournal(machine: Machine, journal: Journal): void {
  const records = new Map<string, RegionRecord>();
  for (const [name, region] of machine.regions) {
    const record =
      region instanceof Msix ? recordMsix(journal, region) : recordRegion(journal, region);
    if (record !== undefined) records.set(name, record);
  }
  for (const [name, space] of machine.configSpaces) recordConfigSpace(journal, name, space);
  journal.onAccess = (name, offset) => records.get(name)?.accessed(offset);
  journal.start(machine.memory);
}
