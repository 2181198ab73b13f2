import { CellScan } from "../history/cell-scan.ts";
import type { CellField, CellSpec } from "../history/history-data.ts";
import type { Journal } from "../history/journal.ts";
import { ACTORS } from "../trace/actor.ts";
import { CONFIG, type ConfigSpace } from "./config-space.ts";

/** A register of configuration space: offset, name, width in bytes, what it is. */
type Entry = readonly [offset: number, name: string, sizeBytes: 1 | 2 | 4, doc: string];

const HEADER: readonly Entry[] = [
  [0x00, "Vendor ID", 2, "Who made the device"],
  [0x02, "Device ID", 2, "Which device of the vendor"],
  [0x04, "Command", 2, "What the function may do on the bus"],
  [0x06, "Status", 2, "What happened on the bus, and whether there are capabilities"],
  [0x08, "Revision ID", 1, "Revision of the device"],
  [0x09, "Programming Interface", 1, "Class Code, bits 7:0"],
  [0x0a, "Sub-Class Code", 1, "Class Code, bits 15:8"],
  [0x0b, "Base Class Code", 1, "Class Code, bits 23:16: 2 is a network controller"],
  [0x0c, "Cache Line Size", 1, "In units of 4 bytes"],
  [0x0d, "Latency Timer", 1, "PCI only"],
  [0x0e, "Header Type", 1, "Layout of the header; bit 7: several functions"],
  [0x10, "Base Address 0", 4, "Where region 0 lies"],
  [0x14, "Base Address 1", 4, "Where region 1 lies"],
  [0x18, "Base Address 2", 4, "Where region 2 lies"],
  [0x1c, "Base Address 3", 4, "Where region 3 lies"],
  [0x20, "Base Address 4", 4, "Where region 4 lies"],
  [0x24, "Base Address 5", 4, "Where region 5 lies"],
  [0x2c, "Subsystem Vendor ID", 2, "Who made the card"],
  [0x2e, "Subsystem ID", 2, "Which card"],
  [0x34, "Capabilities Pointer", 1, "Offset of the first capability"],
  [0x3c, "Interrupt Line", 1, "Which line of the interrupt controller, written by firmware"],
  [0x3d, "Interrupt Pin", 1, "INTA# is 1; 0: none"],
];

/** Bits of Command: PCI Local Bus 3.0, 6.2.2 "Device Control". */
const COMMAND_FIELDS: readonly CellField[] = [
  { name: "I/O Space", lsb: 0, width: 1, doc: "Answers accesses to ports" },
  { name: "Memory Space", lsb: 1, width: 1, doc: "Answers accesses to memory" },
  { name: "Bus Master", lsb: 2, width: 1, doc: "May do DMA and send messages" },
  { name: "Interrupt Disable", lsb: 10, width: 1, doc: "INTx is not asserted" },
];

/** Bits of the MSI-X capability's Message Control. */
const MESSAGE_CONTROL_FIELDS: readonly CellField[] = [
  { name: "Table Size", lsb: 0, width: 11, doc: "Number of entries less one" },
  { name: "Function Mask", lsb: 14, width: 1, doc: "All vectors are masked" },
  { name: "MSI-X Enable", lsb: 15, width: 1, doc: "Messages take the place of INTx" },
];

const CAPABILITY_NAMES: ReadonlyMap<number, string> = new Map([
  [0x01, "Power Management"],
  [0x03, "Vital Product Data"],
  [0x05, "MSI"],
  [0x09, "Vendor-Specific"],
  [0x10, "PCI Express"],
  [0x11, "MSI-X"],
]);
const EXTENDED_NAMES: ReadonlyMap<number, string> = new Map([
  [0x0001, "Advanced Error Reporting"],
  [0x0003, "Device Serial Number"],
  [0x000e, "ARI"],
  [0x0010, "SR-IOV"],
]);
const MSIX_ID = 0x11;
const STANDARD_END = 0x100;

/** Adds a function's configuration space to a journal. */
export function recordConfigSpace(journal: Journal, name: string, space: ConfigSpace): void {
  const entries = [...HEADER, ...capabilityEntries(space)];
  const section = journal.section({
    id: `config(${name})`,
    title: `PCI configuration space of ${name}`,
    actor: ACTORS.deviceModel.code,
    kind: "registers",
    cells: entries.map((entry) => specOf(entry)),
    source: 'PCI Local Bus 3.0, 6.1 "Configuration Space Organization"',
  });
  const cells = entries.map(([offset, line, sizeBytes]) => ({
    line,
    column: 0,
    always: true,
    source: () => space.get(offset, sizeBytes),
  }));
  journal.scan(new CellScan(section, cells, () => space.version));
}

function specOf([offset, name, sizeBytes, doc]: Entry): CellSpec {
  const spec = { name, form: "hex" as const, sizeBytes, doc, offset };
  if (offset === CONFIG.command) return { ...spec, fields: COMMAND_FIELDS };
  return name.endsWith("MSI-X Message Control")
    ? { ...spec, fields: MESSAGE_CONTROL_FIELDS }
    : spec;
}

/** The registers of the capabilities, double word by double word, as far as they lie in the lists. */
function capabilityEntries(space: ConfigSpace): Entry[] {
  const starts = [...standardStarts(space), ...extendedStarts(space)].toSorted(
    (one, other) => one.offset - other.offset,
  );
  return starts.flatMap(({ offset, name, id }, index) => {
    const next = starts[index + 1]?.offset ?? offset + 64;
    const limit = offset < STANDARD_END ? STANDARD_END : space.bytes.length;
    const end = id === MSIX_ID && offset < STANDARD_END ? offset + 12 : Math.min(next, limit);
    return entriesOf(name, id, offset, end);
  });
}

function entriesOf(name: string, id: number, offset: number, end: number): Entry[] {
  const entries: Entry[] = [];
  const label = `${hex(offset)} ${name}`;
  for (let at = offset; at < end; at += 4) {
    if (at === offset && offset < STANDARD_END) {
      entries.push([at, `${label} ID and Next`, 2, "Capability ID, offset of the next"]);
      const second = id === MSIX_ID ? "Message Control" : "+0x2";
      entries.push([at + 2, `${label} ${second}`, 2, `${name} capability, bytes 2 and 3`]);
    } else entries.push([at, `${label} +${hex(at - offset)}`, 4, `${name} capability`]);
  }
  return entries;
}

interface Start {
  readonly offset: number;
  readonly id: number;
  readonly name: string;
}

function standardStarts(space: ConfigSpace): Start[] {
  const starts: Start[] = [];
  const seen = new Set<number>();
  let offset = space.get(CONFIG.capabilities, 1);
  while (offset >= 0x40 && !seen.has(offset)) {
    seen.add(offset);
    const id = space.get(offset, 1);
    starts.push({ offset, id, name: CAPABILITY_NAMES.get(id) ?? `Capability ${hex(id)}` });
    offset = space.get(offset + 1, 1);
  }
  return starts;
}

function extendedStarts(space: ConfigSpace): Start[] {
  const starts: Start[] = [];
  if (space.bytes.length <= STANDARD_END) return starts;
  const seen = new Set<number>();
  let offset = STANDARD_END;
  while (offset >= STANDARD_END && !seen.has(offset) && space.get(offset, 4) !== 0) {
    seen.add(offset);
    const id = space.get(offset, 2);
    starts.push({ offset, id, name: EXTENDED_NAMES.get(id) ?? `Capability ${hex(id)}` });
    offset = space.get(offset + 2, 2) >>> 4;
  }
  return starts;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
