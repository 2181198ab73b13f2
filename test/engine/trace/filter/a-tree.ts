import type { FilterTree } from "#engine";
import fc from "fast-check";

const FIELDS = [
  "packet",
  "row",
  "cycles",
  "duration",
  "value",
  "address",
  "offset",
  "size",
] as const;
const number = fc.oneof(fc.nat(300), fc.constant(2 ** 40 + 3), fc.constant(0xffff000000000002n));

const leaf: fc.Arbitrary<FilterTree> = fc.oneof(
  fc.record({
    type: fc.constant("kind" as const),
    word: fc.constantFrom("exit", "ring", "dma", "wire", "mmioread"),
  }),
  fc.record({
    type: fc.constant("text" as const),
    text: fc.oneof(
      fc.constantFrom("rtl", "OPTS", "tppoll", 'odd"', "exit"),
      fc.string({ maxLength: 4 }),
    ),
  }),
  fc.record({
    type: fc.constant("name" as const),
    field: fc.constantFrom("name" as const, "function" as const),
    text: fc.constantFrom("virtio_net", "cp_interrupt", "cp_start_xmit", 'exot, "odd"'),
  }),
  fc.constantFrom<FilterTree>(
    { type: "word", field: "actor", word: "guest" },
    { type: "word", field: "actor", word: "qemu" },
    { type: "word", field: "resource", word: "vcpu" },
    { type: "word", field: "cost", word: "copyByte" },
  ),
  fc.record({
    type: fc.constant("register" as const),
    name: fc.constantFrom("ISR", "TPPoll", "tx_ring[0].opts1"),
    value: fc.option(
      fc.record({
        operator: fc.constantFrom("=" as const, "!=" as const, "<" as const),
        than: number,
      }),
      { nil: undefined },
    ),
  }),
  fc.record({
    type: fc.constant("number" as const),
    field: fc.constantFrom(...FIELDS),
    operator: fc.constantFrom("=", "!=", ">", ">=", "<", "<=" as const),
    value: number,
    to: fc.constant(undefined),
  }),
  fc
    .tuple(
      fc.constantFrom(...FIELDS, "time" as const),
      fc.double({ min: 0, max: 90, noNaN: true }),
      fc.nat(200),
    )
    .map(([field, from, length]): FilterTree => {
      const value = field === "time" ? Math.abs(from) : Math.floor(Math.abs(from));
      return { type: "number", field, operator: "=", value, to: value + length };
    }),
  fc.record({
    type: fc.constant("number" as const),
    field: fc.constantFrom("caused-by" as const, "inside" as const),
    operator: fc.constant("=" as const),
    value: fc.nat(30),
    to: fc.constant(undefined),
  }),
);

/** Any filter over the words of `aSource`. */
export const aTree: fc.Arbitrary<FilterTree> = fc.letrec<{ tree: FilterTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({
      type: fc.constantFrom("and" as const, "or" as const),
      of: fc.array(tie("tree"), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ type: fc.constant("not" as const), of: tie("tree") }),
  ),
})).tree;
