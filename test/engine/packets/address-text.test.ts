// RFC 5952, 4 A Recommendation for IPv6 Text Representation.
import { expect } from "chai";
import { ipv4Text, ipv6Text, macText } from "../../../engine/packets/address-text.ts";

function groups(...values: number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >> 8, value & 0xff]));
}

describe("ipv6Text", () => {
  const cases: readonly (readonly [bytes: Uint8Array, text: string])[] = [
    [groups(0, 0, 0, 0, 0, 0, 0, 0), "::"],
    [groups(0, 0, 0, 0, 0, 0, 0, 1), "::1"],
    [groups(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1), "2001:db8::1:0:0:1"],
    [groups(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1), "2001:db8:0:1:1:1:1:1"],
    [groups(0x2001, 0, 0, 1, 0, 0, 0, 1), "2001:0:0:1::1"],
    [groups(0xfe80, 0, 0, 0, 0, 0, 0, 0), "fe80::"],
    [groups(1, 2, 3, 4, 5, 6, 7, 0xabcd), "1:2:3:4:5:6:7:abcd"],
  ];
  for (const [bytes, text] of cases) {
    it(`writes ${text}`, () => {
      expect(ipv6Text(bytes)).to.equal(text);
    });
  }
});

describe("macText and ipv4Text", () => {
  it("read from an offset", () => {
    const bytes = Uint8Array.of(9, 1, 2, 0xab, 4, 5, 6, 7);
    expect(macText(bytes, 1)).to.equal("01:02:ab:04:05:06");
    expect(ipv4Text(bytes, 1)).to.equal("1.2.171.4");
  });
});
