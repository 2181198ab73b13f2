import { expect } from "chai";
import { PvKernel, type PvKernelOptions } from "../../../../engine/cpu/paravirtual/pv-kernel.ts";
import type { PvTask } from "../../../../engine/cpu/paravirtual/pv-task.ts";
import { Machine } from "../../../../engine/machine.ts";
import { KIND_NAMES } from "../../../../engine/trace/schema.ts";

const IDLE: PvTask = { name: "swapper", root: 0, stackTop: 0x1000 };
const SENDER: PvTask = { name: "sender", root: 0x77464, stackTop: 0x2000 };
const RECEIVER: PvTask = { name: "receiver", root: 0x77336, stackTop: 0x3000 };
const THREAD: PvTask = { name: "vif1.0-guest-rx", root: 0, stackTop: 0x4000 };

function aKernel(options: Partial<PvKernelOptions> = {}): { machine: Machine; kernel: PvKernel } {
  const machine = new Machine();
  return { machine, kernel: new PvKernel(machine, IDLE, { domain: "domU", ...options }) };
}

function rows(machine: Machine): string[] {
  const trace = machine.trace.finish();
  return Array.from(trace.kind, (kind, row) => {
    return `${KIND_NAMES[kind]} ${trace.names[trace.where[row] as number]}`;
  });
}

describe("PvKernel", () => {
  it("ends a bounced system call with the iret hypercall", () => {
    const { machine, kernel } = aKernel();
    kernel.inUser = true;
    kernel.systemCall("getppid");
    expect(kernel.inUser).to.equal(false);
    kernel.returnToUser();
    expect(kernel.inUser).to.equal(true);
    expect(rows(machine)).to.deep.equal(["systemCall getppid", "hypercall iret.to_user"]);
  });

  it("switches tasks as __switch_to does, with both roots when the address space changes", () => {
    const { machine, kernel } = aKernel();
    kernel.switchTo(SENDER);
    machine.trace.clear();
    kernel.switchTo(RECEIVER);
    expect(rows(machine)).to.deep.equal([
      "exception #GP kernel emulated xen_do_read_msr",
      "hypercall mmuext_op.new_baseptr+new_user_baseptr",
      "hypercall set_segment_base.gs_user",
      "hypercall stack_switch",
    ]);
  });

  it("keeps the address space over kernel threads and back", () => {
    const { machine, kernel } = aKernel();
    kernel.switchTo(SENDER);
    kernel.switchTo(THREAD);
    kernel.switchTo(SENDER);
    expect(machine.hypercallsByName.get("mmuext_op.new_baseptr+new_user_baseptr")).to.equal(1);
    expect(machine.hypercallsByName.get("stack_switch")).to.equal(3);
  });

  it("makes no hypercall for a switch to the task that runs", () => {
    const { machine, kernel } = aKernel();
    kernel.switchTo(IDLE);
    expect(rows(machine)).to.deep.equal([]);
  });

  it("leaves an upcall to where it came from, and unmasks events then", () => {
    const { machine, kernel } = aKernel();
    let masked = false;
    kernel.upcall(8, () => {
      masked = kernel.vcpuInfo.upcallMask;
    });
    kernel.inUser = true;
    kernel.upcall(8, () => {
      expect(kernel.inUser).to.equal(false);
    });
    expect(masked).to.equal(true);
    expect(kernel.vcpuInfo.upcallMask).to.equal(false);
    expect(kernel.inUser).to.equal(true);
    expect(rows(machine)).to.deep.equal([
      "upcall domU",
      "hypercall iret.to_kernel",
      "upcall domU",
      "hypercall iret.to_user",
    ]);
  });

  it("delivers a pending event on the way back from a hypercall, unless masked", () => {
    let kernel: PvKernel | undefined;
    const upcalls: number[] = [];
    const built = aKernel({
      deliver: () => {
        const running = kernel as PvKernel;
        running.vcpuInfo.upcallPending = false;
        running.upcall(5, () => upcalls.push(5));
      },
    });
    kernel = built.kernel;
    kernel.maskEvents();
    kernel.vcpuInfo.upcallPending = true;
    kernel.hypercall("event_channel_op.send", 8);
    expect(upcalls).to.deep.equal([]);
    kernel.unmaskEvents();
    expect(upcalls).to.deep.equal([5]);
    expect(rows(built.machine)).to.deep.equal([
      "hypercall event_channel_op.send",
      "hypercall xen_version",
      "upcall domU",
      "hypercall iret.to_kernel",
    ]);
  });

  it("makes no hypercall to unmask events when none waits", () => {
    const { machine, kernel } = aKernel();
    kernel.maskEvents();
    kernel.unmaskEvents();
    expect(rows(machine)).to.deep.equal([]);
  });

  it("gets its FPU back at the first instruction that needs it", () => {
    const { machine, kernel } = aKernel();
    kernel.useFpu();
    kernel.descheduled();
    kernel.useFpu();
    kernel.useFpu();
    expect(rows(machine)).to.deep.equal(["exception #NM user fixed, retried"]);
  });

  it("puts what Xen does inside the hypercall's row, and dom0's name before its calls", () => {
    const { machine, kernel } = aKernel({ domain: "dom0", prefix: "dom0: " });
    kernel.hypercall("grant_table_op.copy", 1, () => machine.note(11, 2, 0, 106, 0));
    const trace = machine.trace.finish();
    expect(trace.parent[1]).to.equal(0);
    expect(machine.hypercallsByName.get("dom0: grant_table_op.copy")).to.equal(1);
  });

  it("answers a page fault with the handler and iret to where it happened", () => {
    const { machine, kernel } = aKernel();
    kernel.inUser = true;
    kernel.pageFault(0x4e4db0, () => kernel.hypercall("mmu_update", 1));
    kernel.systemCall("clone");
    kernel.pageFault(0x279ec650, () => kernel.hypercall("mmu_update", 1));
    expect(rows(machine)).to.deep.equal([
      "exception #PF user injected",
      "hypercall mmu_update",
      "hypercall iret.to_user",
      "systemCall clone",
      "exception #PF kernel injected",
      "hypercall mmu_update",
      "hypercall iret.to_kernel",
    ]);
  });

  it("makes hypercalls from the kernel only", () => {
    const { kernel } = aKernel();
    kernel.inUser = true;
    expect(() => kernel.hypercall("mmu_update")).to.throw("from its kernel");
  });
});
