import { assert } from "../core/assert.ts";
import { ChangeLog } from "./change-log.ts";
import type { CellValue, HistoryData, MemoryPiece, SectionSpec } from "./history-data.ts";
import { type ChangeKeeper, type InspectedLine, JournalSection } from "./journal-section.ts";
import type { CellScan } from "./cell-scan.ts";
import { pieces } from "./memory-pieces.ts";
import { WriteLog } from "./write-log.ts";

/** What a journal needs of the trace: the rows so far, and to be asked before the next. */
export interface RowSource {
  /** Rows kept since the start. */
  readonly length: number;
  /** Whether rows are still kept. */
  readonly enabled: boolean;
  /** Called before a row is kept. */
  beforeRow: (() => void) | undefined;
}

/** The memory that a journal records. */
export interface JournaledMemory {
  readonly bytes: Uint8Array;
  readonly guestBytes: number;
}

/** A section that is looked at when its model said that something may have changed. */
export interface JournalWatch {
  /** Something may have changed: the section is looked at before the next row. */
  touch(): void;
}

/** The same for fields: where fields are marked, only those are looked at. */
export interface JournalFieldWatch extends JournalWatch {
  /** The field of that index may have changed. */
  mark(index: number): void;
}

/** Hears of a write that touches its stretch of memory. */
export type WriteListener = (address: number, byteCount: number) => void;

/**
 * Records every change of a machine's state with the row that it belongs to, which is the last row
 * kept when it happens: so an effect comes after its row. Models add their sections when they are
 * built; `start` makes what all hold then the state before row 0, and nothing before it is kept.
 * A machine without history has no journal, and its models tell nobody.
 */
export class Journal implements ChangeKeeper {
  readonly changes = new ChangeLog();
  /** Hears of each access of the guest to a device. */
  onAccess: ((region: string, offset: number) => void) | undefined;
  readonly #rows: RowSource;
  readonly #writes = new WriteLog();
  readonly #specs: SectionSpec[] = [];
  readonly #ids = new Set<string>();
  readonly #touched: Watch[] = [];
  readonly #watches: Watch[] = [];
  readonly #polls: (() => void)[] = [];
  readonly #scans: CellScan[] = [];
  readonly #accessScans: CellScan[] = [];
  #accessed = false;
  #accessCount = 0;
  #accessDepth = 0;
  readonly #listeners: { address: number; end: number; heard: WriteListener }[] = [];
  #memory: JournaledMemory | undefined;
  #base: MemoryPiece[] = [];

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  /** Whether changes are kept: from `start` on, as long as rows are. */
  get recording(): boolean {
    return this.#memory !== undefined && this.#rows.enabled;
  }

  /**
   * Adds a section whose model says each change.
   * @throws InvariantError when the machine has a section of that id.
   */
  section(spec: SectionSpec): JournalSection {
    assert(!this.#ids.has(spec.id), `no two sections of a machine are called ${spec.id}`);
    this.#ids.add(spec.id);
    return new JournalSection(this, this.#specs.push(spec) - 1);
  }

  /**
   * Adds a section that is looked at as a whole: before the next row when its model called `touch`,
   * and at the start. What `inspect` gives is compared with what it gave before.
   */
  watch(spec: SectionSpec, inspect: () => Iterable<InspectedLine>): JournalWatch {
    return this.watchSection(spec, (section) => section.replace(inspect()));
  }

  /** The same for a section whose lines `put` puts: all at the start, later what may have changed. */
  watchSection(spec: SectionSpec, put: (section: JournalSection) => void): JournalWatch {
    const section = this.section(spec);
    return this.#watch(() => put(section));
  }

  /**
   * The same for registers and fields, whose lines are known beforehand: much is looked at, little
   * changes.
   * @param valueOf What a line holds now, by its cell's name and index.
   * @param areMarked Whether the model marks the fields that may have changed.
   */
  watchFields(
    spec: SectionSpec,
    valueOf: (name: string, index: number) => CellValue | undefined,
    areMarked = false,
  ): JournalFieldWatch {
    const section = this.section(spec);
    const names = spec.cells.map(({ name }) => name);
    const cells = names.map((name) => section.cell(name));
    const marks = new Uint8Array(names.length).fill(1);
    const watch = this.#watch(() => {
      for (let at = 0; at < marks.length; at++) {
        if (marks[at] === 0) continue;
        if (areMarked) marks[at] = 0;
        section.set(cells[at] as number, valueOf(names[at] as string, at));
      }
    });
    const mark = (index: number): void => {
      marks[index] = 1;
    };
    return { touch: () => watch.touch(), mark };
  }

