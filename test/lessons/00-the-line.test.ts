import { expect } from "chai";
import { wireNanoseconds } from "../../lessons/00-the-line.ts";

describe("wireNanoseconds", () => {
  it("wireNanoseconds: the smallest frame occupies 84 bytes of wire", () => {
    expect(wireNanoseconds(60)).to.equal(672);
  });

  it("wireNanoseconds: the largest frame occupies 1,538 bytes of wire", () => {
    expect(wireNanoseconds(1514)).to.equal(12_304);
  });
});
