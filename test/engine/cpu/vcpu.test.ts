import { expect } from "chai";
import { Vcpu } from "../../../engine/cpu/vcpu.ts";

function aVcpu() {
  const vcpu = new Vcpu();
  const log: string[] = [];
  vcpu.install(
    (vector) => log.push(`vector ${vector}, IF ${vcpu.interruptsEnabled ? 1 : 0}`),
    () => log.push("released"),
  );
  return { vcpu, log };
}

describe("Vcpu", () => {
  it("runs a handler with interrupts disabled and enables them afterwards", () => {
    const { vcpu, log } = aVcpu();
    vcpu.apic.request(0x26);
    vcpu.takeInterrupt();
    expect(log).to.deep.equal(["vector 38, IF 0"]);
    expect(vcpu.interruptsEnabled).to.equal(true);
  });

  it("lets a pending interrupt in when the last of nested disables is undone", () => {
    const { vcpu, log } = aVcpu();
    vcpu.disableInterrupts();
    vcpu.disableInterrupts();
    vcpu.apic.request(0x26);
    expect(vcpu.deliverable).to.equal(false);
    vcpu.enableInterrupts();
    expect(log).to.deep.equal([]);
    vcpu.enableInterrupts();
    expect(log).to.deep.equal(["released"]);
  });

  it("refuses to enable what was not disabled", () => {
    expect(() => aVcpu().vcpu.enableInterrupts()).to.throw("only after they were disabled");
  });
});
