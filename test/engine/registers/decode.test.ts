import { expect } from "chai";
import { fieldsSet, meaningOf, registerMeanings } from "../../../engine/registers/decode.ts";

const ISR = {
  offset: 0x3e,
  bytes: 2,
  access: "w1c",
  fidelity: "modelled",
  doc: "what happened",
  fields: {
    ROK: { lsb: 0, doc: "received" },
    TOK: { lsb: 2, doc: "sent" },
    count: { lsb: 8, width: 4, doc: "how many" },
  },
} as const;

describe("fieldsSet", () => {
  it("fieldsSet: bits by name, wider fields with their value, highest first", () => {
    const { fields } = meaningOf(ISR);
    expect(fieldsSet(fields, 0x505)).to.deep.equal(["count 5", "TOK", "ROK"]);
    expect(fieldsSet(fields, 0)).to.deep.equal([]);
  });

  it("fieldsSet: the high half of 64 bits counts as well", () => {
    const fields = [{ name: "length", lsb: 32, width: 16 }];
    expect(fieldsSet(fields, 0x3c_0000_0073)).to.deep.equal(["length 60"]);
    expect(fieldsSet(fields, (1n << 63n) | (9n << 32n))).to.deep.equal(["length 9"]);
  });
});

describe("registerMeanings", () => {
  it("registerMeanings: each bank of a register has its own offset", () => {
    const meanings = registerMeanings({ ISR: { ...ISR, banks: { count: 3, stride: 4 } } });
    expect([...meanings.keys()]).to.deep.equal([0x3e, 0x42, 0x46]);
    expect(meanings.get(0x42)?.access).to.equal("w1c");
  });
});
