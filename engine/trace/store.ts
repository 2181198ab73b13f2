import { assert } from "../core/assert.ts";

/** The columns of a trace: 48 bytes a row. */
const COLUMNS = {
  startCycles: Float64Array,
  durationCycles: Float32Array,
  kind: Uint8Array,
  actor: Uint8Array,
  sizeBytes: Uint8Array,
  resource: Uint8Array,
  where: Uint16Array,
  cost: Uint16Array,
  parent: Int32Array,
  cause: Int32Array,
  packet: Int32Array,
  a: Float64Array,
  b: Float64Array,
} as const;

const CAPACITY_MIN = 4096;

/** Bytes that one row takes in all columns together. */
export const BYTES_PER_ROW = Object.values(COLUMNS).reduce((n, c) => n + c.BYTES_PER_ELEMENT, 0);

type Columns = { [K in keyof typeof COLUMNS]: InstanceType<(typeof COLUMNS)[K]> };

/**
 * A finished trace: one entry per row in each column.
 * `startCycles` is exact below 2^53; `durationCycles` 0 means an instant; `where` indexes `names`;
 * `parent` is the enclosing row and `cause` the row that led to this one, -1 for none; `packet` is
 * the packet's number in the scenario or -1; `resource` is who was busy with it (RESOURCES) and
 * `cost` the number of its charge (0: free), both 0 in a machine without prices; `a` and `b` are named by `EVENTS[kind].args`. In a row
 * with `sizeBytes` 8, `b` holds the 64 bits of the value as they are: read it with `accessValue`.
 */
export interface Trace extends Readonly<Columns> {
  readonly length: number;
  /** The dictionary of the `where` column; entry 0 is the empty string. */
  readonly names: readonly string[];
}

/** Says what rows cost and lets their time pass. */
export interface RowPricer {
  /** Prices a row and returns when it began, in cycles; what came of it stands in the fields. */
  price(kind: number, actor: number, where: number, a: number, packet: number): number;
  /** A row's packet became known after it was priced. */
  moved(actor: number, from: number, to: number, charge: number, a: number): void;
  readonly charge: number;
  readonly resource: number;
  readonly cycles: number;
}

/** Writes rows. The one door into a trace; disabled, it only counts. */
export class TraceStore {
  #columns: Columns;
  /** Column `b` as pairs of 32-bit words, low word first. */
  #words: Uint32Array;
  #capacity: number;
  readonly #rowsMax: number;
  #length = 0;
  #full = false;
  /** Whether a finished trace shows the columns. */
  #shared = false;
  /** Number of the first row kept: rows before it were cleared, and references to them are void. */
  #base = 0;
  readonly #names: string[] = [""];
  readonly #ids = new Map<string, number>([["", 0]]);
  /** Rows of each kind since the start, counted whether rows are kept or not. */
  readonly counts = new Float64Array(64);
  /** Sum of column `a` over the rows of each kind (bytes, for kinds whose `a` is bytes). */
  readonly sums = new Float64Array(64);
  /** Whether rows are kept. */
  enabled: boolean;
  /** Called before a row is kept: what happened until now belongs to the row before it. */
  beforeRow: (() => void) | undefined;
  /** Prices rows; without one they cost nothing and no time passes. */
  pricer: RowPricer | undefined;
  /** The row that encloses what happens now, or -1. */
  parent = -1;
  /** The row that caused what happens now, or -1. */
  cause = -1;
  /** The packet that is worked on now, or -1. */
  packet = -1;

  /**
   * @param enabled Whether rows are kept.
   * @param capacity Rows to make room for at once; more room is made as it is needed.
   * @param rowsMax Rows to keep at most; what comes after them is only counted.
   */
  constructor(enabled: boolean, capacity = CAPACITY_MIN, rowsMax = Infinity) {
    this.enabled = enabled;
    this.#rowsMax = rowsMax;
    this.#capacity = enabled ? Math.min(capacity, rowsMax) : 0;
    this.#columns = allocate(this.#capacity);
    this.#words = new Uint32Array(this.#columns.b.buffer);
  }

  /** Number of rows kept so far. */
  get length(): number {
    return this.#length;
  }

