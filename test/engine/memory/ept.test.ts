import { expect } from "chai";
import fc from "fast-check";
import { ExtendedPageTables, type TableMemory } from "../../../engine/memory/ept.ts";

class Pages implements TableMemory {
  readonly #view = new DataView(new ArrayBuffer(1 << 20));
  #next = 4096;

  read64(address: number): bigint {
    return this.#view.getBigUint64(address, true);
  }

  write64(address: number, value: bigint): void {
    this.#view.setBigUint64(address, value, true);
  }

  allocatePage(): number {
    const at = this.#next;
    this.#next += 4096;
    return at;
  }
}

const READ = { read: true, write: false, execute: false };
const WRITE = { read: false, write: true, execute: false };
const ALL = { read: true, write: true, execute: true };

describe("ExtendedPageTables", () => {
  it("translate an address through four levels", () => {
    const ept = new ExtendedPageTables(new Pages());
    ept.map(0x12_3000, 0x8000_4000, ALL);
    const visited: number[] = [];
    const result = ept.walk(0x12_3abc, READ, visited);
    expect(result).to.deep.equal({ outcome: "translated", address: 0x8000_4abc });
    expect(visited.length).to.equal(4);
  });

  it("report a page that is not there as a violation without rights", () => {
    const ept = new ExtendedPageTables(new Pages());
    expect(ept.walk(0x5000, READ)).to.deep.equal({
      outcome: "violation",
      readable: false,
      writable: false,
      executable: false,
    });
  });

  it("report a write to a read-only page with what it allows", () => {
    const ept = new ExtendedPageTables(new Pages());
    ept.map(0x5000, 0x9000, { ...READ, execute: true });
    expect(ept.walk(0x5008, WRITE)).to.deep.equal({
      outcome: "violation",
      readable: true,
      writable: false,
      executable: true,
    });
  });

  it("report a page that KVM marked as a device's as a misconfiguration at level 1", () => {
    const ept = new ExtendedPageTables(new Pages());
    ept.markMmio(0xfebf_e000);
    expect(ept.walk(0xfebf_e0d9, WRITE)).to.deep.equal({
      outcome: "misconfiguration",
      level: 1,
      entry: 6n,
    });
  });

  it("have a pointer that says write-back and four levels", () => {
    expect(new ExtendedPageTables(new Pages()).pointer).to.equal(0x101en);
  });

  it("let nothing through but what is mapped, with its rights (seed 11)", () => {
    const page = fc.integer({ min: 0, max: 40 });
    const rights = fc.record({
      read: fc.constant(true),
      write: fc.boolean(),
      execute: fc.boolean(),
    });
    const step = fc.oneof(
      fc.record({ what: fc.constant("map" as const), page, rights }),
      fc.record({ what: fc.constant("unmap" as const), page }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ept = new ExtendedPageTables(new Pages());
        const model = new Map<number, typeof ALL>();
        for (const one of steps) {
          // Pages far apart share no table.
          const gpa = one.page * 0x7ff_f000;
          if (one.what === "unmap") {
            ept.unmap(gpa);
            model.delete(one.page);
          } else {
            ept.map(gpa, 0x10_0000 + one.page * 4096, one.rights);
            model.set(one.page, one.rights);
          }
        }
        for (let at = 0; at <= 40; at++) {
          const mapped = model.get(at);
          for (const access of [READ, WRITE, { ...READ, execute: true }]) {
            const allowed =
              mapped !== undefined &&
              (!access.write || mapped.write) &&
              (!access.execute || mapped.execute);
            const { outcome } = ept.walk(at * 0x7ff_f000 + 8, access);
            expect(outcome).to.equal(allowed ? "translated" : "violation");
          }
        }
      }),
      { seed: 11, numRuns: 100 },
    );
  });
});
