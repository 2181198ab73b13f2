/** What a cell of the state can hold; 64-bit fields are bigint where a number is not exact. */
export type CellValue = number | bigint | string;

/** How a cell's value is written: in hexadecimal of its width, as a count, yes or no, as words. */
export type CellForm = "hex" | "decimal" | "flag" | "text";

/** What a section's cells are: a device's registers, fields of a structure, or a table's lines. */
export type SectionKind = "registers" | "fields" | "table";

/** A bit field of a register or structure. */
export interface CellField {
  readonly name: string;
  /** Least significant bit, 0-based. */
  readonly lsb: number;
  readonly width: number;
  readonly doc: string;
}

/** What is known of a line of a section before anything runs: a register, a field, a column. */
export interface CellSpec {
  /** The name as the datasheet or specification has it: `ISR`, `exitQualification`. */
  readonly name: string;
  readonly form: CellForm;
  /** Width in bytes, 0 where there is none. */
  readonly sizeBytes: number;
  readonly doc: string;
  readonly fields?: readonly CellField[];
  /** Byte offset in its region, for registers. */
  readonly offset?: number;
  /** "storage": it is only remembered, nothing acts on it. */
  readonly fidelity?: "modelled" | "storage";
}

/** A part of the machine whose state can be opened: a register file, the VMCS, a cache, a table. */
export interface SectionSpec {
  /** Unique in a run: `rtl8139`, `vmcs`, `local-apic`, `iotlb`, `flow-table`. */
  readonly id: string;
  readonly title: string;
  /** Code of the actor who owns it. */
  readonly actor: number;
  readonly kind: SectionKind;
  /** Registers or fields: one spec a line. Table: one spec a column; lines come and go. */
  readonly cells: readonly CellSpec[];
  /** Where it is defined: specification, edition, number and title. */
  readonly source: string;
}

/** Bytes of the machine's memory. */
export interface MemoryPiece {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/**
 * Everything needed to show any moment of a run exactly: memory and cells as they stood before the
 * first row, and each change with the row that it belongs to. Plain values, so that a worker can
 * post it. Rows never fall; -1 is the state before row 0.
 */
export interface HistoryData {
  readonly sections: readonly SectionSpec[];
  /** Memory before the first row; what no piece covers is zero. */
  readonly memory: readonly MemoryPiece[];
  /** Guest-physical memory ends here; behind it lies host memory. */
  readonly guestBytes: number;
  /** Writes in their order: row, first byte, length, and where the bytes stand in `written`. */
  readonly writeRow: Int32Array;
  readonly writeAddress: Uint32Array;
  readonly writeByteCount: Uint32Array;
  readonly writeAt: Float64Array;
  readonly written: Uint8Array;
  /** Cells by number: section (index into `sections`), line (register name, table key), column. */
  readonly cellSection: Uint16Array;
  readonly cellLine: readonly string[];
  readonly cellColumn: Uint8Array;
  /** Changes of cells in their order; `changeKind` says what `changeValue` is (CHANGE). */
  readonly changeRow: Int32Array;
  readonly changeCell: Uint32Array;
  readonly changeKind: Uint8Array;
  readonly changeValue: Float64Array;
  /** Texts and big integers (in decimal) that changes number. */
  readonly texts: readonly string[];
}

/** What a change's value is: nothing any more, a number, a text's number, a big integer's text's number. */
export const CHANGE = { absent: 0, number: 1, text: 2, bigint: 3 } as const;