  /** The dictionary number of a name; the same name always gives the same number in one trace. */
  id(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.#names.length;
      assert(id < 65536, "a trace has at most 65,536 names");
      this.#names.push(name);
      this.#ids.set(name, id);
    }
    return id;
  }

  /** The name behind a dictionary number. */
  name(id: number): string {
    return this.#names[id] ?? "";
  }

  /**
   * Appends a row and returns its number, or -1 when rows are not kept. Numbers go on after
   * `clear`; in the finished trace the first row kept is row 0.
   * @param startCycles Time of the event.
   * @param kind Code from EVENTS.
   * @param actor Code from ACTORS.
   * @param where Dictionary number from `id`.
   * @param sizeBytes Width of an access in bytes, 0 where there is none.
   * @param a First argument of the kind.
   * @param b Second argument of the kind.
   */
  row(
    startCycles: number,
    kind: number,
    actor: number,
    where: number,
    sizeBytes: number,
    a: number,
    b: number,
  ): number {
    this.counts[kind] = (this.counts[kind] as number) + 1;
    this.sums[kind] = (this.sums[kind] as number) + a;
    const { pricer } = this;
    const start =
      pricer === undefined ? startCycles : pricer.price(kind, actor, where, a, this.packet);
    // What follows is a method of its own so that this one is small enough to be inlined.
    return this.enabled ? this.#append(start, kind, actor, where, sizeBytes, a, b) : -1;
  }

  #append(
    startCycles: number,
    kind: number,
    actor: number,
    where: number,
    sizeBytes: number,
    a: number,
    b: number,
  ): number {
    this.beforeRow?.();
    const at = this.#length;
    if (at === this.#capacity && !this.#grow()) return -1;
    const base = this.#base;
    const c = this.#columns;
    c.startCycles[at] = startCycles;
    c.kind[at] = kind;
    c.actor[at] = actor;
    c.where[at] = where;
    c.sizeBytes[at] = sizeBytes;
    c.parent[at] = this.parent < base ? -1 : this.parent - base;
    c.cause[at] = this.cause < base ? -1 : this.cause - base;
    c.packet[at] = this.packet;
    c.a[at] = a;
    if (sizeBytes === 8) this.#setWords(at, b >>> 0, b / 4294967296);
    else c.b[at] = b;
    if (this.pricer !== undefined) {
      c.cost[at] = this.pricer.charge;
      c.resource[at] = this.pricer.resource;
      c.durationCycles[at] = this.pricer.cycles;
    }
    this.#length = at + 1;
    return base + at;
  }

  /** Sets the value of a row whose result is known only after its effects (a read). */
  setResult(row: number, b: number): void {
    const at = row - this.#base;
    if (at < 0) return;
    this.#own();
    if (this.#columns.sizeBytes[at] === 8) this.#setWords(at, b >>> 0, b / 4294967296);
    else this.#columns.b[at] = b;
  }

  /** Sets the value of an 8-byte access to the bit; a number cannot hold more than 53 bits. */
  setBits(row: number, low: number, high: number): void {
    if (row < this.#base) return;
    this.#own();
    this.#setWords(row - this.#base, low, high);
  }

  /** Closes a span: its duration reaches to `endCycles`. */
  close(row: number, endCycles: number): void {
    const at = row - this.#base;
    if (at < 0) return;
    this.#own();
    this.#columns.durationCycles[at] = endCycles - (this.#columns.startCycles[at] as number);
  }

  /** Makes a row the enclosing one of what follows. */
  enter(row: number): void {
    this.parent = row;
  }

  /** Ends a row that `enter` made the enclosing one: closes it, its own parent encloses again. */
  leave(row: number, endCycles: number): void {
    const at = row - this.#base;
    const outer = at < 0 ? -1 : (this.#columns.parent[at] as number);
    this.close(row, endCycles);
    this.parent = outer < 0 ? -1 : outer + this.#base;
  }

  /** Names the packet of a row that was written before the packet was known. */
  setPacket(row: number, packet: number): void {
    if (row < this.#base) return;
    this.#own();
    const c = this.#columns;
    const at = row - this.#base;
    const before = c.packet[at] as number;
    c.packet[at] = packet;
    const charge = c.cost[at] as number;
    if (charge > 0)
      this.pricer?.moved(c.actor[at] as number, before, packet, charge, c.a[at] as number);
  }

  /** The packet of the last row kept, or -1. */
  get lastPacket(): number {
    return this.#length === 0 ? -1 : (this.#columns.packet[this.#length - 1] as number);
  }

  /** The packet of a row, or -1 when it has none or is not kept. */
  packetOf(row: number): number {
    return row < this.#base ? -1 : (this.#columns.packet[row - this.#base] ?? -1);
  }

  /**
   * Freezes what was written into a trace of exact length; the store can go on, and what it writes
   * then changes no finished trace.
   */
  finish(): Trace {
    const n = this.#length;
    const trimmed = Object.fromEntries(
      Object.entries(this.#columns).map(([name, column]) => [name, column.subarray(0, n)]),
    ) as unknown as Columns;
    // The trace and the store share the columns until the store writes again.
    this.#shared = true;
    this.#capacity = n;
    return Object.freeze({ ...trimmed, length: n, names: Object.freeze([...this.#names]) });
  }

  /** Forgets rows and counts, keeps the dictionary: a new phase begins. */
  clear(): void {
    this.#base += this.#length;
    this.#length = 0;
    if (this.#full) this.enabled = true;
    this.#full = false;
    this.counts.fill(0);
    this.sums.fill(0);
    if (this.#shared) this.#replace(this.#capacity === 0 ? 0 : CAPACITY_MIN);
    this.#columns.durationCycles.fill(0);
    this.#columns.cost.fill(0);
    this.#columns.resource.fill(0);
    this.parent = -1;
    this.cause = -1;
  }

  /** Makes room for at least this many rows in all, when rows are kept and there is memory. */
  reserve(rowCount: number): void {
    const wanted = Math.min(rowCount, this.#rowsMax);
    if (!this.enabled || wanted <= this.#capacity) return;
    try {
      this.#replace(wanted);
    } catch (error) {
      // Room is made as it is needed, then.
      if (!(error instanceof RangeError)) throw error;
    }
  }

  /** Leaves the columns to a finished trace before a row in them is changed. */
  #own(): void {
    if (this.#shared) this.#replace(this.#capacity);
  }

  #setWords(at: number, low: number, high: number): void {
    this.#words[2 * at] = low;
    this.#words[2 * at + 1] = high;
  }

  /** Makes room for more rows; false, and from now on only counting, when there are enough. */
  #grow(): boolean {
    if (this.#length >= this.#rowsMax) {
      this.enabled = false;
      this.#full = true;
      return false;
    }
    this.#replace(Math.min(Math.max(CAPACITY_MIN, this.#capacity * 2), this.#rowsMax));
    return true;
  }

  /** Goes on with columns of that capacity, which hold the rows so far. */
  #replace(capacity: number): void {
    const columns = allocate(capacity);
    const n = this.#length;
    if (n > 0) {
      for (const name of Object.keys(COLUMNS) as (keyof Columns)[]) {
        columns[name].set(this.#columns[name].subarray(0, n));
      }
    }
    this.#columns = columns;
    this.#words = new Uint32Array(columns.b.buffer);
    this.#capacity = capacity;
    this.#shared = false;
  }
}

/** The value of an access: a number up to 2^53, a bigint beyond (an 8-byte access). */
export function accessValue(trace: Trace, row: number): number | bigint {
  const b = trace.b[row] as number;
  if (trace.sizeBytes[row] !== 8) return b;
  const words = new Uint32Array(trace.b.buffer, trace.b.byteOffset + 8 * row, 2);
  const high = words[1] as number;
  if (high < 0x20_0000) return high * 4294967296 + (words[0] as number);
  return (BigInt(high) << 32n) | BigInt(words[0] as number);
}

function allocate(capacity: number): Columns {
  return Object.fromEntries(
    Object.entries(COLUMNS).map(([name, Column]) => [name, new Column(capacity)]),
  ) as unknown as Columns;
}
