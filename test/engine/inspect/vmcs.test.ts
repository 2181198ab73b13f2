import { expect } from "chai";
import { SECONDARY } from "../../../engine/cpu/vtx/controls.ts";
import { anInspectedRun, rowOf } from "./inspected-run.ts";

const VALID = 0x8000_0000;

/** Whether a control's bit is set. */
function isSet(value: unknown, bit: number): boolean {
  return (Number(value) >>> bit) % 2 === 1;
}

// Intel SDM vol. 3C, chapters 25, 28 and 30; AMD64 APM vol. 2, appendix B. Does not cover guest and
// host state, which are not kept.
describe("VMCS", () => {
  it("has reason 49 and the register's address after a store to an emulated device", () => {
    const { run, history } = anInspectedRun("vtx-rtl8139");
    const exit = rowOf(run, "vmExit", "EPT misconfiguration");
    const snapshot = history.at(exit);
    expect(snapshot.value("vmcs", "exitReason")).to.equal(49);
    expect(snapshot.value("vmcs", "guestPhysicalAddress")).to.equal(0xfebf_f0d9n);
    expect(snapshot.value("vmcs", "exitInstructionLength")).to.equal(undefined);
    expect(history.at(exit - 1).value("vmcs", "exitReason")).to.equal(12);
    expect(snapshot.changedSections).to.include("vmcs");
  });

  it("has the length of HLT and no address after a guest halts", () => {
    const { run, history } = anInspectedRun("vtx-rtl8139");
    const halted = history.at(rowOf(run, "vmExit", "HLT", rowOf(run, "vmExit", "EPT")));
    expect(halted.value("vmcs", "exitReason")).to.equal(12);
    expect(halted.value("vmcs", "exitInstructionLength")).to.equal(1);
    expect(halted.value("vmcs", "guestPhysicalAddress")).to.equal(undefined);
  });

  it("makes the EOI of a level-triggered pin's vector exit, and tells which it was", () => {
    const { run, history } = anInspectedRun("vtx-rtl8139");
    const exit = history.at(rowOf(run, "vmExit", "virtualized EOI"));
    const vector = Number(exit.value("vmcs", "exitQualification"));
    expect(vector).to.equal(exit.value("io-apic", "pin 21", 0));
    const bitmap = exit.value("vmcs", `eoiExitBitmap${vector >> 6}`);
    expect(bitmap).to.equal(1n << BigInt(vector & 63));
    // The CPU ended the interrupt before it left: nothing is in service.
    expect(exit.value("vmcs", "guestInterruptStatus")).to.equal(0);
  });

  it("moves RVI to SVI when the guest takes a virtual interrupt", () => {
    const { run, history } = anInspectedRun("virtio-vhost");
    const taken = rowOf(run, "interruptTaken", "vec");
    const vector = run.trace.a[taken] as number;
    expect(history.at(taken - 1).value("vmcs", "guestInterruptStatus")).to.equal(vector);
    expect(history.at(taken).value("vmcs", "guestInterruptStatus")).to.equal(vector << 8);
    const word = `VISR${vector >> 5}`;
    expect(history.at(taken).value("virtual-apic", word)).to.equal((1 << (vector & 31)) >>> 0);
    expect(history.at(taken).value("virtual-apic", "VPPR")).to.equal(vector & 0xf0);
  });

  it("injects without APICv: valid until the next exit, which clears the bit", () => {
    const { run, history } = anInspectedRun("virtio-vhost", "tx", { apicv: false });
    const injected = rowOf(run, "interruptInjected");
    const vector = run.trace.a[injected] as number;
    const information = "entryInterruptionInformation";
    expect(history.at(injected).value("vmcs", information)).to.equal(VALID + vector);
    const exit = rowOf(run, "vmExit", "", injected);
    expect(history.at(exit).value("vmcs", information)).to.equal(vector);
    expect(history.data.sections.map(({ id }) => id)).not.to.include("virtual-apic");
  });

  it("has the controls that the knobs say", () => {
    const controls = (knobs: Record<string, boolean>): unknown =>
      anInspectedRun("virtio-vhost", "tx", knobs).history.at(0).value("vmcs", "secondaryControls");
    const apicv = controls({});
    expect(isSet(apicv, SECONDARY.virtualInterruptDelivery)).to.equal(true);
    expect(isSet(apicv, SECONDARY.virtualizeX2apicMode)).to.equal(true);
    expect(isSet(apicv, SECONDARY.virtualizeApicAccesses)).to.equal(false);
    const plain = controls({ apicv: false, x2apic: false });
    expect(isSet(plain, SECONDARY.virtualInterruptDelivery)).to.equal(false);
    expect(isSet(plain, SECONDARY.virtualizeApicAccesses)).to.equal(true);
    expect(isSet(plain, SECONDARY.enableEpt)).to.equal(true);
  });

  it("posts an MSI-X message of a VF: PIR bit and ON, until the notification is processed", () => {
    const { run, history } = anInspectedRun("vf-posted");
    const message = rowOf(run, "msix", "vf.");
    const vector = (run.trace.a[message] as number) & 0xff;
    const id = "posted-interrupt-descriptor";
    const text = `0x${vector.toString(16)}`;
    const before = history.at(message - 1);
    const posted = history.at(message);
    const noted = history.at(rowOf(run, "interruptPosted", "vf.", message));
    expect([before.value(id, "PIR"), before.value(id, "ON")]).to.deep.equal(["none", 0]);
    expect([posted.value(id, "PIR"), posted.value(id, "ON")]).to.deep.equal([text, 1]);
    expect([noted.value(id, "PIR"), noted.value(id, "ON")]).to.deep.equal(["none", 0]);
    expect(noted.value("vmcs", "guestInterruptStatus")).to.equal(vector);
    // The same in the bytes of the descriptor.
    const at = Number(posted.value(id, "address"));
    expect(posted.bytes(at + (vector >> 3), 1)[0]).to.equal(1 << (vector & 7));
    expect(posted.bytes(at + 32, 1)[0]).to.equal(1);
  });

  it("has the wake-up vector in the descriptor while a vCPU with posting by the IOMMU blocks", () => {
    const { run, history } = anInspectedRun("vf-posted");
    const entry = rowOf(run, "vmEntry");
    const id = "posted-interrupt-descriptor";
    expect(history.at(-1).value(id, "NV")).to.equal(0xf1);
    expect(history.at(entry).value(id, "NV")).to.equal(0xf2);
  });
});

describe("VMCB", () => {
  it("has NPF, its error code and the register's address after a store to an emulated device", () => {
    const { run, history } = anInspectedRun("vtx-rtl8139", "tx", { cpuVendor: "amd" });
    const exit = history.at(rowOf(run, "vmExit", "npf"));
    expect(exit.value("vmcb", "exitCode")).to.equal(0x400n);
    expect(exit.value("vmcb", "exitInfo1")).to.equal(0x1_0000_000en);
    expect(exit.value("vmcb", "exitInfo2")).to.equal(0xfebf_f0d9n);
    expect(exit.section("vmcs")).to.equal(undefined);
  });

  it("has the injected vector in EVENTINJ until the next exit", () => {
    const { run, history } = anInspectedRun("virtio-vhost", "tx", { cpuVendor: "amd" });
    const injected = rowOf(run, "interruptInjected");
    const vector = run.trace.a[injected] as number;
    const told = history.at(injected).value("vmcb", "eventInjection");
    expect(told).to.equal(BigInt(VALID + vector));
    const exit = rowOf(run, "vmExit", "", injected);
    expect(history.at(exit).value("vmcb", "eventInjection")).to.equal(0n);
  });
});
