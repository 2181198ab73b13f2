import { expect } from "chai";
import { EXIT_REASON, exitName } from "../../../engine/cpu/exit-reason.ts";

describe("EXIT_REASON", () => {
  it("has the numbers of Intel SDM vol. 3D, appendix C, and a name for each", () => {
    expect(Object.values(EXIT_REASON).map((reason) => [reason, exitName(reason)])).to.deep.equal([
      [1, "external interrupt"],
      [7, "interrupt window"],
      [12, "HLT"],
      [30, "I/O instruction"],
      [44, "APIC access"],
      [45, "virtualized EOI"],
      [49, "EPT misconfiguration"],
    ]);
  });
});
