import { expect } from "chai";
import fc from "fast-check";
import { hostPhysical } from "../../../engine/memory/host-physical.ts";
import type { Iommu } from "../../../engine/memory/iommu.ts";
import type { IommuDomain } from "../../../engine/memory/iommu-domain.ts";
import { FAULT_REASON } from "../../../engine/memory/iommu-fault.ts";
import { ACTORS } from "../../../engine/trace/actor.ts";
import { aMachine, rowsOf } from "../a-machine.ts";

// Intel VT-d, legacy mode: 3.4.3, 6.2, 6.5, 7.2. Does not cover: scalable mode, first-level
// translation, pass-through, device TLBs, advanced fault logging, snoop control.

const SEED = 3_2026;
const PAGE = 4096;
const LARGE = 0x20_0000;
const VF = 0x180;
const GUEST_BYTES = 4 << 20;

function aUnit() {
  const machine = aMachine();
  const { iommu } = machine;
  const domain = iommu.createDomain();
  iommu.attach(VF, domain);
  const port = machine.dmaPort(ACTORS.hardware.code, iommu.translation(VF));
  const host = machine.memory.allocateHost(16 * PAGE);
  const purpose = machine.trace.id("test");
  const { bytes, view } = machine.memory;
  const rows = (kind: string): string[] => {
    const all = rowsOf(machine.trace.finish()).filter((row) => row.startsWith(kind));
    machine.trace.clear();
    return all;
  };
  machine.trace.clear();
  return { machine, iommu, domain, port, host, purpose, bytes, view, rows };
}

