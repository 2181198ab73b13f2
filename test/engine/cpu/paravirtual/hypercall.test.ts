import { expect } from "chai";
import {
  EVENT_CHANNEL_OP,
  GRANT_TABLE_OP,
  HYPERCALL,
  hypercallName,
  hypercallNumber,
  MMUEXT_OP,
  mmuextName,
  SCHED_OP,
  SEGMENT_BASE,
  VCPU_OP,
} from "../../../../engine/cpu/paravirtual/hypercall.ts";

describe("HYPERCALL", () => {
  it("has the numbers of Xen's ABI", () => {
    expect(HYPERCALL.mmu_update).to.equal(1);
    expect(HYPERCALL.stack_switch).to.equal(3);
    expect(HYPERCALL.multicall).to.equal(13);
    expect(HYPERCALL.update_va_mapping).to.equal(14);
    expect(HYPERCALL.set_timer_op).to.equal(15);
    expect(HYPERCALL.xen_version).to.equal(17);
    expect(HYPERCALL.grant_table_op).to.equal(20);
    expect(HYPERCALL.iret).to.equal(23);
    expect(HYPERCALL.vcpu_op).to.equal(24);
    expect(HYPERCALL.set_segment_base).to.equal(25);
    expect(HYPERCALL.mmuext_op).to.equal(26);
    expect(HYPERCALL.sched_op).to.equal(29);
    expect(HYPERCALL.event_channel_op).to.equal(32);
  });

  it("has the sub-commands that moving a packet takes", () => {
    expect(EVENT_CHANNEL_OP.send).to.equal(4);
    expect(EVENT_CHANNEL_OP.unmask).to.equal(9);
    expect(GRANT_TABLE_OP.copy).to.equal(5);
    expect(SCHED_OP.block).to.equal(1);
    expect(VCPU_OP.set_singleshot_timer).to.equal(8);
    expect(SEGMENT_BASE.gs_user).to.equal(1);
    expect(MMUEXT_OP.new_user_baseptr).to.equal(15);
  });
});

describe("hypercallName", () => {
  it("joins hypercall and sub-command", () => {
    expect(hypercallName(32, 4)).to.equal("event_channel_op.send");
    expect(hypercallName(25, 3)).to.equal("set_segment_base.gs_user_sel");
    expect(hypercallName(1, 4)).to.equal("mmu_update");
  });

  it("gives numbers where Xen has no name", () => {
    expect(hypercallName(63, 0)).to.equal("63");
    expect(hypercallName(29, 99)).to.equal("sched_op.99");
    expect(mmuextName(14)).to.equal("14");
  });

  it("is undone by hypercallNumber", () => {
    expect(hypercallNumber("grant_table_op.copy")).to.deep.equal([20, 5]);
    expect(hypercallNumber("xen_version")).to.deep.equal([17, 0]);
    expect(() => hypercallNumber("no_such_op")).to.throw("no_such_op is no hypercall");
  });
});
