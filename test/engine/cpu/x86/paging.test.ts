// Intel SDM vol. 3A, 4.5 "4-Level Paging", 4.6 "Access Rights", 4.7 "Page-Fault Exceptions".
import { expect } from "chai";
import { PTE, translate, walk } from "../../../../engine/cpu/x86/paging.ts";
import { CONTROL, CpuState } from "../../../../engine/cpu/x86/state.ts";

/** Tables at 0x1000 (PML4), 0x2000, 0x3000, 0x4000; entries by level from the top. */
function tables(entries: readonly [number, number, bigint][]) {
  const view = new DataView(new ArrayBuffer(0x10000));
  for (const [level, index, entry] of entries)
    view.setBigUint64(0x1000 * (level + 1) + 8 * index, entry, true);
  const cpu = new CpuState();
  cpu.cr3 = 0x1000n;
  return {
    cpu,
    view,
    memory: {
      read: (at: number) => view.getBigUint64(at, true),
      write: (at: number, _bytes: number, value: bigint) => view.setBigUint64(at, value, true),
    },
  };
}

const ALL = PTE.P | PTE.RW | PTE.US;

describe("translate", () => {
  it("walks pages of 4 KiB, 2 MiB and 1 GiB", () => {
    const { memory, cpu } = tables([
      [0, 0, 0x2000n | ALL],
      [1, 0, 0x3000n | ALL],
      [1, 1, 0x8000_0000n | ALL | PTE.PS],
      [2, 0, 0x4000n | ALL],
      [2, 1, 0x40_0000n | ALL | PTE.PS],
      [3, 5, 0x7000n | ALL],
    ]);
    expect(translate(memory, cpu, 0x5123n, "read")).to.equal(0x7123);
    expect(translate(memory, cpu, 0x21_2345n, "write")).to.equal(0x41_2345);
    expect(translate(memory, cpu, 0x4000_1234n, "fetch")).to.equal(0x8000_1234);
    expect(walk(memory, 0x1000n, 0x21_2345n)).to.include({ pageBytes: 0x20_0000, writable: true });
    expect(walk(memory, 0x1000n, 0x5123n)?.entryAddresses).to.deep.equal([
      0x1000, 0x2000, 0x3000, 0x4028,
    ]);
  });

  it("joins the rights of all levels, and names each fault by its error code", () => {
    const { memory, cpu } = tables([
      [0, 0, 0x2000n | ALL],
      [1, 0, 0x3000n | ALL],
      [2, 0, 0x4000n | PTE.P | PTE.US],
      [3, 1, 0x7000n | ALL],
      [3, 2, 0x8000n | PTE.P | PTE.RW],
      [3, 3, 0x9000n | ALL | PTE.NX],
    ]);
    const errorOf = (linear: bigint, access: "read" | "write" | "fetch", user: boolean) => {
      try {
        return translate(memory, cpu, linear, access, user).toString(16);
      } catch (error) {
        return String((error as Error).message);
      }
    };
    expect(errorOf(0x1000n, "read", true)).to.equal("7000");
    expect(errorOf(0x1000n, "write", true), "read-only above").to.equal("#PF(7)");
    expect(errorOf(0x1000n, "write", false), "CR0.WP").to.equal("#PF(3)");
    expect(errorOf(0x2000n, "read", true), "kernel's page").to.equal("#PF(5)");
    expect(errorOf(0x2000n, "read", false)).to.equal("8000");
    expect(errorOf(0x3000n, "fetch", true), "NX").to.equal("#PF(21)");
    expect(errorOf(0x3000n, "fetch", false)).to.equal("#PF(17)");
    expect(errorOf(0x4000n, "read", false), "not present").to.equal("#PF(0)");
    expect(errorOf(0x4000n, "write", true)).to.equal("#PF(6)");
    expect(errorOf(0x8000_0000_0000n, "read", false), "not canonical").to.equal("#GP(0)");
    cpu.cr0 &= ~CONTROL.CR0_WP;
    expect(errorOf(0x1000n, "write", false), "without WP the kernel may").to.equal("7000");
  });

  it("sets A on the way and D in the leaf of a write, and nothing on a fault", () => {
    const { memory, cpu, view } = tables([
      [0, 0, 0x2000n | ALL],
      [1, 0, 0x3000n | ALL],
      [2, 0, 0x4000n | ALL],
      [3, 1, 0x7000n | PTE.P | PTE.US],
    ]);
    const bits = () =>
      [0x1000, 0x2000, 0x3000, 0x4008].map((at) => Number(view.getBigUint64(at, true) & 0x60n));
    expect(() => translate(memory, cpu, 0x1000n, "write")).to.throw("#PF(3)");
    expect(bits()).to.deep.equal([0, 0, 0, 0]);
    translate(memory, cpu, 0x1000n, "read");
    expect(bits()).to.deep.equal([0x20, 0x20, 0x20, 0x20]);
    view.setBigUint64(0x4008, 0x7000n | ALL, true);
    translate(memory, cpu, 0x1000n, "write");
    expect(bits()).to.deep.equal([0x20, 0x20, 0x20, 0x60]);
  });
});