describe("Iommu", () => {
  it("finds a page by root entry, context entry and four tables, and then in its caches", () => {
    const { machine, domain, port, purpose, view, rows } = aUnit();
    domain.map(0x7_0000_3000, 0x5000, PAGE, PAGE);
    view.setUint32(0x5010, 0x1234_5678, true);
    expect(port.load32(0x7_0000_3010, purpose)).to.equal(0x1234_5678);
    expect(rows("tableLookup").map((row) => row.replace(/ key.*/, ""))).to.deep.equal([
      "tableLookup VT-d: root entry",
      "tableLookup VT-d: context entry",
      "tableLookup VT-d: IOTLB miss, second-level entry, level 4",
      "tableLookup VT-d: second-level entry, level 3",
      "tableLookup VT-d: second-level entry, level 2",
      "tableLookup VT-d: second-level entry, level 1",
    ]);
    expect(port.load32(0x7_0000_3ffc, purpose)).to.equal(0);
    expect(rows("tableLookup")).to.deep.equal([]);
    expect([machine.iommu.iotlb.hitCount, machine.iommu.iotlb.missCount]).to.deep.equal([1, 1]);
  });

  it("writes root, context and paging entries where and as the specification says", () => {
    const { iommu, domain, view } = aUnit();
    domain.map(0x40_0000, 0x20_0000, LARGE, LARGE, { read: true, write: false });
    const quad = (at: number): number =>
      view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
    const context = quad(iommu.rootTable + 1 * 16) - 1 - hostPhysical(0);
    expect(context % PAGE).to.equal(0);
    expect(quad(context + 0x80 * 16)).to.equal(hostPhysical(domain.root) + 1);
    expect(quad(context + 0x80 * 16 + 8)).to.equal(2 + 256 * domain.id);
    const level3 = quad(domain.root) - 3 - hostPhysical(0);
    const level2 = quad(level3) - 3 - hostPhysical(0);
    // Entry 2 of the level-2 table: read, large page, 4 GiB + 2 MiB.
    expect(quad(level2 + 2 * 8)).to.equal(0x1_0020_0000 + 0x81);
  });

  it("reads one table less for each larger page size", () => {
    for (const [pageBytes, levels] of [
      [PAGE, 4],
      [LARGE, 3],
      [0x4000_0000, 2],
    ] as const) {
      const { domain, port, purpose, rows } = aUnit();
      domain.map(0, 0, pageBytes, pageBytes);
      port.load8(0x123, purpose);
      expect(rows("tableLookup").length).to.equal(2 + levels);
    }
  });

  it("answers a read of an unmapped address with ones and drops a write, and records both", () => {
    const { iommu, domain, port, host, purpose, bytes, rows } = aUnit();
    domain.map(0, 0, PAGE, PAGE);
    bytes.fill(0x55, host, host + 16);
    const before = bytes.slice(0, GUEST_BYTES);
    expect(port.load64(0x9000_0008, purpose)).to.equal(2 ** 64);
    expect(port.write(host, 0x2ff8, 16, purpose)).to.equal(false);
    expect(port.read(0xff8, host, 16, purpose)).to.equal(false);
    expect([...bytes.subarray(host + 8, host + 16)]).to.deep.equal(Array(8).fill(0xff));
    expect(bytes.slice(0, GUEST_BYTES)).to.deep.equal(before);
    expect(rows("iommuFault")).to.deep.equal([
      "iommuFault VT-d: no read permission address=2415919112 requester=384",
      "iommuFault VT-d: no write permission address=12280 requester=384",
      "iommuFault VT-d: no write permission address=12288 requester=384",
      "iommuFault VT-d: no read permission address=4096 requester=384",
    ]);
    const record = { information: 0x9000_0000, requester: VF, reason: 6, read: true };
    expect(iommu.faults.take()).to.deep.equal(record);
    expect(iommu.faults.take()?.reason).to.equal(FAULT_REASON.writeNotPermitted);
  });

  it("lets a device read but not write what is mapped read-only, whether cached or not", () => {
    const { domain, port, purpose, bytes, rows } = aUnit();
    domain.map(0x1000, 0x7000, PAGE, PAGE, { read: true, write: false });
    bytes[0x7000] = 9;
    port.store8(0x1000, 1, purpose);
    expect(port.load8(0x1000, purpose)).to.equal(9);
    port.store8(0x1000, 1, purpose);
    expect(bytes[0x7000]).to.equal(9);
    expect(rows("iommuFault").length).to.equal(2);
  });

  it("shows a stale translation until it is invalidated, and not after", () => {
    const { iommu, domain, port, purpose, bytes, rows } = aUnit();
    domain.map(0x1000, 0x5000, 2 * PAGE, PAGE);
    bytes[0x5000] = 5;
    bytes[0x8000] = 8;
    expect(port.load8(0x1000, purpose)).to.equal(5);
    domain.map(0x1000, 0x8000, PAGE, PAGE);
    expect(port.load8(0x1000, purpose)).to.equal(5);
    iommu.invalidatePages(domain, 0x1000, PAGE);
    expect(port.load8(0x1000, purpose)).to.equal(8);
    domain.unmap(0x1000, PAGE);
    expect(port.load8(0x1000, purpose)).to.equal(8);
    iommu.invalidateDomain(domain);
    expect(port.load8(0x1000, purpose)).to.equal(0xff);
    expect(rows("invalidation")).to.deep.equal([
      "invalidation VT-d: IOTLB address=4096 count=1",
      "invalidation VT-d: IOTLB address=0 count=1",
    ]);
  });

  it("caches nothing that was refused: a page mapped later is found without invalidation", () => {
    const { domain, port, purpose, bytes } = aUnit();
    expect(port.load8(0x1000, purpose)).to.equal(0xff);
    domain.map(0x1000, 0x5000, PAGE, PAGE);
    bytes[0x5000] = 5;
    expect(port.load8(0x1000, purpose)).to.equal(5);
  });

  it("keeps domains apart: the same address of two devices is two pages", () => {
    const { machine, iommu, domain, port, purpose, bytes } = aUnit();
    const other = iommu.createDomain();
    iommu.attach(VF + 2, other);
    const second = machine.dmaPort(ACTORS.hardware.code, iommu.translation(VF + 2));
    domain.map(0x1000, 0x5000, PAGE, PAGE);
    other.map(0x1000, 0x6000, PAGE, PAGE);
    bytes[0x5000] = 5;
    bytes[0x6000] = 6;
    expect([port.load8(0x1000, purpose), second.load8(0x1000, purpose)]).to.deep.equal([5, 6]);
    iommu.invalidateDomain(other);
    domain.unmap(0x1000, PAGE);
    expect([port.load8(0x1000, purpose), second.load8(0x1000, purpose)]).to.deep.equal([5, 6]);
  });

  it("refuses a device that was taken out of its domain, and one that never was in any", () => {
    const { machine, iommu, domain, port, purpose, rows } = aUnit();
    domain.map(0, 0, PAGE, PAGE);
    port.load8(0x10, purpose);
    iommu.detach(VF);
    expect(port.load8(0x10, purpose)).to.equal(0xff);
    const stranger = machine.dmaPort(ACTORS.hardware.code, iommu.translation(0x300));
    expect(stranger.load8(0x10, purpose)).to.equal(0xff);
    expect(rows("iommuFault")).to.deep.equal([
      "iommuFault VT-d: context entry not present: the device belongs to no domain address=16 requester=384",
      "iommuFault VT-d: root entry not present address=16 requester=768",
    ]);
  });

  it("keeps eight fault records and says that more came", () => {
    const { iommu, port, purpose } = aUnit();
    let events = 0;
    iommu.faults.onEvent = () => events++;
    for (let i = 0; i < 10; i++) port.load8(i * PAGE, purpose);
    expect([events, iommu.faults.count, iommu.faults.overflow]).to.deep.equal([1, 10, true]);
    for (let i = 0; i < 8; i++) expect(iommu.faults.take()?.information).to.equal(i * PAGE);
    expect([iommu.faults.take(), iommu.faults.overflow]).to.deep.equal([undefined, false]);
  });

  it("stops its invalidation queue at a descriptor that makes no sense", () => {
    const { iommu } = aUnit();
    expect(iommu.queue.submit(0xf, 0, 0, 0)).to.equal(false);
    expect(iommu.queue.error).to.equal(true);
    expect(iommu.queue.submit(0x12, 0, 0, 0)).to.equal(false);
  });

  for (const [what, level, low, high, reason] of [
    ["a table outside memory", 4, 0x3, 0x8, "second-level table outside memory"],
    [
      "address bits beyond the platform's",
      1,
      0x3,
      0xf_0000,
      "reserved bits in a second-level entry",
    ],
    ["a large page at level 4", 4, 0x83, 1, "reserved bits in a second-level entry"],
    ["a large page that is not aligned", 2, 0x1083, 1, "reserved bits in a second-level entry"],
  ] as const) {
    it(`reports ${what} in the tables, and reads ones`, () => {
      const { domain, port, purpose, view, rows } = aUnit();
      domain.map(0, 0, PAGE, PAGE);
      let table = domain.root;
      for (let at = 4; at > level; at--) {
        const address = view.getUint32(table + 4, true) * 4294967296 + view.getUint32(table, true);
        table = address - 3 - hostPhysical(0);
      }
      view.setUint32(table, low, true);
      view.setUint32(table + 4, high, true);
      expect(port.load8(0x20, purpose)).to.equal(0xff);
      expect(rows("iommuFault")).to.deep.equal([
        `iommuFault VT-d: ${reason} address=32 requester=384`,
      ]);
    });
  }

  it("reports addresses beyond 48 bits and context entries of a kind it does not know", () => {
    const { iommu, port, purpose, view, rows } = aUnit();
    port.load8(2 ** 48, purpose);
    const root = iommu.rootTable + 16;
    const table = (view.getUint32(root, true) & 0xffff_f000) >>> 0;
    const context = view.getUint32(root + 4, true) * 4294967296 + table - hostPhysical(0);
    view.setUint32(context + 0x80 * 16, view.getUint32(context + 0x80 * 16, true) | 8, true);
    iommu.invalidateContext(VF);
    port.load8(0, purpose);
    expect(rows("iommuFault")).to.deep.equal([
      `iommuFault VT-d: address beyond the domain's width address=${2 ** 48} requester=384`,
      "iommuFault VT-d: context entry invalid address=0 requester=384",
    ]);
  });
});

