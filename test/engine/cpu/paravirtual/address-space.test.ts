import { expect } from "chai";
import fc from "fast-check";
import {
  AddressSpace,
  type MemoryKernel,
  privatePage,
  temporaryStack,
} from "../../../../engine/cpu/paravirtual/address-space.ts";
import type { Area } from "../../../../engine/cpu/paravirtual/area.ts";
import { MulticallBatch } from "../../../../engine/cpu/paravirtual/multicall-batch.ts";
import { PvKernel } from "../../../../engine/cpu/paravirtual/pv-kernel.ts";
import { PvProcess } from "../../../../engine/cpu/paravirtual/pv-process.ts";
import { Machine } from "../../../../engine/machine.ts";
import { KIND } from "../../../../engine/trace/schema.ts";

const PAGE = 4096;
const BASE = 0x7f11_aed2_f000;
const IDLE = { name: "swapper", root: 0, stackTop: 1 };

interface Bench {
  readonly machine: Machine;
  readonly kernel: PvKernel;
  readonly memory: MemoryKernel;
  /** Hypercalls and exceptions since the last call. */
  readonly crossings: () => string[];
}

function aBench(): Bench {
  const machine = new Machine();
  const kernel = new PvKernel(machine, IDLE, { domain: "domU" });
  let frame = 0x1000;
  const batch = new MulticallBatch(machine, kernel);
  const memory = { kernel, batch, takeFrame: () => frame++ };
  const crossings = (): string[] => {
    const trace = machine.trace.finish();
    const rows: string[] = [];
    for (let row = 0; row < trace.length; row++) {
      const kind = trace.kind[row];
      const name = trace.names[trace.where[row] as number] as string;
      if (kind === KIND.exception) rows.push(name);
      if (kind === KIND.hypercall) {
        rows.push(
          trace.a[row] === 1 || name === "stack_switch" ? name : `${name} x${trace.a[row]}`,
        );
      }
    }
    machine.trace.clear();
    return rows;
  };
  return { machine, kernel, memory, crossings };
}

function anArea(start: number, pages: number, more: Partial<Area> = {}): Area {
  const end = start + pages * PAGE;
  return { start, end, backing: "anonymous", writable: true, hasPrivatePages: false, ...more };
}

/** A pinned address space with one area, whose tables the CPU walks. */
function aLoaded(bench: Bench, area: Area): AddressSpace {
  const space = new AddressSpace(bench.memory);
  space.map(area);
  space.tables.pin();
  bench.kernel.loadRoot(space.tables.root.frame);
  bench.crossings();
  return space;
}

describe("AddressSpace fault", () => {
  it("makes a page-table page known to Xen before it is used, then sets the entry", () => {
    const bench = aBench();
    const space = aLoaded(bench, anArea(BASE, 8));
    space.fault(BASE, true);
    expect(bench.crossings()).to.deep.equal([
      "update_va_mapping",
      "mmu_update x2",
      "update_va_mapping",
      "mmu_update",
      "multicall x2",
      "mmu_update",
      "mmu_update",
    ]);
    space.fault(BASE + PAGE, true);
    expect(bench.crossings()).to.deep.equal(["mmu_update"]);
  });

  it("maps zeros for a read, and copies at the write after it", () => {
    const bench = aBench();
    const space = aLoaded(bench, anArea(BASE, 1));
    space.fault(BASE, false);
    bench.crossings();
    expect(space.permits(BASE, false)).to.equal(true);
    expect(space.permits(BASE, true)).to.equal(false);
    space.fault(BASE, true);
    expect(bench.crossings()).to.deep.equal([
      "#PF kernel emulated ptep_clear_flush",
      "mmuext_op.invlpg_local",
      "mmu_update",
    ]);
    expect(space.permits(BASE, true)).to.equal(true);
  });

  it("maps up to 16 pages of a file around a read, within its area", () => {
    const bench = aBench();
    const space = aLoaded(bench, anArea(0x401000, 0x99, { backing: "file", writable: false }));
    space.fault(0x4025c4, false);
    expect(bench.crossings().filter((name) => name === "mmu_update")).to.have.length(18);
    expect(space.permits(0x410000, false)).to.equal(true);
    expect(space.permits(0x411000, false)).to.equal(false);
    space.fault(0x498590, false);
    expect(bench.crossings()).to.have.length(10);
  });

  it("is refused outside every area and for a write to what is read-only", () => {
    const bench = aBench();
    const space = aLoaded(bench, anArea(BASE, 1, { writable: false }));
    expect(space.fault(BASE - PAGE, false)).to.equal(false);
    expect(space.fault(BASE, true)).to.equal(false);
    expect(bench.crossings()).to.deep.equal([]);
  });
});

