// IEEE Std 802.3, 3.2.9 Frame Check Sequence field.
import { expect } from "chai";
import fc from "fast-check";
import { crc32, writeFcs } from "../../../engine/packets/crc32.ts";

const SEED = 802_3;

/** The polynomial division, bit by bit. */
function slowCrc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe("crc32", () => {
  it("gives the check value of the algorithm's catalogue", () => {
    const digits = Uint8Array.from("123456789", (digit) => digit.charCodeAt(0));
    expect(crc32(digits)).to.equal(0xcbf43926);
    expect(crc32(new Uint8Array(0))).to.equal(0);
  });

  it(`agrees with a division bit by bit on any part of any bytes, seed ${SEED}`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), fc.nat(80), (bytes, from, to) => {
        const start = Math.min(from, bytes.length);
        const end = Math.max(start, Math.min(to, bytes.length));
        expect(crc32(bytes, start, end)).to.equal(slowCrc32(bytes.subarray(start, end)));
      }),
      { seed: SEED },
    );
  });

  it(`goes on over pieces, seed ${SEED}`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), (bytes, cut) => {
        const at = Math.min(cut, bytes.length);
        expect(crc32(bytes, at, bytes.length, crc32(bytes, 0, at))).to.equal(crc32(bytes));
      }),
      { seed: SEED },
    );
  });

  it("leaves the residue of IEEE 802.3 over a frame with its FCS", () => {
    const frame = new Uint8Array(64).fill(0x5a);
    writeFcs(frame, 60, crc32(frame, 0, 60));
    expect(crc32(frame)).to.equal(0x2144df1c);
  });
});
