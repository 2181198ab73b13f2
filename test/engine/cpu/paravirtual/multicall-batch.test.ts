import { expect } from "chai";
import { MulticallBatch } from "../../../../engine/cpu/paravirtual/multicall-batch.ts";
import { PvKernel } from "../../../../engine/cpu/paravirtual/pv-kernel.ts";
import { Machine } from "../../../../engine/machine.ts";

function aBatch(): { machine: Machine; batch: MulticallBatch } {
  const machine = new Machine();
  const idle = { name: "swapper", root: 0, stackTop: 1 };
  const kernel = new PvKernel(machine, idle, { domain: "domU" });
  return { machine, batch: new MulticallBatch(machine, kernel) };
}

function calls(machine: Machine): Record<string, number> {
  return Object.fromEntries(machine.hypercallsByName);
}

const UPDATE = { what: "writable", offset: 8 };

describe("MulticallBatch", () => {
  it("makes one call plainly and two as a multicall", () => {
    const { machine, batch } = aBatch();
    batch.updateVaMapping("read-only");
    batch.flush();
    batch.updateVaMapping("read-only");
    batch.extend("mmuext_op", { what: "pin_l1_table", offset: 0 });
    batch.flush();
    expect(calls(machine)).to.deep.equal({ update_va_mapping: 1, multicall: 1 });
  });

  it("makes no hypercall when nothing waits", () => {
    const { machine, batch } = aBatch();
    batch.flush();
    expect(calls(machine)).to.deep.equal({});
  });

  it("names the commands of a list once each", () => {
    const { machine, batch } = aBatch();
    batch.extend("mmuext_op", { what: "new_baseptr", offset: 0 });
    batch.extend("mmuext_op", { what: "new_user_baseptr", offset: 0 });
    batch.flush();
    expect(calls(machine)).to.deep.equal({ "mmuext_op.new_baseptr+new_user_baseptr": 1 });
  });

  it("sends what it has when its 512 bytes of arguments are full", () => {
    const { machine, batch } = aBatch();
    for (let i = 0; i < 32; i++) batch.extend("mmu_update", UPDATE);
    expect(calls(machine)).to.deep.equal({ mmu_update: 1 });
    batch.flush();
    const trace = machine.trace.finish();
    expect(trace.a[0]).to.equal(31);
    expect(calls(machine)).to.deep.equal({ mmu_update: 2 });
  });

  it("sends what it has when 32 calls wait", () => {
    const { machine, batch } = aBatch();
    for (let i = 0; i < 33; i++) batch.updateVaMapping("writable");
    expect(calls(machine)).to.deep.equal({ multicall: 1 });
    expect(machine.trace.finish().a[0]).to.equal(32);
  });

  it("holds page-table updates back in a lazy section only", () => {
    const { machine, batch } = aBatch();
    batch.enterLazyMmu();
    batch.extend("mmu_update", UPDATE);
    batch.issue(true);
    expect(calls(machine)).to.deep.equal({});
    batch.leaveLazyMmu();
    expect(calls(machine)).to.deep.equal({ mmu_update: 1 });
  });
});
