/** Fields whose value is one of a list of words. */
export const WORD_FIELDS = ["actor", "resource", "cost"] as const;
/** One of {@link WORD_FIELDS}. */
export type WordField = (typeof WORD_FIELDS)[number];

/** Fields whose value is a number. */
export const NUMBER_FIELDS = [
  "packet",
  "row",
  "time",
  "cycles",
  "duration",
  "value",
  "address",
  "offset",
  "bytes",
  "size",
  "vector",
  "caused-by",
  "inside",
] as const;
/** One of {@link NUMBER_FIELDS}. */
export type NumberField = (typeof NUMBER_FIELDS)[number];

/** What a field asks for. */
export interface FieldSpec {
  /** What is compared, as a sentence. */
  readonly doc: string;
  readonly example: string;
}

/** Every field by its name, in the order in which they are offered. */
export const FILTER_FIELDS: Readonly<
  Record<"kind" | "reg" | "name" | "function" | WordField | NumberField, FieldSpec>
> = {
  reg: { doc: "A register or ring field, and the value read or written.", example: "reg:ISR=0x1" },
  actor: { doc: "Whose code runs.", example: "actor:qemu" },
  packet: { doc: "The packet, counted from 1.", example: "packet:3-7" },
  cycles: { doc: "Typical cycles that the row itself costs.", example: "cycles>1000" },
  time: {
    doc: "Microseconds since the first row; ns, us, ms and s are understood.",
    example: "time>12us",
  },
  duration: { doc: "Cycles from the row's beginning to its end.", example: "duration>5000" },
  value: { doc: "The value read, written or signalled.", example: "value=0x40" },
  address: { doc: "The guest address.", example: "address:0x1000-0x1fff" },
  offset: {
    doc: "The offset in a register block, ring or configuration space.",
    example: "offset:0x3e",
  },
  bytes: { doc: "Bytes copied, read, written or carried.", example: "bytes>1000" },
  size: { doc: "The width of an access in bytes.", example: "size:4" },
  vector: { doc: "The interrupt vector.", example: "vector:0x26" },
  name: { doc: "Text in the row's place.", example: 'name:"virtio"' },
  function: { doc: "What happens inside this call.", example: "function:cp_interrupt" },
  cost: { doc: "The rows that a price is charged for.", example: "cost:vmRoundTrip" },
  resource: { doc: "Which CPU or part of the NIC was busy.", example: "resource:vcpu" },
  row: { doc: "The number of the row, from 0.", example: "row:100-200" },
  "caused-by": { doc: "What this row led to, directly or not.", example: "caused-by:123" },
  inside: { doc: "What this row encloses.", example: "inside:123" },
  kind: { doc: "A kind of row or a group of kinds.", example: "kind:mmioRead" },
};

/** The name of a field. */
export type FieldName = keyof typeof FILTER_FIELDS;

const ALIASES: ReadonlyMap<string, FieldName> = new Map([
  ["register", "reg"],
  ["text", "name"],
]);

/** The field of a name in any case, or undefined. */
export function findField(name: string): FieldName | undefined {
  const word = name.toLowerCase();
  const known = Object.keys(FILTER_FIELDS) as FieldName[];
  return known.find((one) => one === word) ?? ALIASES.get(word);
}

/** Whether a field takes numbers. */
export function isNumberField(field: FieldName): field is NumberField {
  return NUMBER_FIELDS.some((one) => one === field);
}

/** Whether a field takes one of a list of words. */
export function isWordField(field: FieldName): field is WordField {
  return WORD_FIELDS.some((one) => one === field);
}
