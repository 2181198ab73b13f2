import { expect } from "chai";
import {
  defineRegisters,
  lowBytes,
  mask,
  registerNames,
} from "../../../engine/registers/define.ts";

const common = { fidelity: "storage", doc: "a register", access: "rw" } as const;

describe("defineRegisters", () => {
  it("refuses registers that overlap, banks among them", () => {
    expect(() =>
      defineRegisters({
        TSD: { ...common, offset: 0x10, bytes: 4, banks: { count: 4, stride: 4 } },
        TSAD: { ...common, offset: 0x1e, bytes: 4 },
      }),
    ).to.throw("TSAD overlaps TSD at offset 0x1e");
  });

  it("refuses bit rules on 8-byte registers, which numbers cannot hold", () => {
    expect(() =>
      defineRegisters({ A: { ...common, offset: 0, bytes: 8, access: "w1c" } }),
    ).to.throw("A: bit rules hold for registers of up to 4 bytes");
    expect(() =>
      defineRegisters({ B: { ...common, offset: 0, bytes: 8, readOnlyMask: 1 } }),
    ).to.throw("B: bit rules");
  });

  it("gives every bank its own storage index", () => {
    const registers = defineRegisters({
      A: { ...common, offset: 0, bytes: 1, banks: { count: 3, stride: 2 } },
      B: { ...common, offset: 1, bytes: 1 },
    });
    expect([registers.A.index, registers.B.index]).to.deep.equal([0, 3]);
  });
});

describe("mask", () => {
  it("covers a field's bits, up to all 32", () => {
    const spec = {
      ...common,
      offset: 0,
      bytes: 4,
      fields: {
        LOW: { lsb: 0, width: 13, doc: "" },
        TOP: { lsb: 31, doc: "" },
        ALL: { lsb: 0, width: 32, doc: "" },
      },
    } as const;
    expect(["LOW", "TOP", "ALL"].map((field) => mask(spec, field))).to.deep.equal([
      0x1fff, 0x8000_0000, 0xffff_ffff,
    ]);
    expect(() => mask(spec, "NONE")).to.throw("the register has no field NONE");
  });
});

describe("lowBytes", () => {
  it("keeps what a bus of that width carries, unsigned", () => {
    expect([1, 2, 4].map((bytes) => lowBytes(-2, bytes))).to.deep.equal([
      0xfe, 0xfffe, 0xffff_fffe,
    ]);
    expect(lowBytes(2 ** 40, 8)).to.equal(2 ** 40);
  });
});

describe("registerNames", () => {
  it("finds a register by its offset, each bank with its number", () => {
    const names = registerNames({
      TSD: { ...common, offset: 0x10, bytes: 4, banks: { count: 2, stride: 4 } },
      ISR: { ...common, offset: 0x3e, bytes: 2 },
    });
    expect([...names]).to.deep.equal([
      [0x10, "TSD[0]"],
      [0x14, "TSD[1]"],
      [0x3e, "ISR"],
    ]);
  });
});
