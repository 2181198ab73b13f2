import { Journal } from "../../../engine/history/journal.ts";
import type { SectionKind, SectionSpec } from "../../../engine/history/history-data.ts";

/** Rows that a test counts itself. */
export class Rows {
  length = 0;
  enabled = true;
  beforeRow: (() => void) | undefined;

  /** A row is kept. */
  next(): void {
    this.beforeRow?.();
    this.length++;
  }
}

/** A section with two columns, or two registers. */
export function aSpec(id = "s", kind: SectionKind = "table"): SectionSpec {
  const cell = { form: "hex", sizeBytes: 4, doc: "" } as const;
  const cells = [
    { name: "A", ...cell },
    { name: "B", ...cell },
  ];
  return { id, title: id, actor: 0, kind, cells, source: "" };
}

/** A journal of 8 KiB of memory whose rows a test counts. */
export function aJournal(): {
  journal: Journal;
  rows: Rows;
  memory: { bytes: Uint8Array; guestBytes: number };
} {
  const rows = new Rows();
  const journal = new Journal(rows);
  return { journal, rows, memory: { bytes: new Uint8Array(8192), guestBytes: 4096 } };
}
