import { expect } from "chai";
import { walksAt } from "../../../engine/inspect/walk.ts";
import type { Walk } from "../../../engine/inspect/walk-step.ts";
import { MODES } from "../../../engine/modes/index.ts";
import { DIRECTIONS } from "../../../engine/run/direction.ts";
import { KIND } from "../../../engine/trace/schema.ts";
import { anInspectedRun, type InspectedRun, lineOf, rowOf } from "./inspected-run.ts";

function walksOf({ run, history }: InspectedRun, row: number): Walk[] {
  return walksAt(run, history.at(row), row);
}

/** The tables of each step, one after the other: each entry names the next. */
function isChain({ steps }: Walk): boolean {
  const levels = steps.filter(({ level }) => level > 0);
  return levels.every((step, index) => {
    const next = levels[index + 1];
    const address = Number(step.entry & 0x000f_ffff_ffff_f000n);
    return next === undefined || next.tableAddress === address;
  });
}

describe("walksAt", () => {
  it("walks EPT to KVM's mark for a register of an emulated device", () => {
    const inspected = anInspectedRun("vtx-rtl8139");
    const exit = rowOf(inspected.run, "vmExit", "EPT misconfiguration");
    const [walk] = walksOf(inspected, exit);
    expect(walk?.kind).to.equal("ept");
    expect(walk?.access).to.equal("write");
    // 0xfebff0d9: PML4 0, PDPT 3, PD 0x1f5, PT 0x1ff.
    expect(walk?.steps.map(({ index }) => index)).to.deep.equal([0, 3, 0x1f5, 0x1ff]);
    expect(walk?.steps.at(-1)?.entry).to.equal(6n);
    expect(walk?.result).to.include({ outcome: "fault", name: "EPT misconfiguration", reason: 49 });
    const store = rowOf(inspected.run, "mmioWrite", "rtl8139");
    expect(walksOf(inspected, store)[0]?.steps).to.deep.equal(walk?.steps);
  });

  it("walks nested tables to the reserved bit on AMD", () => {
    const inspected = anInspectedRun("vtx-rtl8139", "tx", { cpuVendor: "amd" });
    const [walk] = walksOf(inspected, rowOf(inspected.run, "vmExit", "npf"));
    expect(walk?.kind).to.equal("npt");
    const last = walk?.steps.at(-1);
    expect(last?.flags).to.deep.include({ name: "reserved bit 51", set: true });
    expect(walk?.result).to.include({ outcome: "fault", name: "nested page fault", reason: 0x400 });
  });

  it("walks EPT to the device for a register that is mapped into the guest", () => {
    const inspected = anInspectedRun("vf-posted");
    const [walk] = walksOf(inspected, rowOf(inspected.run, "mmioWrite", "igbvf-mmio"));
    expect(walk?.result).to.include({ outcome: "translated", pageBytes: 4096 });
    expect(walk?.result.text).to.match(/uncacheable$/);
  });

  it("walks the IOMMU to guest memory of the host for a VF's address, and knows the IOTLB", () => {
    const inspected = anInspectedRun("vf-posted");
    const row = rowOf(inspected.run, "dmaRead", "transmit descriptor");
    const iova = inspected.run.trace.b[row] as number;
    const [walk] = walksOf(inspected, row);
    expect(walk?.address).to.equal(iova);
    expect(walk?.steps.map(({ name }) => name)).to.deep.equal([
      "root entry",
      "context entry",
      "second-level entry, level 4",
      "second-level entry, level 3",
      "second-level entry, level 2",
    ]);
    expect(walk?.result).to.include({
      outcome: "translated",
      hostAddress: 0x1_0000_0000 + iova,
      pageBytes: 0x20_0000,
    });
    expect(walk?.cached).to.equal(true);
  });

  it("finds no entry of the IOTLB at the request that misses, and one when its look-up is over", () => {
    const inspected = anInspectedRun("vf-posted", "rx", { iommu: "4K" });
    const { run, history } = inspected;
    const lookup = rowOf(run, "tableLookup", "VT-d: IOTLB miss");
    const iova = run.trace.a[lookup] as number;
    let last = lookup;
    while (run.trace.kind[last + 1] === KIND.tableLookup) last++;
    const lines = (row: number): number => history.at(row).section("iotlb")?.lines.length ?? 0;
    const covers = (row: number): boolean =>
      (history.at(row).section("iotlb")?.lines ?? []).some(
        ({ values: [, first, end] }) => Number(first) <= iova && iova < Number(end),
      );
    expect([covers(lookup - 1), covers(last)]).to.deep.equal([false, true]);
    expect(lines(last)).to.equal(lines(last - 1) + 1);
    expect(walksOf(inspected, lookup - 1)[0]?.cached).to.equal(false);
    expect(walksOf(inspected, lookup)[0]?.cached).to.equal(false);
    expect(walksOf(inspected, lookup)[0]?.result).to.include({ pageBytes: 4096 });
    const misses = (row: number): number => Number(history.at(row).value("iommu", "IOTLB misses"));
    expect(misses(lookup - 1) - misses(lookup - 2)).to.equal(1);
  });

  it("finds the entry of the remapping table for a VF's message", () => {
    const inspected = anInspectedRun("vf-posted");
    const row = rowOf(inspected.run, "msix", "vf.");
    const vector = (inspected.run.trace.a[row] as number) & 0xff;
    const [walk] = walksOf(inspected, row);
    expect(walk?.kind).to.equal("interruptRemapping");
    expect(walk?.result).to.include({ outcome: "interrupt", posted: true, vector });
    const entry = lineOf(
      inspected.history.at(row),
      "interrupt-remapping",
      `entry ${walk?.address}`,
    );
    expect(entry).to.include({ requester: "01:10.0", "guest vector": vector, posted: 1 });
    const injected = anInspectedRun("vf-injected");
    const message = rowOf(injected.run, "msix", "vf.");
    const [remapped] = walksOf(injected, message);
    expect(remapped?.result).to.include({ outcome: "interrupt", posted: false, vector: 0x31 });
  });

  it("has no walks where nothing translates", () => {
    for (const [mode, knobs] of [
      ["native", {}],
      ["xen-netfront", {}],
      ["vf-posted", { iommu: "off" }],
    ] as const) {
      const inspected = anInspectedRun(mode, "tx", knobs);
      const kinds = new Set<string>();
      for (let row = 0; row < inspected.run.trace.length; row++) {
        for (const { kind } of walksOf(inspected, row)) kinds.add(kind);
      }
      expect([...kinds], mode).to.deep.equal(mode === "vf-posted" ? ["ept"] : []);
    }
  });

  for (const { id } of MODES) {
    it(`${id}: each walk is a chain of entries as memory holds them`, () => {
      for (const direction of DIRECTIONS) {
        const inspected = anInspectedRun(id, direction);
        for (let row = 0; row < inspected.run.trace.length; row++) {
          const snapshot = inspected.history.at(row);
          for (const walk of walksOf(inspected, row)) {
            expect(isChain(walk), `${direction} row ${row}`).to.equal(true);
            for (const { machineAddress, byteCount, entry } of walk.steps) {
              const bytes = [...snapshot.bytes(machineAddress, byteCount)].toReversed();
              const told = bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
              expect(told).to.equal(entry);
            }
          }
        }
      }
    });
  }
});
