import { expect } from "chai";
import fc from "fast-check";
import { PRIMARY } from "../../../../engine/cpu/vtx/controls.ts";
import { PostedInterruptDescriptor } from "../../../../engine/cpu/vtx/posted-interrupt.ts";
import { VirtualApic } from "../../../../engine/cpu/vtx/virtual-apic.ts";
import { Vmcs } from "../../../../engine/cpu/vtx/vmcs.ts";

function anApic(): { vmcs: Vmcs; apic: VirtualApic } {
  const vmcs = new Vmcs();
  return { vmcs, apic: new VirtualApic(vmcs) };
}

describe("VirtualApic", () => {
  it("delivers the highest requested vector and puts it into service (30.2.2)", () => {
    const { vmcs, apic } = anApic();
    apic.request(0x31);
    apic.request(0x51);
    expect(apic.recognized).to.equal(true);
    expect(apic.deliver()).to.equal(0x51);
    expect(apic.vppr).to.equal(0x50);
    expect(vmcs.readNumber("guestInterruptStatus")).to.equal(0x5131);
    expect(apic.recognized).to.equal(false);
  });

  it("holds a vector back whose class is not above VPPR, and recognizes it after EOI", () => {
    const { apic } = anApic();
    apic.request(0x55);
    apic.deliver();
    apic.request(0x58);
    expect(apic.recognized).to.equal(false);
    expect(apic.eoi()).to.deep.equal({ outcome: "done", vector: 0x55 });
    expect(apic.recognized).to.equal(true);
    expect(apic.deliver()).to.equal(0x58);
  });

  it("exits on the EOI of a vector in the EOI-exit bitmap (30.1.4)", () => {
    const { vmcs, apic } = anApic();
    vmcs.write("eoiExitBitmap0", 1n << 0x25n);
    apic.request(0x25);
    apic.deliver();
    expect(apic.eoi()).to.deep.equal({ outcome: "eoiInduced", vector: 0x25 });
  });

  it("recognizes nothing while interrupt-window exiting is set (30.2.1)", () => {
    const { vmcs, apic } = anApic();
    apic.request(0x40);
    vmcs.setBit("primaryControls", PRIMARY.interruptWindowExiting, true);
    expect(apic.recognized).to.equal(false);
  });

  it("takes TPR into PPR with delivery, and exits below the threshold without (30.1.2, 30.1.3)", () => {
    const { vmcs, apic } = anApic();
    expect(apic.writeTpr(0x60, true)).to.equal("done");
    apic.request(0x5f);
    expect(apic.recognized).to.equal(false);
    expect(apic.writeTpr(0x40, true)).to.equal("done");
    expect(apic.recognized).to.equal(true);
    vmcs.write("tprThreshold", 5);
    expect(apic.writeTpr(0x40, false)).to.equal("tprBelowThreshold");
    expect(apic.writeTpr(0x50, false)).to.equal("done");
  });
});

describe("PostedInterruptDescriptor", () => {
  it("notifies once until the CPU has processed it, and not while suppressed", () => {
    const { apic } = anApic();
    const descriptor = new PostedInterruptDescriptor();
    expect([descriptor.post(0x30), descriptor.post(0x41)]).to.deep.equal([true, false]);
    expect(descriptor.on).to.equal(true);
    expect(descriptor.process(apic)).to.equal(0x41);
    expect([descriptor.on, descriptor.pir.highest]).to.deep.equal([false, -1]);
    descriptor.suppressed = true;
    expect(descriptor.post(0x50)).to.equal(false);
    expect(descriptor.on).to.equal(false);
  });

  it("gives every posted vector to the guest exactly once, whatever the order (seed 7)", () => {
    const step = fc.oneof(
      fc.integer({ min: 16, max: 255 }),
      fc.constant("process"),
      fc.constant("eoi"),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { apic } = anApic();
        const descriptor = new PostedInterruptDescriptor();
        const waiting = new Set<number>();
        let service: number[] = [];
        const take = (): void => {
          while (apic.recognized) {
            const vector = apic.deliver();
            expect(waiting.delete(vector), `vector ${vector} was waiting`).to.equal(true);
            service = [...service, vector];
          }
        };
        for (const what of [...steps, "process" as const]) {
          if (typeof what === "number") {
            descriptor.post(what);
            waiting.add(what);
          } else if (what === "process") {
            descriptor.process(apic);
            take();
          } else if (service.length > 0) {
            expect(apic.eoi().vector).to.equal(service.pop());
            take();
          }
        }
        while (service.length > 0) {
          expect(apic.eoi().vector).to.equal(service.pop());
          take();
        }
        expect([...waiting]).to.deep.equal([]);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
