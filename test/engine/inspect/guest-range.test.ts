import { expect } from "chai";
import { ExtendedPageTables } from "../../../engine/memory/ept.ts";
import { hostTables } from "../../../engine/crossings/guest-mapping.ts";
import { guestRanges } from "../../../engine/inspect/guest-range.ts";
import { GuestMemory } from "../../../engine/memory/guest-memory.ts";
import { NestedPageTables } from "../../../engine/memory/npt.ts";
import { anInspectedRun, lineOf } from "./inspected-run.ts";

const ALL = { read: true, write: true, execute: true };
const LARGE = 0x20_0000;

function someTables() {
  return hostTables(new GuestMemory(0x10_0000, 64 * 4096), "tables");
}

describe("guestRanges", () => {
  it("put pages together that follow each other in guest and host", () => {
    const tables = someTables();
    const ept = new ExtendedPageTables(tables);
    ept.map(0, 0x1_0000_0000, ALL, LARGE);
    ept.map(LARGE, 0x1_0020_0000, ALL, LARGE);
    ept.map(2 * LARGE, 0x1_8000_0000, ALL, LARGE);
    ept.map(0xfea0_0000, 0xfea0_0000, ALL);
    ept.markMmio(0xfebf_e000);
    ept.markMmio(0xfebf_f000);
    const read = (address: number): bigint => tables.read64(address);
    expect(guestRanges(read, ept.pointer, false)).to.deep.equal([
      { first: 0, end: 2 * LARGE, pageBytes: LARGE, host: 0x1_0000_0000, marked: false },
      { first: 2 * LARGE, end: 3 * LARGE, pageBytes: LARGE, host: 0x1_8000_0000, marked: false },
      { first: 0xfea0_0000, end: 0xfea0_1000, pageBytes: 4096, host: 0xfea0_0000, marked: false },
      { first: 0xfebf_e000, end: 0xfec0_0000, pageBytes: 4096, host: -1, marked: true },
    ]);
  });

  it("read nested page tables with KVM's reserved bit as a mark", () => {
    const tables = someTables();
    const npt = new NestedPageTables(tables);
    npt.map(0, 0x1_0000_0000, LARGE);
    npt.map(0xfea0_0000, 0xfea0_0000, 4096, true);
    npt.markMmio(0xfebf_f000);
    const read = (address: number): bigint => tables.read64(address);
    expect(guestRanges(read, BigInt(npt.root), true)).to.deep.equal([
      { first: 0, end: LARGE, pageBytes: LARGE, host: 0x1_0000_0000, marked: false },
      { first: 0xfea0_0000, end: 0xfea0_1000, pageBytes: 4096, host: 0xfea0_0000, marked: false },
      { first: 0xfebf_f000, end: 0xfec0_0000, pageBytes: 4096, host: -1, marked: true },
    ]);
  });
});

describe("The guest's mapping", () => {
  it("has all of its memory, and marks the registers of emulated devices", () => {
    for (const cpuVendor of ["intel", "amd"]) {
      const { history } = anInspectedRun("vtx-rtl8139", "tx", { cpuVendor });
      const snapshot = history.at(0);
      const memory = lineOf(snapshot, "guest-mapping", "0x00000000");
      expect(memory).to.include({ end: history.data.guestBytes, page: "2 MiB", host: 2 ** 32 });
      const device = lineOf(snapshot, "guest-mapping", "0xfebff000");
      expect(device).to.include({ end: 0xfec0_0000, is: "no memory: an access exits" });
      expect(device?.["host"]).to.equal(undefined);
    }
  });

  it("has the page of an APIC that is no x2APIC, and VT-x's address of it in the VMCS", () => {
    const knobs = { x2apic: false, apicv: false };
    const { history } = anInspectedRun("virtio-qemu", "tx", knobs);
    const page = lineOf(history.at(0), "guest-mapping", "0xfee00000");
    const address = history.at(0).value("vmcs", "apicAccessAddress");
    expect(page?.["host"]).to.equal(Number(address));
    const amd = anInspectedRun("virtio-qemu", "tx", { ...knobs, cpuVendor: "amd" });
    expect(lineOf(amd.history.at(0), "guest-mapping", "0xfee00000")?.["host"]).to.equal(undefined);
  });
});
