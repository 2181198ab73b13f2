import { expect } from "chai";
import type { CostRange } from "../../../../engine/ledger/cost.ts";
import { COST_TABLE, type CostName } from "../../../../engine/ledger/costs/index.ts";
import { findProfile } from "../../../../engine/ledger/profiles/index.ts";

/** QEMU's own instructions of a register load: sys_exit to sys_enter of KVM_RUN, as recorded. */
const QEMU = 1978;

/** Typical values of primitives together. */
function sum(...names: readonly CostName[]): number {
  return names.reduce((all, name) => all + COST_TABLE[name].value.typical, 0);
}

/** Cycles of `instructions`, a round trip of the hardware and `extra` on a part, with their range. */
function predict(id: string, trip: number, instructions: number, extra: number): CostRange {
  const perInstruction = findProfile(id).cyclesPerInstruction?.value;
  if (perInstruction === undefined) throw new RangeError(`${id} has no cycles per instruction`);
  const { low, typical, high } = perInstruction;
  const cycles = (each: number): number => trip + extra + instructions * each;
  return { low: cycles(low), typical: cycles(typical), high: cycles(high) };
}

describe("KVM's instruction counts", () => {
  it("of the parts of a register load from QEMU make up the recorded whole", () => {
    const parts = sum("kvmMmioExit", "kvmMmioEmulation", "kvmUserExit", "kvmRun");
    expect(parts + QEMU).to.equal(8393);
  });

  it("of the parts of an IN from QEMU make up the recorded whole", () => {
    expect(sum("kvmPortExit", "kvmUserExit", "kvmRun") + QEMU).to.equal(5278);
  });

  it("of a doorbell by ioeventfd make up the recorded whole, with and without APICv", () => {
    expect(sum("kvmMmioExit", "kvmIoeventfd")).to.equal(1362 - 2);
    expect(sum("kvmMmioExit", "kvmIoeventfd", "kvmApicvSync")).to.equal(1510 - 2);
  });

  it("of a doorbell that wakes a thread make up the recorded whole", () => {
    const parts = sum("kvmMmioExit", "kvmIoeventfd", "kvmApicvSync", "schedulerWakeUp");
    expect(parts).to.equal(2968 + 430);
  });
});

describe("Cycles per instruction", () => {
  const switchCycles = COST_TABLE.userKernelSwitch.value.typical;

  it("of Haswell give inl_from_qemu of 2016 within 10 %", () => {
    const trip = findProfile("haswell-ep").values.vmRoundTrip?.value.typical ?? 0;
    const predicted = predict("haswell-ep", trip, 5278, switchCycles);
    expect(predicted.typical / 5777).to.be.within(0.9, 1.1);
  });

  it("of Haswell hold the light exit of 2017 within their range", () => {
    const trip = findProfile("haswell-ep").values.vmRoundTrip?.value.typical ?? 0;
    const predicted = predict("haswell-ep", trip, 1110, 0);
    expect(predicted.low).to.be.below(1200);
    expect(predicted.high).to.be.above(1200);
  });

  it("of Nehalem hold the CPUID exit of 2010 within 10 %", () => {
    const predicted = predict("nehalem", 1009, 1110, 0);
    expect(predicted.typical / 2600).to.be.within(0.9, 1.1);
  });

  it("of Skylake-SP hold vmcall of 2020 within their range", () => {
    const predicted = predict("skylake-sp", 500, 1334, 0);
    expect(predicted.low).to.be.below(1529);
    expect(predicted.high).to.be.above(1559);
    expect(predicted.typical / 1559).to.be.within(0.8, 1.25);
  });

  it("of Ice Lake-SP hold CPUID of 2024 without mitigations at the lower end of their range", () => {
    const predicted = predict("ice-lake-sp", 500, 1258, 0);
    expect(predicted.low / 1018).to.be.within(0.95, 1.05);
  });

  it("of Skylake-SP hold the notify of 2020 within their range", () => {
    const predicted = predict("skylake-sp", 500, 2968, 0);
    expect(predicted.low).to.be.below(4984);
    expect(predicted.high).to.be.at.least(4900);
  });

  it("of Ice Lake-SP give outl_to_kernel of 2022 within 20 %, from VMCALL's count or IN's", () => {
    for (const instructions of [1334, 1554]) {
      const predicted = predict("ice-lake-sp", 500, instructions, 0);
      expect(predicted.typical / 2008).to.be.within(0.8, 1.2);
    }
  });

  it("of Penryn hold vmcall and inl_from_qemu of 2012 within their range", () => {
    const light = predict("penryn", 1266, 1186, 0);
    expect(light.typical / 3898).to.be.within(0.9, 1.1);
    expect(predict("penryn", 1266, 5278, switchCycles).high / 20574).to.be.within(0.95, 1.1);
  });
});
