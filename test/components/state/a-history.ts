import { explorerRunOf, type ExplorerRun } from "#components";
import {
  ACTORS,
  type CellSpec,
  type CellValue,
  findMode,
  generatePackets,
  History,
  type HistoryData,
  type SectionSpec,
  simulate,
} from "#engine";
import { CHANGE } from "../../../engine/history/history-data.ts";

/** One change of a cell: row, section id, line, value (undefined: it is gone), column. */
export type AChange = readonly [
  row: number,
  section: string,
  line: string,
  value: CellValue | undefined,
  column?: number,
];

/** One write to memory: row, address, bytes. */
export type AWrite = readonly [row: number, address: number, bytes: readonly number[]];

/** A history made by hand from changes and writes in their order. */
export function aHistory(
  sections: readonly SectionSpec[],
  changes: readonly AChange[],
  writes: readonly AWrite[] = [],
  guestBytes = 1 << 20,
): HistoryData {
  const cells = new Map<string, number>();
  const place: { section: number; line: string; column: number }[] = [];
  const texts: string[] = [];
  const kinds: number[] = [];
  const values: number[] = [];
  const numbers = changes.map(([, section, line, value, column = 0]) => {
    const key = `${section}/${line}/${column}`;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = cells.size;
      cells.set(key, cell);
      place.push({ section: sections.findIndex(({ id }) => id === section), line, column });
    }
    const isText = typeof value === "string" || typeof value === "bigint";
    kinds.push(
      value === undefined
        ? CHANGE.absent
        : typeof value === "string"
          ? CHANGE.text
          : typeof value === "bigint"
            ? CHANGE.bigint
            : CHANGE.number,
    );
    values.push(isText ? texts.push(String(value)) - 1 : Number(value ?? 0));
    return cell;
  });
  let at = 0;
  const starts = writes.map(([, , bytes]) => (at += bytes.length) - bytes.length);
  return {
    sections,
    memory: [],
    guestBytes,
    writeRow: Int32Array.from(writes, ([row]) => row),
    writeAddress: Uint32Array.from(writes, ([, address]) => address),
    writeByteCount: Uint32Array.from(writes, ([, , bytes]) => bytes.length),
    writeAt: Float64Array.from(starts),
    written: Uint8Array.from(writes.flatMap(([, , bytes]) => bytes)),
    cellSection: Uint16Array.from(place, ({ section }) => section),
    cellLine: place.map(({ line }) => line),
    cellColumn: Uint8Array.from(place, ({ column }) => column),
    changeRow: Int32Array.from(changes, ([row]) => row),
    changeCell: Uint32Array.from(numbers),
    changeKind: Uint8Array.from(kinds),
    changeValue: Float64Array.from(values),
    texts,
  };
}

/** A cell of a made-up section. */
export function aCell(name: string, more: Partial<CellSpec> = {}): CellSpec {
  return { name, form: "hex", sizeBytes: 4, doc: `What ${name} is`, ...more };
}

/** A made-up section. */
export function aSection(
  id: string,
  cells: readonly CellSpec[],
  more: Partial<SectionSpec> = {},
): SectionSpec {
  return {
    id,
    title: `The ${id}`,
    actor: ACTORS.deviceModel.code,
    kind: "registers",
    cells,
    source: "A specification, 1 Section",
    ...more,
  };
}

/** A real run whose history is this one. */
export function runWith(data: HistoryData): ExplorerRun {
  return { ...aRun("vtx-rtl8139"), history: new History(data) };
}

const runs = new Map<string, ExplorerRun>();

/** A few packets through a mode, with everything that the views need. */
export function aRun(modeId: string, direction: "tx" | "rx" = "tx"): ExplorerRun {
  const key = `${modeId} ${direction}`;
  let run = runs.get(key);
  if (run === undefined) {
    const frames = generatePackets({ frameBytesWithoutFcs: 128, seed: 3, direction, count: 2 });
    const mode = findMode(modeId);
    run = explorerRunOf(simulate({ mode, direction, frames, history: true }));
    runs.set(key, run);
  }
  return run;
}
