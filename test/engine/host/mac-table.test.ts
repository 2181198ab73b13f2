import { expect } from "chai";
import fc from "fast-check";
import { MacTable, macTail } from "../../../engine/host/mac-table.ts";

describe("MacTable", () => {
  it("behaves as a map from addresses to numbers (seed 31)", () => {
    // Few values for a byte, so that addresses come again and collide.
    const mac = fc.array(fc.constantFrom(0, 1, 2, 0xfe, 0xff), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(mac, fc.nat(5)), { maxLength: 300 }), (entries) => {
        const table = new MacTable();
        const map = new Map<string, number>();
        for (const [address, value] of entries) {
          const bytes = Uint8Array.from(address);
          expect(table.get(bytes, 0)).to.equal(map.get(String(address)) ?? -1);
          table.set(bytes, 0, value);
          map.set(String(address), value);
          expect(table.get(bytes, 0)).to.equal(value);
        }
        expect(table.size).to.equal(map.size);
        table.clear();
        expect(table.size).to.equal(0);
        for (const [address] of entries)
          expect(table.get(Uint8Array.from(address), 0)).to.equal(-1);
      }),
      { seed: 31, numRuns: 100 },
    );
  });

  it("shortens an address to its last three bytes for rows", () => {
    const bytes = Uint8Array.of(9, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa);
    expect(macTail(bytes, 1)).to.equal(0xfc_fbfa);
  });
});
