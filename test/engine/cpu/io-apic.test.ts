// Intel 82093AA, 3.2.4 "IOREDTBL": level-triggered entries with remote IRR.
import { expect } from "chai";
import { aMachine, rowsOf } from "../a-machine.ts";

describe("IoApicPin", () => {
  it("traces changes of the line only", () => {
    const machine = aMachine();
    const pin = machine.pin(11);
    for (const level of [true, true, false, false, true]) pin.setLevel(level);
    expect(rowsOf(machine.trace.finish())).to.deep.equal([
      "intxAssert INTA# gsi=11 none=0",
      "intxDeassert INTA# gsi=11 none=0",
      "intxAssert INTA# gsi=11 none=0",
    ]);
  });

  it("requests its vector once until the EOI, and again after it while the line is asserted", () => {
    const machine = aMachine();
    const { apic } = machine.vcpu;
    const pin = machine.pin(11);
    pin.route(0x26);
    pin.setLevel(true);
    expect(apic.accept()).to.equal(0x26);
    pin.setLevel(false);
    pin.setLevel(true);
    expect(apic.highestRequested).to.equal(-1);
    apic.eoi();
    pin.eoi();
    expect(apic.highestRequested).to.equal(0x26);
  });

  it("does not request again after the EOI when the line went low meanwhile", () => {
    const machine = aMachine();
    const { apic } = machine.vcpu;
    const pin = machine.pin(11);
    pin.route(0x26);
    pin.setLevel(true);
    apic.accept();
    pin.setLevel(false);
    apic.eoi();
    pin.eoi();
    expect(apic.highestRequested).to.equal(-1);
  });

  it("delivers a line that was asserted while masked as soon as it is routed", () => {
    const machine = aMachine();
    const pin = machine.pin(11);
    pin.setLevel(true);
    expect(machine.vcpu.apic.highestRequested).to.equal(-1);
    pin.route(0x30);
    expect(machine.vcpu.apic.highestRequested).to.equal(0x30);
  });

  it("forgets its remote IRR when it is masked, so that the next driver gets its interrupt", () => {
    const machine = aMachine();
    const pin = machine.pin(11);
    pin.route(0x30);
    pin.setLevel(true);
    pin.route(-1);
    machine.vcpu.apic.accept();
    machine.vcpu.apic.eoi();
    pin.route(0x31);
    expect(machine.vcpu.apic.highestRequested).to.equal(0x31);
  });

  it("names the assertion as the cause of the interrupt", () => {
    const machine = aMachine();
    const pin = machine.pin(11);
    pin.route(0x26);
    machine.note(26, 0, 0, 0, 0);
    pin.setLevel(true);
    expect(machine.vcpu.apic.causeRows[0x26]).to.equal(1);
  });

  it("tells whoever handles interrupts that the line requested its vector", () => {
    const raised: number[] = [];
    const crossing = { raised: (vector: number) => raised.push(vector), taken() {}, eoi() {} };
    const machine = aMachine({ interruptCrossing: crossing });
    const pin = machine.pin(11);
    pin.route(0x26);
    pin.setLevel(true);
    expect(raised).to.deep.equal([0x26]);
  });
});