/** What a map of the model says about one 4 KiB page of device addresses. */
interface Mapped {
  readonly page: number;
  readonly write: boolean;
}

type Step =
  | { readonly do: "map"; readonly at: number; readonly page: number; readonly write: boolean }
  | { readonly do: "mapMany"; readonly large: boolean; readonly write: boolean }
  | { readonly do: "unmap"; readonly at: number; readonly count: number }
  | { readonly do: "dma"; readonly at: number; readonly bytes: number; readonly write: boolean };

const GUEST_PAGES = GUEST_BYTES / PAGE;
const steps = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("map" as const),
      at: fc.nat(600),
      page: fc.nat(GUEST_PAGES - 1),
      write: fc.boolean(),
    }),
    fc.record({
      do: fc.constant("mapMany" as const),
      large: fc.boolean(),
      write: fc.boolean(),
    }),
    fc.record({ do: fc.constant("unmap" as const), at: fc.nat(600), count: fc.nat(40) }),
    fc.record({
      do: fc.constant("dma" as const),
      at: fc.nat(600 * PAGE),
      bytes: fc.integer({ min: 1, max: 3 * PAGE }),
      write: fc.boolean(),
    }),
  ),
  { minLength: 1, maxLength: 40 },
);

/** Changes the tables as the step says, and the model with them. */
function change(step: Step, iommu: Iommu, domain: IommuDomain, model: Map<number, Mapped>): void {
  if (step.do === "map") {
    domain.map(step.at * PAGE, step.page * PAGE, PAGE, PAGE, { read: true, write: step.write });
    model.set(step.at, { page: step.page, write: step.write });
    iommu.invalidatePages(domain, step.at * PAGE, PAGE);
  } else if (step.do === "mapMany") {
    // The first 512 pages, in small ones or as one large one, which later steps split again.
    const rights = { read: true, write: step.write };
    domain.map(0, LARGE, LARGE, step.large ? LARGE : PAGE, rights);
    for (let i = 0; i < 512; i++) model.set(i, { page: 512 + i, write: step.write });
    iommu.invalidatePages(domain, 0, LARGE);
  } else if (step.do === "unmap") {
    domain.unmap(step.at * PAGE, step.count * PAGE);
    for (let i = 0; i < step.count; i++) model.delete(step.at + i);
    iommu.invalidatePages(domain, step.at * PAGE, Math.max(1, step.count) * PAGE);
  }
}

