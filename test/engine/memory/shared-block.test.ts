import { expect } from "chai";
import fc from "fast-check";
import { accessValue } from "../../../engine/trace/store.ts";
import { aMachine, rowsOf } from "../a-machine.ts";

const SEED = 20_269;

describe("SharedBlock", () => {
  it("traces each load and store as one row and one guest access, with what memory holds", () => {
    const machine = aMachine();
    const block = machine.block("tx_ring", 0x2000, 64);
    block.store8(0, 0x1ff);
    block.store16(2, -1);
    block.store32(4, -2);
    expect(block.load16(4)).to.equal(0xfffe);
    expect(rowsOf(machine.trace.finish())).to.deep.equal([
      "ringStore tx_ring offset=0 value=255",
      "ringStore tx_ring offset=2 value=65535",
      "ringStore tx_ring offset=4 value=4294967294",
      "ringLoad tx_ring offset=4 value=65534",
    ]);
    expect(machine.scheduler.accessCount).to.equal(4);
    expect(machine.memory.view.getUint16(0x2004, true)).to.equal(0xfffe);
  });

  it(`holds 8-byte values whole, in memory and in the trace, seed ${SEED}`, () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff), (low, high) => {
        const machine = aMachine();
        const block = machine.block("ring", 0x2000, 64);
        block.storeHalves(8, low, high);
        block.load64(8);
        const bits = (BigInt(high) << 32n) | BigInt(low);
        expect(machine.memory.view.getBigUint64(0x2008, true)).to.equal(bits);
        const trace = machine.trace.finish();
        expect(BigInt(accessValue(trace, 0))).to.equal(bits);
        expect(BigInt(accessValue(trace, 1))).to.equal(bits);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it("gives back an 8-byte number below 2^53", () => {
    const block = aMachine().block("ring", 0x2000, 64);
    block.store64(0, 2 ** 53 - 1);
    expect(block.load64(0)).to.equal(2 ** 53 - 1);
    expect(block.peek32(4)).to.equal(0x1f_ffff);
  });

  it("is found by its name; one made again replaces the former", () => {
    const machine = aMachine();
    machine.block("ring", 0x2000, 64);
    const second = machine.block("ring", 0x3000, 64);
    expect(machine.blocks.get("ring")).to.equal(second);
  });
});
