import { assert } from "../core/assert.ts";

/** One field of a register. */
export interface FieldSpec {
  /** Least significant bit, 0-based. */
  readonly lsb: number;
  /** Width in bits, default 1. */
  readonly width?: number;
  readonly doc: string;
}

/** How storage answers an access, as datasheets print it. */
export type Access = "rw" | "ro" | "wo" | "w1c" | "rc";

/**
 * One register as a datasheet's table prints it. `access`: rw; ro (writes ignored); wo (reads 0);
 * w1c (writing 1 clears the bit); rc (reading clears). Masks refine single bits.
 */
export interface RegisterSpec {
  /** Byte offset in its region. */
  readonly offset: number;
  /** Width in bytes. */
  readonly bytes: 1 | 2 | 4 | 8;
  readonly access: Access;
  /** Value after reset, default 0. */
  readonly reset?: number;
  /** Bits that a guest's write cannot change, default none. */
  readonly readOnlyMask?: number;
  /** A bank of equal registers: `count` of them, `stride` bytes apart. */
  readonly banks?: { readonly count: number; readonly stride: number };
  /** "modelled": the device acts on it; "storage": it only remembers; shown to the learner. */
  readonly fidelity: "modelled" | "storage";
  /** True for the register that tells the device that work is ready. */
  readonly doorbell?: true;
  readonly doc: string;
  readonly fields?: Readonly<Record<string, FieldSpec>>;
}

/** A register table: names as in the datasheet. */
export type RegisterTable = Readonly<Record<string, RegisterSpec>>;

/** A register of a table, resolved: what drivers and handlers hold. */
export interface Register extends RegisterSpec {
  readonly name: string;
  /** Position of its first bank's storage in the register file. */
  readonly index: number;
}

/** A table whose entries know their name and storage index. */
export type Registers<T extends RegisterTable> = { readonly [N in keyof T]: Register & T[N] };

/**
 * Checks and resolves a register table.
 * @throws InvariantError when two registers overlap, when the module loads.
 */
export function defineRegisters<const T extends RegisterTable>(table: T): Registers<T> {
  const taken = new Map<number, string>();
  const out: Record<string, Register> = {};
  let index = 0;
  for (const [name, spec] of Object.entries(table)) {
    const count = spec.banks?.count ?? 1;
    const stride = spec.banks?.stride ?? 0;
    for (let bank = 0; bank < count; bank++) {
      for (let byte = 0; byte < spec.bytes; byte++) {
        const at = spec.offset + bank * stride + byte;
        assert(!taken.has(at), `${name} overlaps ${taken.get(at)} at offset 0x${at.toString(16)}`);
        taken.set(at, name);
      }
    }
    const whole = spec.access !== "w1c" && spec.readOnlyMask === undefined;
    assert(spec.bytes < 8 || whole, `${name}: bit rules hold for registers of up to 4 bytes`);
    out[name] = { ...spec, name, index };
    index += count;
  }
  return Object.freeze(out) as unknown as Registers<T>;
}

/** Names of the registers of tables by offset, for people; a bank's has its number. */
export function registerNames(...tables: readonly RegisterTable[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const [name, spec] of tables.flatMap((table) => Object.entries(table))) {
    const { count, stride } = spec.banks ?? { count: 1, stride: 0 };
    for (let bank = 0; bank < count; bank++) {
      names.set(spec.offset + bank * stride, count === 1 ? name : `${name}[${bank}]`);
    }
  }
  return names;
}

/** The low bytes of a value, unsigned: what a bus `byteCount` wide carries of it (8: all of it). */
export function lowBytes(value: number, byteCount: number): number {
  if (byteCount === 4) return value >>> 0;
  if (byteCount === 2) return value & 0xffff;
  return byteCount === 1 ? value & 0xff : value;
}

/** The bit mask of a field. */
export function mask(register: RegisterSpec, field: string): number {
  const spec = register.fields?.[field];
  assert(spec !== undefined, `the register has no field ${field}`);
  const width = spec.width ?? 1;
  return (width >= 32 ? 0xffffffff : ((1 << width) - 1) << spec.lsb) >>> 0;
}