describe("Iommu property", () => {
  it(`lets through what is mapped, to the byte, and nothing else, seed ${SEED}`, () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { iommu, domain, port, host, purpose, bytes } = aUnit();
        const model = new Map<number, Mapped>();
        const guest = new Uint8Array(GUEST_BYTES);
        for (let i = 0; i < GUEST_BYTES; i += 61) guest[i] = i % 251;
        bytes.set(guest, 0);
        const tables = (): Uint8Array => bytes.slice(GUEST_BYTES, host);
        for (const step of list) {
          if (step.do !== "dma") {
            change(step, iommu, domain, model);
            continue;
          }
          const before = tables();
          for (let i = 0; i < step.bytes; i++) bytes[host + i] = (i * 7 + step.at) % 256;
          const expected = bytes.slice(host, host + step.bytes);
          for (let i = 0; i < step.bytes; i++) {
            const address = step.at + i;
            const mapped = model.get(Math.floor(address / PAGE));
            const at = mapped === undefined ? -1 : mapped.page * PAGE + (address % PAGE);
            if (!step.write) expected[i] = at < 0 ? 0xff : (guest[at] as number);
            else if (mapped?.write === true) guest[at] = expected[i] as number;
          }
          if (step.write) port.write(host, step.at, step.bytes, purpose);
          else port.read(step.at, host, step.bytes, purpose);
          expect(same(bytes.subarray(host, host + step.bytes), expected)).to.equal(true);
          expect(same(bytes.subarray(0, GUEST_BYTES), guest)).to.equal(true);
          expect(same(tables(), before)).to.equal(true);
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
