import { expect } from "chai";
import { EXIT_REASON } from "../../../engine/cpu/exit-reason.ts";
import { ioioExitInfo1, svmCrExit, svmExitOf } from "../../../engine/cpu/svm-exit.ts";

describe("SVM exits", () => {
  it("report the same events under AMD's names and codes", () => {
    expect(svmExitOf(EXIT_REASON.eptMisconfiguration)).to.deep.equal({ name: "NPF", code: 0x400 });
    expect(svmExitOf(EXIT_REASON.hlt)).to.deep.equal({ name: "HLT", code: 0x78 });
    expect(svmExitOf(EXIT_REASON.wrmsr)).to.deep.equal({ name: "MSR", code: 0x7c });
    expect(svmExitOf(EXIT_REASON.interruptWindow)).to.deep.equal({ name: "VINTR", code: 0x64 });
    expect(svmCrExit(3, true)).to.deep.equal({ name: "CR3_WRITE", code: 0x13 });
  });

  it("have no preemption timer", () => {
    expect(svmExitOf(EXIT_REASON.preemptionTimer)).to.equal(undefined);
  });

  it("tell port, size and direction of IN and OUT in EXITINFO1", () => {
    const one = { port: 0xf4, sizeBytes: 1, string: false, rep: false } as const;
    expect(ioioExitInfo1({ ...one, direction: "out" })).to.equal(0x00f4_0210);
    expect(ioioExitInfo1({ ...one, direction: "in" })).to.equal(0x00f4_0211);
  });
});
