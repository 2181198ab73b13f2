import { EVENTS, KIND_COUNT } from "../schema.ts";
import type { NumberField } from "./filter-field.ts";
import type { FilterSource } from "./filter-source.ts";
import type { FilterNumber, FilterOperator } from "./filter-tree.ts";

/** Writes numbers of consecutive rows, from `first` on, into a buffer; NaN where a row has none. */
type NumberReader = (first: number, count: number, into: Float64Array) => void;

type ArgumentField = "value" | "address" | "offset" | "bytes" | "vector";
type RowField = Exclude<NumberField, "caused-by" | "inside">;

const SECOND = 2;
const WORD = 0x1_0000_0000;
const CHUNK_ROWS = 4096;

/** A byte for each row: 1 where its number compares as wanted. What has no number never does. */
export function comparedMarks(
  field: RowField,
  operator: FilterOperator,
  value: FilterNumber,
  to: FilterNumber | undefined,
  source: FilterSource,
): Uint8Array {
  const marks = new Uint8Array(source.trace.length);
  const last = to ?? value;
  if ((typeof value === "bigint" || typeof last === "bigint") && isArgument(field)) {
    const read = argumentOf(field, source);
    for (let row = 0; row < marks.length; row++) {
      if (compares(read(row), operator, value, last)) marks[row] = 1;
    }
    return marks;
  }
  // Columns are read in pieces into one buffer: each loop then knows its types, and is fast.
  const read = readerOf(field, source);
  const buffer = new Float64Array(CHUNK_ROWS);
  for (let first = 0; first < marks.length; first += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, marks.length - first);
    read(first, count, buffer);
    markNumbers(buffer.subarray(0, count), operator, Number(value), Number(last), marks, first);
  }
  return marks;
}

/** Compares numbers exactly, also those beyond 2^53. */
export function compares(
  number: FilterNumber,
  operator: FilterOperator,
  value: FilterNumber,
  last: FilterNumber = value,
): boolean {
  switch (operator) {
    case "=":
      return number >= value && number <= last;
    case "!=":
      return number < value || number > last;
    case ">":
      return number > value;
    case ">=":
      return number >= value;
    case "<":
      return number < value;
    case "<=":
      return number <= value;
  }
}

/** An argument of a row to the bit; NaN where its kind has none of that name. */
export function argumentOf(
  field: ArgumentField,
  { trace: { kind, sizeBytes, a, b } }: FilterSource,
): (row: number) => FilterNumber {
  const columns = argumentColumns(field);
  const words = new Uint32Array(b.buffer, b.byteOffset, 2 * b.length);
  return (row) => {
    const column = columns[kind[row] as number];
    if (column === 0) return NaN;
    if (column !== SECOND) return a[row] as number;
    if (sizeBytes[row] !== 8) return b[row] as number;
    const low = words[2 * row] as number;
    const high = words[2 * row + 1] as number;
    return high < 0x20_0000 ? high * WORD + low : (BigInt(high) << 32n) | BigInt(low);
  };
}

function markNumbers(
  numbers: Float64Array,
  operator: FilterOperator,
  value: number,
  last: number,
  marks: Uint8Array,
  first: number,
): void {
  if (operator === "!=") {
    numbers.forEach((number, at) => {
      if (number < value || number > last) marks[first + at] = 1;
    });
    return;
  }
  const isOpen = operator === ">" || operator === "<";
  const low = operator === "<" || operator === "<=" ? -Infinity : value;
  const high = operator === ">" || operator === ">=" ? Infinity : last;
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number;
    if (number >= low && number <= high && !(isOpen && number === value)) marks[first + at] = 1;
  }
}

function readerOf(field: RowField, source: FilterSource): NumberReader {
  const { trace, cyclesPerMicrosecond, costs } = source;
  const { packet, startCycles, durationCycles, sizeBytes } = trace;
  const start = startCycles[0] ?? 0;
  switch (field) {
    case "packet":
      return (first, count, into) => {
        for (let at = 0; at < count; at++) {
          const number = packet[first + at] as number;
          into[at] = number < 0 ? NaN : number + 1;
        }
      };
    case "row":
      return (first, count, into) => {
        for (let at = 0; at < count; at++) into[at] = first + at;
      };
    case "time":
      return (first, count, into) => {
        for (let at = 0; at < count; at++) {
          into[at] = ((startCycles[first + at] as number) - start) / cyclesPerMicrosecond;
        }
      };
    case "cycles":
      return (first, count, into) => {
        for (let at = 0; at < count; at++) into[at] = costs?.rowCycles(first + at) ?? NaN;
      };
    case "duration":
      return (first, count, into) => into.set(durationCycles.subarray(first, first + count));
    case "size":
      return (first, count, into) => {
        for (let at = 0; at < count; at++) into[at] = sizeBytes[first + at] || NaN;
      };
    default:
      return argumentReader(field, source);
  }
}

/** Values beyond 2^53 are rounded here, and stay beyond whatever a plain number compares them with. */
function argumentReader(field: ArgumentField, { trace }: FilterSource): NumberReader {
  const { kind, sizeBytes, a, b } = trace;
  const columns = argumentColumns(field);
  const words = new Uint32Array(b.buffer, b.byteOffset, 2 * b.length);
  return (first, count, into) => {
    for (let at = 0; at < count; at++) {
      const row = first + at;
      const column = columns[kind[row] as number] as number;
      if (column === 0) into[at] = NaN;
      else if (column !== SECOND) into[at] = a[row] as number;
      else if (sizeBytes[row] !== 8) into[at] = b[row] as number;
      else into[at] = (words[2 * row + 1] as number) * WORD + (words[2 * row] as number);
    }
  };
}

function isArgument(field: RowField): field is ArgumentField {
  return ["value", "address", "offset", "bytes", "vector"].includes(field);
}

/** By kind: which column an argument stands in, 0 for none. */
function argumentColumns(field: string): Uint8Array {
  const columns = new Uint8Array(KIND_COUNT);
  for (const { code, args } of Object.values(EVENTS)) {
    columns[code] = (args as readonly string[]).indexOf(field) + 1;
  }
  return columns;
}
