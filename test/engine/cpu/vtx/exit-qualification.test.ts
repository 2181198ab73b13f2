import { expect } from "chai";
import {
  APIC_ACCESS,
  apicAccessQualification,
  CR_ACCESS,
  crQualification,
  EVENT_TYPE,
  eptViolationQualification,
  interruptionInformation,
  ioQualification,
} from "../../../../engine/cpu/vtx/exit-qualification.ts";

const PORT = { sizeBytes: 1, string: false, rep: false } as const;

describe("Exit qualifications", () => {
  it("of port I/O are those that KVM recorded: out 0xf4, in 0xf4, out dx 0x3f8", () => {
    const seen = [
      ioQualification({ ...PORT, port: 0xf4, direction: "out", immediate: true }),
      ioQualification({ ...PORT, port: 0xf4, direction: "in", immediate: true }),
      ioQualification({ ...PORT, port: 0x3f8, direction: "out", immediate: false }),
    ];
    expect(seen).to.deep.equal([0x00f4_0040n, 0x00f4_0048n, 0x03f8_0000n]);
  });

  it("of string I/O carry size, string and REP", () => {
    const access = { port: 0x1f0, sizeBytes: 2, direction: "in", string: true, rep: true } as const;
    expect(ioQualification({ ...access, immediate: false })).to.equal(0x01f0_0039n);
  });

  it("of control-register accesses carry register, kind and operand", () => {
    expect(crQualification(3, CR_ACCESS.movToCr, 0)).to.equal(0x3n);
    expect(crQualification(0, CR_ACCESS.movFromCr, 11)).to.equal(0xb10n);
    expect(crQualification(0, CR_ACCESS.lmsw, 0, 0xabcd)).to.equal(0xabcd_0030n);
  });

  it("of EPT violations carry access, rights and whose translation it was", () => {
    const write = { read: false, write: true, execute: false };
    const readOnly = { readable: true, writable: false, executable: true };
    const linear = { linearValid: true, toTranslation: true };
    expect(eptViolationQualification({ ...write, ...readOnly, ...linear })).to.equal(0x1aan);
    const walk = { linearValid: true, toTranslation: false };
    expect(eptViolationQualification({ ...write, ...readOnly, ...walk })).to.equal(0xaan);
  });

  it("of APIC accesses carry offset and kind", () => {
    expect(apicAccessQualification(0xb0, APIC_ACCESS.write)).to.equal(0x10b0n);
  });
});

describe("Interruption information", () => {
  it("is the one KVM recorded for the host's timer: 0x800000ec", () => {
    expect(interruptionInformation(0xec, EVENT_TYPE.externalInterrupt)).to.equal(0x8000_00ec);
  });

  it("says that a page fault has an error code", () => {
    expect(interruptionInformation(14, EVENT_TYPE.hardwareException, true)).to.equal(0x8000_0b0e);
  });
});
