import { CellScan, type ScannedCell } from "../history/cell-scan.ts";
import type { CellSpec, SectionSpec } from "../history/history-data.ts";
import type { Journal } from "../history/journal.ts";
import type { Register, RegisterSpec } from "./define.ts";
import type { Region, RegionState } from "./region.ts";

/** Banks of this many registers and more are tables that a guest fills; devices only read them. */
const TABLE_BANKS_MIN = 32;
/** A region of more registers than these shows only those that somebody uses. */
const REGISTERS_SHOWN_MAX = 128;

/** A register of a region, bank by bank. */
interface Placed {
  readonly register: Register;
  readonly offset: number;
  readonly name: string;
}

/** What a region has recorded: so that registers are shown once they are accessed. */
export interface RegionRecord {
  /** The guest accesses an offset. */
  accessed(offset: number): void;
}

/** Adds a region's registers to a journal; undefined when it has none to show. */
export function recordRegion(journal: Journal, region: Region): RegionRecord | undefined {
  const { state } = region;
  if (state === undefined) return undefined;
  const all = placed(region, state);
  const section = journal.section(specOf(region, state, all));
  const scans = new Map<number, () => void>();
  for (const whenAccessed of [false, true]) {
    const some = all.filter(({ register }) => isPassive(register) === whenAccessed);
    const cells = some.map(
      ({ name, register, offset }): ScannedCell => ({
        line: name,
        column: 0,
        source: state.storage?.(offset) ?? state.reader?.(offset) ?? (() => state.peek(offset)),
        always:
          all.length <= REGISTERS_SHOWN_MAX ||
          (register.banks === undefined && register.fidelity === "modelled"),
      }),
    );
    const scan = new CellScan(
      section,
      cells,
      state.version && (() => journal.accessVersion() + (state.version?.() ?? 0)),
    );
    journal.scan(scan, whenAccessed);
    some.forEach(({ offset, register }, index) => {
      for (let byte = 0; byte < register.bytes; byte++) {
        scans.set(offset + byte, () => scan.show(index));
      }
    });
  }
  return { accessed: (offset) => scans.get(offset)?.() };
}

/** The line of a register in its region's section: its name in the trace where it has one. */
export function lineName(region: Region, register: Register, bank: number): string {
  const name = region.nameOf?.(register.offset + bank * (register.banks?.stride ?? 0));
  return name ?? (register.banks === undefined ? register.name : `${register.name}[${bank}]`);
}

/** Whether a register changes only by accesses of the guest. */
function isPassive({ fidelity, banks }: RegisterSpec): boolean {
  return fidelity === "storage" || (banks?.count ?? 1) >= TABLE_BANKS_MIN;
}

function placed(region: Region, state: RegionState): Placed[] {
  const all: Placed[] = [];
  for (const table of state.tables) {
    for (const register of Object.values(table)) {
      const { count, stride } = register.banks ?? { count: 1, stride: 0 };
      for (let bank = 0; bank < count; bank++) {
        const offset = register.offset + bank * stride;
        all.push({ register, offset, name: lineName(region, register, bank) });
      }
    }
  }
  return all.toSorted((one, other) => one.offset - other.offset);
}

function specOf(region: Region, state: RegionState, all: readonly Placed[]): SectionSpec {
  const { title, actor, source } = state;
  const cells = all.map(({ register, offset, name }): CellSpec => {
    const { bytes: sizeBytes, fidelity } = register;
    // In another mode of the device the place has another name and meaning.
    const isOther = !name.startsWith(register.name.replace(/\d+$/, ""));
    const doc = isOther ? `In the place of ${register.name}` : register.doc;
    const fields = isOther ? undefined : register.fields;
    return {
      name,
      form: "hex",
      sizeBytes,
      doc,
      offset,
      fidelity,
      ...(fields === undefined
        ? {}
        : {
            fields: Object.entries(fields).map(([field, spec]) => ({
              name: field,
              lsb: spec.lsb,
              width: spec.width ?? 1,
              doc: spec.doc,
            })),
          }),
    };
  });
  return { id: region.name, title, actor, kind: "registers", cells, source };
}