describe("AddressSpace fork", () => {
  it("write-protects by trapped stores and copies in lists of at most 31", () => {
    const bench = aBench();
    const space = aLoaded(bench, anArea(BASE, 40));
    for (let page = 0; page < 40; page++) space.fault(BASE + page * PAGE, true);
    bench.crossings();
    space.fork();
    const rows = bench.crossings();
    const traps = rows.filter((name) => name === "#PF kernel emulated copy_page_range");
    expect(traps).to.have.length(40);
    expect(rows.filter((name) => !name.startsWith("#"))).to.deep.equal([
      "mmu_update x31",
      "mmu_update x9",
      "multicall x8",
      "mmuext_op.tlb_flush_local",
    ]);
    space.fork();
    expect(bench.crossings().filter((name) => name.startsWith("#"))).to.deep.equal([]);
  });

  it("lets the last owner of a page write it again without a copy", () => {
    const bench = aBench();
    const space = aLoaded(bench, anArea(BASE, 1));
    space.fault(BASE, true);
    const child = space.fork();
    bench.crossings();
    child.exit(1);
    bench.crossings();
    space.fault(BASE, true);
    expect(bench.crossings()).to.deep.equal(["mmu_update"]);
  });

  it("leaves to the child what it can fault in: files and shared memory", () => {
    const bench = aBench();
    const space = aLoaded(bench, anArea(BASE, 4, { backing: "file", writable: false }));
    space.fault(BASE, false);
    bench.crossings();
    const child = space.fork();
    expect(child.permits(BASE, false)).to.equal(false);
    expect(bench.crossings()).to.deep.equal(["multicall x4", "mmuext_op.tlb_flush_local"]);
  });
});

describe("AddressSpace unmap", () => {
  it("clears each entry by a trapped store and flushes page by page up to 33 pages", () => {
    const bench = aBench();
    const space = aLoaded(bench, anArea(BASE, 40));
    space.map(anArea(BASE + 40 * PAGE, 1));
    for (let page = 0; page < 3; page++) space.fault(BASE + page * PAGE, true);
    bench.crossings();
    space.unmap(BASE, BASE + 3 * PAGE);
    expect(bench.crossings()).to.deep.equal([
      ...Array<string>(3).fill("#PF kernel emulated unmap_page_range"),
      ...Array<string>(3).fill("mmuext_op.invlpg_local"),
    ]);
  });

  it("takes a page-table page back, with a repeated hypercall for its reference", () => {
    const bench = aBench();
    const space = aLoaded(bench, anArea(BASE, 1000));
    space.map(anArea(0x7f11_afff_f000, 1));
    space.map(anArea(0x7f11_a000_0000, 1));
    for (let page = 0; page < 1000; page++) space.fault(BASE + page * PAGE, true);
    bench.crossings();
    space.unmap(BASE, BASE + 1000 * PAGE);
    const rows = bench.crossings();
    expect(rows.slice(0, 1000)).to.deep.equal(
      Array<string>(1000).fill("#PF kernel emulated unmap_page_range"),
    );
    expect(rows.slice(1000, 1004)).to.deep.equal([
      "mmu_update",
      "mmu_update x0",
      "multicall x2",
      "mmu_update",
    ]);
    expect(rows.at(-1)).to.equal("mmuext_op.tlb_flush_local");
  });
});

