import { expect } from "chai";
import { Vfio, vfRequester } from "../../../engine/host/vfio.ts";
import type { IommuPageBytes } from "../../../engine/memory/iommu-entry.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { aMachine, rowsOf } from "../a-machine.ts";

const GUEST_BYTES = 4 << 20;
const PAGE_SIZES: readonly IommuPageBytes[] = [4096, 0x20_0000, 0x4000_0000];

describe("Vfio", () => {
  it("maps all of the guest's memory at its own addresses, whatever the page size", () => {
    for (const pageBytes of PAGE_SIZES) {
      const machine = aMachine();
      const vfio = new Vfio(machine, pageBytes);
      vfio.assign(vfRequester(0));
      const port = vfio.dmaPort(vfRequester(0));
      const purpose = machine.trace.id("test");
      for (const address of [0, 0x1234, 0x20_0000, GUEST_BYTES - 1]) {
        port.store8(address, address % 250, purpose);
        expect(machine.memory.bytes[address]).to.equal(address % 250);
      }
      expect(machine.iommu.faults.count).to.equal(0);
      expect(port.load8(GUEST_BYTES + 5, purpose)).to.equal(0xff);
    }
  });

  it("reports what a function does that nobody gave to the guest, and the host hears of it", () => {
    const machine = aMachine();
    const vfio = new Vfio(machine, 4096);
    vfio.assign(vfRequester(0));
    machine.trace.clear();
    const stray = vfio.dmaPort(vfRequester(1));
    expect(stray.load32(0x1000, 0)).to.equal(0xffff_ffff);
    const rows = rowsOf(machine.trace.finish()).filter((row) => !row.startsWith("tableLookup"));
    expect(rows.slice(1)).to.deep.equal([
      "iommuFault VT-d: context entry not present: the device belongs to no domain address=4096 requester=386",
      "deviceStep dmar_fault value=2 detail=386",
    ]);
  });
});

describe("Knob iommu", () => {
  for (const mode of ["vf-injected", "vf-posted"]) {
    it(`changes what ${mode} looks up and nothing else`, () => {
      const seen = ["off", "4K", "2M", "1G"].map((iommu) => {
        const frames = [new Uint8Array(700).fill(3)];
        const scenario = { frames, packetCount: 1200, direction: "tx" as const, trace: false };
        const run = simulate({ mode: findMode(mode), ...scenario, knobs: { iommu } });
        const { events, dmaReads, iommuFaults, transmittedFrames, exits } = run.totals;
        return { events, rest: [dmaReads, iommuFaults, transmittedFrames, exits] };
      });
      const [off, small, large, huge] = seen;
      expect(small?.rest).to.deep.equal(off?.rest);
      expect([large, huge]).to.deep.equal([off, off]);
      // Small pages: a walk of four tables whenever a buffer's page is not in the IOTLB.
      expect(((small?.events ?? 0) - (off?.events ?? 0)) % 4).to.equal(0);
      expect(small?.events).to.be.greaterThan(off?.events ?? 0);
    });
  }
});
