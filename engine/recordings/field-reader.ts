import { InputError } from "../core/input-error.ts";

/** What one parsed JSON object holds, and where it stands: the place every complaint names. */
export class FieldReader {
  /** File name, as the reader of the recording gave it. */
  readonly file: string;
  /** 1-based line of the file, or 0 for a file that is one JSON value. */
  readonly line: number;
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /**
   * @param value A parsed JSON value.
   * @throws InputError when it is no object.
   */
  constructor(file: string, line: number, value: unknown, path = "") {
    this.file = file;
    this.line = line;
    this.#path = path;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.#complaint(path === "" ? "the value" : path, "a JSON object", value);
    }
    this.#object = value as Record<string, unknown>;
  }

  /** Whether the field is there. */
  has(field: string): boolean {
    return Object.hasOwn(this.#object, field);
  }

  /** A field that must hold a string. */
  string(field: string): string {
    const value = this.#object[field];
    if (typeof value !== "string") throw this.#complaint(field, "a string", value);
    return value;
  }

  /** A field that may be missing; the empty string then. */
  optionalString(field: string): string {
    return this.has(field) ? this.string(field) : "";
  }

  /** A field that must hold a whole number from 0 to 2^53 - 1. */
  integer(field: string): number {
    const value = this.#object[field];
    if (!isCount(value)) throw this.#complaint(field, "a whole number from 0", value);
    return value;
  }

  /** A whole number that may be missing or null; `otherwise` then. */
  optionalInteger(field: string, otherwise: number): number {
    return (this.#object[field] ?? null) === null ? otherwise : this.integer(field);
  }

  /** A field like "0x1f", of at most 64 bits. */
  hex(field: string): bigint {
    const value = this.#object[field];
    if (typeof value !== "string" || !/^0x[0-9a-f]{1,16}$/.test(value)) {
      throw this.#complaint(field, 'a hexadecimal string such as "0x1f"', value);
    }
    return BigInt(value);
  }

  /** A field like "0x1f" below 2^53. */
  offset(field: string): number {
    const value = Number(this.hex(field));
    if (!Number.isSafeInteger(value)) throw this.#complaint(field, "an offset below 2^53", value);
    return value;
  }

  /** A knob's value: true or false, a number or a text. */
  knob(field: string): boolean | number | string {
    const value = this.#object[field];
    if (typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.#complaint(field, "true, false, a number or a string", value);
  }

  /** A string that must be one of a few. */
  oneOf<const T extends string>(field: string, allowed: readonly T[]): T {
    const value = this.string(field);
    if (!allowed.includes(value as T)) {
      throw this.#complaint(field, `one of ${allowed.join(", ")}`, value);
    }
    return value as T;
  }

  /** A list of strings. */
  strings(field: string): readonly string[] {
    const value = this.#object[field];
    if (!Array.isArray(value) || value.some((entry) => typeof entry !== "string")) {
      throw this.#complaint(field, "a list of strings", value);
    }
    return value;
  }

  /** A list of objects. */
  objects(field: string): readonly FieldReader[] {
    const value = this.#object[field];
    if (!Array.isArray(value)) throw this.#complaint(field, "a list of objects", value);
    return value.map((v, i) => new FieldReader(this.file, this.line, v, `${field}[${i}]`));
  }

  /** An object in the object. */
  object(field: string): FieldReader {
    return new FieldReader(this.file, this.line, this.#object[field], this.#name(field));
  }

  /** Names of all fields. */
  get fields(): readonly string[] {
    return Object.keys(this.#object);
  }

  /** The error for a field that is not as expected. */
  wrong(field: string, expected: string): InputError {
    return this.#complaint(field, expected, this.#object[field]);
  }

  #name(field: string): string {
    return this.#path === "" ? field : `${this.#path}.${field}`;
  }

  #complaint(field: string, expected: string, found: unknown): InputError {
    const where = this.line > 0 ? `${this.file}, line ${this.line}` : this.file;
    const what = found === undefined ? "is missing" : `is ${shortened(found)}`;
    return new InputError(`${where}: field ${this.#name(field)} ${what}, expected ${expected}`);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