describe("AddressSpace protect", () => {
  it("tells Xen of all entries in one list and flushes each page", () => {
    const bench = aBench();
    const space = aLoaded(bench, anArea(BASE, 4));
    for (let page = 0; page < 4; page++) space.fault(BASE + page * PAGE, true);
    bench.crossings();
    space.protect(BASE, BASE + 4 * PAGE, false);
    expect(bench.crossings()).to.deep.equal([
      "mmu_update x4",
      ...Array<string>(4).fill("mmuext_op.invlpg_local"),
    ]);
    expect(space.permits(BASE, true)).to.equal(false);
  });
});

describe("PvProcess", () => {
  it("execs: arguments on a stack that moves, new tables pinned before the old go", () => {
    const bench = aBench();
    const system = { ...bench.memory, initialRoot: 7, nullSelectorKeepsBase: true };
    const process = new PvProcess(system, "init", 0x5000);
    process.memory.map(anArea(0x4c4000, 4));
    process.memory.place(0x4c4000, privatePage(), true);
    process.memory.tables.pin();
    bench.kernel.switchTo(process);
    bench.crossings();
    const image = { areas: [], stackPage: 0x7fff_9749_0000, stackBytes: 0x21000 };
    process.exec(image);
    expect(bench.crossings()).to.deep.equal([
      "mmu_update",
      "set_segment_base.gs_user_sel x0",
      "multicall x8",
      `mmuext_op.new_baseptr+new_user_baseptr x${process.root}`,
      "multicall x7",
      "mmu_update",
      "mmuext_op.invlpg_local",
      "update_va_mapping",
      "mmu_update",
      "multicall x2",
      "mmu_update",
      "#PF kernel emulated move_page_tables",
      "mmu_update",
      "mmuext_op.invlpg_local",
      "mmu_update",
      "mmu_update x0",
      "multicall x2",
      "mmu_update",
      "mmu_update x0",
      "update_va_mapping",
      "mmuext_op.tlb_flush_local",
    ]);
    expect(process.memory.permits(0x7fff_9749_0000, true)).to.equal(true);
    expect(process.memory.permits(temporaryStack().start, false)).to.equal(false);
  });

  it("exits from its own tables before they are unpinned", () => {
    const bench = aBench();
    const system = { ...bench.memory, initialRoot: 7, nullSelectorKeepsBase: true };
    const process = new PvProcess(system, "child", 0x5000);
    process.memory.map(anArea(BASE, 1));
    process.memory.tables.pin();
    bench.kernel.switchTo(process);
    bench.crossings();
    process.exit();
    expect(bench.crossings().map((row) => row.split(" ")[0])).to.deep.equal([
      "set_segment_base.gs_user_sel",
      "mmuext_op.new_baseptr+new_user_baseptr",
      "multicall",
    ]);
  });
});

describe("Pages shared by processes", () => {
  const SEED = 420;

  it(`are written by one process alone, whatever is forked and written (seed ${SEED})`, () => {
    const action = fc.record({ who: fc.nat(5), page: fc.nat(7), fork: fc.boolean() });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const bench = aBench();
        const spaces = [aLoaded(bench, anArea(BASE, 8))];
        for (const { who, page, fork } of actions) {
          const space = spaces[who % spaces.length] as AddressSpace;
          if (fork && spaces.length < 6) spaces.push(space.fork());
          else if (!space.permits(BASE + page * PAGE, true)) space.fault(BASE + page * PAGE, true);
        }
        for (let page = 0; page < 8; page++) {
          const entries = spaces.flatMap((space) => space.tables.entry(BASE + page * PAGE) ?? []);
          for (const { page: mapped, writable } of entries) {
            const sharers = entries.filter((other) => other.page === mapped).length;
            expect(mapped.mapCount).to.equal(sharers);
            if (writable) expect(sharers).to.equal(1);
          }
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
