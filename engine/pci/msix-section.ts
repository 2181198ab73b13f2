import { CellScan } from "../history/cell-scan.ts";
import type { CellSpec } from "../history/history-data.ts";
import type { Journal } from "../history/journal.ts";
import type { Msix } from "./msix.ts";

const COLUMNS: readonly CellSpec[] = [
  {
    name: "Message Address",
    form: "hex",
    sizeBytes: 4,
    doc: "Where the message is written: the local APIC, and in remapped form the table entry",
  },
  {
    name: "Message Upper Address",
    form: "hex",
    sizeBytes: 4,
    doc: "Bits 63:32 of the address",
  },
  { name: "Message Data", form: "hex", sizeBytes: 4, doc: "What is written; bits 7:0 the vector" },
  { name: "Mask Bit", form: "flag", sizeBytes: 0, doc: "Vector Control, bit 0: not to be sent" },
  {
    name: "Pending Bit",
    form: "flag",
    sizeBytes: 0,
    doc: "In the Pending Bit Array: it is sent when it is unmasked",
  },
];

/** Adds a function's MSI-X table and pending bits to a journal. */
export function recordMsix(journal: Journal, msix: Msix): undefined {
  const section = journal.section({
    id: msix.name,
    title: `MSI-X table and pending bits${suffix(msix.name)}`,
    actor: msix.actor,
    kind: "table",
    cells: COLUMNS,
    source: 'PCI Local Bus 3.0, 6.8.2 "MSI-X Capability and Table Structures"',
  });
  const width = COLUMNS.length;
  const cells = Array.from({ length: msix.vectorCount * width }, (_, at) => ({
    line: msix.vectorName(Math.floor(at / width)),
    column: at % width,
    always: true,
    source: msix.storage(Math.floor(at / width), at % width),
  }));
  journal.scan(new CellScan(section, cells));
}

/** `msix-table(vf)` is the VF's. */
function suffix(name: string): string {
  const function_ = /\((.*)\)$/.exec(name)?.[1];
  return function_ === undefined ? "" : ` (${function_})`;
}
