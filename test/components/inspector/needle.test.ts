import { expect } from "chai";
import fc from "fast-check";
import { addressOf, type NeedleKind, needleOf } from "../../../components/inspector/needle.ts";

const bytes = (kind: NeedleKind, typed: string) => {
  const needle = needleOf(kind, typed);
  return "bytes" in needle ? [...needle.bytes] : needle.problem;
};

describe("needleOf", () => {
  it("needleOf: bytes, numbers, addresses and text become bytes", () => {
    expect(bytes("bytes", "de ad:BE-ef")).to.deep.equal([0xde, 0xad, 0xbe, 0xef]);
    expect(bytes("number4", "0x12345678")).to.deep.equal([0x78, 0x56, 0x34, 0x12]);
    expect(bytes("number2", "1 514")).to.deep.equal([0xea, 0x05]);
    expect(bytes("number8", "1")).to.deep.equal([1, 0, 0, 0, 0, 0, 0, 0]);
    expect(bytes("address", "52:54:00:12:34:56")).to.deep.equal([0x52, 0x54, 0, 0x12, 0x34, 0x56]);
    expect(bytes("address", "192.0.2.15")).to.deep.equal([192, 0, 2, 15]);
    expect(bytes("address", "2001:db8::1")).to.deep.equal([
      0x20,
      1,
      0xd,
      0xb8,
      ...Array(11).fill(0),
      1,
    ]);
    expect(bytes("address", "::")).to.deep.equal(Array(16).fill(0));
    expect(bytes("text", "Aé")).to.deep.equal([0x41, 0xc3, 0xa9]);
  });

  it("needleOf: what has no bytes is explained", () => {
    expect(bytes("bytes", "abc")).to.equal(
      "3 hexadecimal digits are no whole bytes: each has two.",
    );
    expect(bytes("bytes", "xy")).to.match(/^“xy” is not hexadecimal/);
    expect(bytes("number1", "256")).to.equal("256 does not fit 8 bits: at most 255.");
    expect(bytes("number2", "-1")).to.match(/^“-1” is no number/);
    expect(bytes("address", "1.2.3.400")).to.match(/^“1\.2\.3\.400” is no address/);
    expect(bytes("address", "1::2::3")).to.match(/is no address/);
    expect(bytes("text", "  ")).to.equal("Type what to look for.");
  });

  it("needleOf: a number of any width is its little-endian bytes", () => {
    const sizes: Readonly<Record<string, number>> = {
      number1: 8,
      number2: 16,
      number4: 32,
      number8: 64,
    };
    for (const [kind, width] of Object.entries(sizes)) {
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n }), (value) => {
          const found = bytes(kind as NeedleKind, String(value));
          if (typeof found === "string") throw new Error(found);
          expect(found.toReversed().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)).to.equal(
            value,
          );
          expect(found).to.have.lengthOf(width / 8);
        }),
        { seed: 3, numRuns: 50 },
      );
    }
  });
});

describe("addressOf", () => {
  it("addressOf: hexadecimal addresses within memory, others explained", () => {
    expect(addressOf(" 0x1F_000 ", 1 << 20)).to.deep.equal({ address: 0x1f000 });
    expect(addressOf("ff", 1 << 20)).to.deep.equal({ address: 255 });
    expect(addressOf("100000", 1 << 20)).to.deep.equal({
      problem: "0x100000 lies beyond the memory of this machine, which ends at 0xfffff.",
    });
    expect(addressOf("here", 1 << 20))
      .to.have.property("problem")
      .that.matches(/^“here” is no address/);
  });
});