  #watch(look: () => void): JournalWatch {
    const watch = new Watch(look, this.#touched);
    this.#watches.push(watch);
    return watch;
  }

  /**
   * Adds what looks for itself before each row, and at the start: for values that nobody says the
   * change of, of which there are few.
   */
  poll(look: () => void): void {
    this.#polls.push(look);
  }

  /**
   * Adds cells that are read before every row: for registers, which models keep in arrays.
   * @param whenAccessed Whether they change only by an access of the guest to a device, at once:
   * then they are read after it began and after it ended.
   */
  scan(scan: CellScan, whenAccessed = false): void {
    (whenAccessed ? this.#accessScans : this.#scans).push(scan);
  }

  /** A device begins to answer an access of the guest: to that offset of that region. */
  accessBegins(region: string, offset: number): void {
    this.onAccess?.(region, offset);
    this.#accessed = true;
    this.#accessDepth++;
  }

  /** A device has answered. */
  accessEnds(): void {
    this.#accessed = true;
    this.#accessCount++;
    this.#accessDepth--;
  }

  /** Another number after each access, and whenever it is asked for within one. */
  accessVersion(): number {
    if (this.#accessDepth > 0) this.#accessCount++;
    return this.#accessCount;
  }

  /** Tells of writes to a stretch of memory: for sections whose structure lies there. */
  onWrite(address: number, byteCount: number, heard: WriteListener): void {
    this.#listeners.push({ address, end: address + byteCount, heard });
  }

  /** Memory was written: the bytes now stand there. */
  wrote(bytes: Uint8Array, address: number, byteCount: number): void {
    for (const listener of this.#listeners) {
      if (address < listener.end && address + byteCount > listener.address) {
        listener.heard(address, byteCount);
      }
    }
    if (this.recording) this.#writes.add(this.#rows.length - 1, bytes, address, byteCount);
  }

  set(cell: number, value: CellValue | undefined): void {
    if (this.#memory === undefined) this.changes.prepare(cell, value);
    else if (this.#rows.enabled) this.changes.set(this.#rows.length - 1, cell, value);
  }

  /** From now on changes are kept; memory and sections as they are now come before row 0. */
  start(memory: JournaledMemory): void {
    for (const watch of this.#watches) watch.look();
    for (const look of this.#polls) look();
    this.#touched.length = 0;
    for (const scan of [...this.#scans, ...this.#accessScans]) scan.begin();
    this.#base = pieces(memory.bytes);
    this.#memory = memory;
    this.#rows.beforeRow = () => this.flush();
  }

  /** Looks at what may have changed since the last row; the trace calls it before each row. */
  flush(): void {
    if (!this.recording) return;
    for (const look of this.#polls) look();
    for (const scan of this.#scans) scan.look();
    if (this.#accessed) {
      this.#accessed = false;
      for (const scan of this.#accessScans) scan.look();
    }
    if (this.#touched.length === 0) return;
    for (const watch of this.#touched) watch.look();
    this.#touched.length = 0;
  }

  /** Everything that was recorded. */
  finish(): HistoryData {
    this.flush();
    return {
      sections: this.#specs,
      memory: this.#base,
      guestBytes: this.#memory?.guestBytes ?? 0,
      ...this.#writes.finish(),
      ...this.changes.finish(),
    };
  }
}

class Watch implements JournalWatch {
  readonly #look: () => void;
  readonly #touched: Watch[];
  #isTouched = false;

  constructor(look: () => void, touched: Watch[]) {
    this.#look = look;
    this.#touched = touched;
  }

  touch(): void {
    if (this.#isTouched) return;
    this.#isTouched = true;
    this.#touched.push(this);
  }

  look(): void {
    this.#isTouched = false;
    this.#look();
  }
}
