import { expect } from "chai";
import { InputError } from "../../../../engine/core/input-error.ts";
import { evaluate } from "../../../../engine/cpu/assembler/expression.ts";

const lookup = (name: string) =>
  name === "label"
    ? { value: 0x1000n, isAddress: true }
    : name === "TEN"
      ? { value: 10n, isAddress: false }
      : undefined;
const value = (text: string) => evaluate(text, lookup).value;

describe("evaluate", () => {
  it("knows numbers, characters, names and the operators by their strength", () => {
    const cases: readonly (readonly [string, bigint])[] = [
      ["0x10", 16n],
      ["0b101", 5n],
      ["1_000", 1000n],
      ["'A'", 65n],
      ["TEN", 10n],
      ["2 + 3 * 4", 14n],
      ["(2 + 3) * 4", 20n],
      ["10 - 3 - 2", 5n],
      ["1 << 4 | 1", 17n],
      ["0xff & ~0xf", 0xf0n],
      ["-TEN + 1", -9n],
      ["label + 8 * (TEN >> 1)", 0x1028n],
    ];
    expect(cases.map(([text]) => [text, value(text)])).to.deep.equal(cases);
  });

  it("remembers whether a label is in it", () => {
    expect(evaluate("label - 4", lookup).isAddress).to.equal(true);
    expect(evaluate("TEN - 4", lookup).isAddress).to.equal(false);
  });

  it("refuses what is no expression", () => {
    for (const text of ["", "1 +", "(1", "1 2", "1 / 2", '"a"']) {
      expect(() => value(text), text).to.throw(
        InputError,
        `"${text}" is not a constant expression`,
      );
    }
    expect(() => value("nothing")).to.throw(InputError, "nothing is not defined");
  });
});
