import type { Journal } from "../history/journal.ts";
import type { Nic } from "../devices/nic.ts";
import type { Machine } from "../machine.ts";

/** Where sections find their models, and whom they tell of changes. */
export interface SectionContext {
  readonly machine: Machine;
  readonly nic: Nic;
  readonly journal: Journal;
}

/** Adds the sections of one kind of model, if the machine has it; before anything runs on it. */
export type SectionOpener = (context: SectionContext) => void;
