// RFC 1071, 2 (B) Byte Order Independence, 3 Numerical Examples.
import { expect } from "chai";
import fc from "fast-check";
import {
  internetChecksum,
  onesComplementSum,
  pseudoHeaderSum,
} from "../../../engine/packets/checksum.ts";

const SEED = 1071;

describe("internetChecksum", () => {
  it("sums the example of RFC 1071", () => {
    const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    expect(onesComplementSum(bytes)).to.equal(0xddf2);
    expect(internetChecksum(bytes)).to.equal(0x220d);
  });

  it("counts an odd last byte as the high half of a word", () => {
    expect(onesComplementSum(Uint8Array.of(0, 1, 2))).to.equal(0x0201);
    expect(internetChecksum(new Uint8Array(0))).to.equal(0xffff);
  });

  it(`makes any data sum to all ones, in one piece or two, seed ${SEED}`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(32), (data, half) => {
        const cut = Math.min(2 * half, data.length & ~1);
        const checksum = internetChecksum(data, cut, data.length, onesComplementSum(data, 0, cut));
        expect(checksum).to.equal(internetChecksum(data));
        expect(onesComplementSum(data, 0, data.length, checksum)).to.equal(0xffff);
      }),
      { seed: SEED },
    );
  });
});

describe("pseudoHeaderSum", () => {
  it("adds addresses, protocol and both halves of the length", () => {
    const addresses = Uint8Array.of(192, 0, 2, 1, 192, 0, 2, 2);
    const expected = 0xc000 + 0x0201 + 0xc000 + 0x0202 + 17 + 1 + 2 - 0xffff;
    expect(pseudoHeaderSum(addresses, 0, 8, 17, 0x1_0002)).to.equal(expected);
  });
});
