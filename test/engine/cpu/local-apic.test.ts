// Intel SDM vol. 3A, 11.8.3 "Interrupt, Task, and Processor Priority", 11.8.4 "Interrupt Acceptance
// for Fixed Interrupts", 11.8.5 "Signaling Interrupt Servicing Completion". Fixed mode only.
import { expect } from "chai";
import fc from "fast-check";
import { LocalApic } from "../../../engine/cpu/local-apic.ts";

const SEED = 20_262;

describe("LocalApic", () => {
  it("takes requested vectors highest first", () => {
    const apic = new LocalApic();
    for (const vector of [0x31, 0x52, 0x40]) apic.request(vector);
    const taken: number[] = [];
    while (apic.deliverable) {
      taken.push(apic.accept());
      apic.eoi();
    }
    expect(taken).to.deep.equal([0x52, 0x40, 0x31]);
  });

  it("lets only a higher class of priority interrupt a handler", () => {
    const apic = new LocalApic();
    apic.request(0x41);
    apic.accept();
    apic.request(0x4f);
    expect(apic.deliverable).to.equal(false);
    apic.request(0x50);
    expect(apic.deliverable).to.equal(true);
    expect(apic.accept()).to.equal(0x50);
    expect(apic.eoi()).to.equal(0x50);
    expect(apic.deliverable).to.equal(false);
    expect(apic.eoi()).to.equal(0x41);
    expect(apic.deliverable).to.equal(true);
    expect(apic.accept()).to.equal(0x4f);
  });

  it("takes a vector once that was requested twice, and again when it was requested in service", () => {
    const apic = new LocalApic();
    apic.request(0x30);
    apic.request(0x30);
    apic.accept();
    apic.request(0x30);
    expect(apic.deliverable).to.equal(false);
    apic.eoi();
    expect(apic.accept()).to.equal(0x30);
    apic.eoi();
    expect(apic.deliverable).to.equal(false);
  });

  it("ignores an EOI when nothing is in service", () => {
    expect(new LocalApic().eoi()).to.equal(-1);
  });

  it(`agrees with sets of vectors, whatever the sequence, seed ${SEED}`, () => {
    const action = fc.oneof(fc.integer({ min: 16, max: 255 }), fc.constantFrom("take", "eoi"));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const apic = new LocalApic();
        const requested = new Set<number>();
        const inService = new Set<number>();
        const top = (set: Set<number>) => Math.max(-1, ...set);
        for (const step of actions) {
          if (typeof step === "number") {
            apic.request(step, step);
            requested.add(step);
          } else if (step === "eoi") {
            const vector = top(inService);
            expect(apic.eoi()).to.equal(vector);
            inService.delete(vector);
          } else if (apic.deliverable) {
            const vector = top(requested);
            expect(apic.accept()).to.equal(vector);
            expect(apic.causeRows[vector]).to.equal(vector);
            requested.delete(vector);
            inService.add(vector);
          }
          expect(apic.highestRequested).to.equal(top(requested));
          expect(apic.deliverable).to.equal(top(requested) >> 4 > top(inService) >> 4);
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
