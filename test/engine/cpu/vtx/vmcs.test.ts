import { expect } from "chai";
import { namesOfControls, PIN_BASED } from "../../../../engine/cpu/vtx/controls.ts";
import { Vmcs } from "../../../../engine/cpu/vtx/vmcs.ts";
import { fieldType, fieldWidthBits, VMCS_FIELDS } from "../../../../engine/cpu/vtx/vmcs-field.ts";

describe("VMCS_FIELDS", () => {
  it("have widths and types that follow from their encodings (appendix B)", () => {
    expect(fieldWidthBits("guestInterruptStatus")).to.equal(16);
    expect(fieldWidthBits("eptPointer")).to.equal(64);
    expect(fieldWidthBits("exitReason")).to.equal(32);
    expect(fieldWidthBits("exitQualification")).to.equal(64);
    expect(fieldType("pinBasedControls")).to.equal("control");
    expect(fieldType("guestPhysicalAddress")).to.equal("readOnly");
    expect(fieldType("rip")).to.equal("guest");
    expect(fieldType("hostRip")).to.equal("host");
  });

  it("have encodings that differ", () => {
    const encodings = Object.values(VMCS_FIELDS);
    expect(new Set(encodings).size).to.equal(encodings.length);
  });
});

describe("Vmcs", () => {
  it("cuts values to the field's width", () => {
    const vmcs = new Vmcs();
    vmcs.write("tprThreshold", 0x1_0000_0007n);
    expect(vmcs.read("tprThreshold")).to.equal(7n);
    vmcs.write("rip", -1n);
    expect(vmcs.read("rip")).to.equal(0xffff_ffff_ffff_ffffn);
  });

  it("lets only the CPU write exit information", () => {
    const vmcs = new Vmcs();
    expect(() => {
      vmcs.write("exitReason", 12);
    }).to.throw("VMCS field exitReason is written by the CPU only");
    vmcs.record("exitReason", 12);
    expect(vmcs.readNumber("exitReason")).to.equal(12);
  });

  it("names the controls that are set", () => {
    const vmcs = new Vmcs();
    vmcs.setBit("pinBasedControls", PIN_BASED.externalInterruptExiting, true);
    vmcs.setBit("pinBasedControls", PIN_BASED.processPostedInterrupts, true);
    expect(namesOfControls(PIN_BASED, vmcs.read("pinBasedControls"))).to.deep.equal([
      "externalInterruptExiting",
      "processPostedInterrupts",
    ]);
    vmcs.setBit("pinBasedControls", PIN_BASED.externalInterruptExiting, false);
    expect(vmcs.read("pinBasedControls")).to.equal(0x80n);
  });

  it("lists every field with its encoding", () => {
    const entry = new Vmcs().entries().find(({ field }) => field === "vmcsLinkPointer");
    expect(entry).to.deep.equal({
      field: "vmcsLinkPointer",
      encoding: 0x2800,
      widthBits: 64,
      value: 0xffff_ffff_ffff_ffffn,
    });
  });
});
