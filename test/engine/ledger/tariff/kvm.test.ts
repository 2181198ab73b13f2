import { expect } from "chai";
import { exitName, EXIT_REASON } from "../../../../engine/cpu/exit-reason.ts";
import { svmExitOf } from "../../../../engine/cpu/svm-exit.ts";
import { COST_TABLE } from "../../../../engine/ledger/costs/index.ts";
import { TARIFF } from "../../../../engine/ledger/tariff/index.ts";
import type { ActorName } from "../../../../engine/trace/actor.ts";
import type { EventName } from "../../../../engine/trace/schema.ts";
import { costsOf } from "./a-charge.ts";

/** Names of what a row costs; none for a free row. */
function costs(kind: EventName, actor: ActorName, where: string, mode: string): string[] {
  return costsOf({ kind, actor, where, mode });
}

/** What a VM exit of that name costs in a mode. */
function exit(where: string, mode = "virtio-vhost"): string[] {
  return costs("vmExit", "hypervisor", where, mode);
}

const NAMES = Object.values(EXIT_REASON).flatMap((reason) => {
  const svm = svmExitOf(reason)?.name.toLowerCase();
  return svm === undefined ? [exitName(reason)] : [exitName(reason), svm];
});

describe("The tariff of KVM", () => {
  it("charges the hardware's round trip once for an exit and its entry, whatever the reason", () => {
    for (const name of NAMES) {
      expect(exit(name), name).to.include("vmRoundTrip");
      expect(costs("vmEntry", "hypervisor", name, "virtio-vhost"), name).to.include("vmRoundTrip");
    }
  });

  it("puts nothing but the round trip and mitigations into the category transition", () => {
    for (const rule of TARIFF) {
      if (rule.kind !== "vmExit" && rule.kind !== "vmEntry") continue;
      for (const part of rule.parts) {
        const name = typeof part === "string" ? part : part.cost;
        const { category } = COST_TABLE[name];
        if (category !== "transition") continue;
        expect(name).to.match(/^(vmRoundTrip$|mitigation)/);
      }
    }
  });

  it("has a price for KVM's software on every exit", () => {
    for (const name of NAMES) {
      const software = exit(name).filter((cost) => cost.startsWith("kvm"));
      expect(software, name).to.have.lengthOf.at.least(1);
    }
  });

  it("tells exits apart by their names on VT-x and SVM", () => {
    expect(exit("EPT misconfiguration")).to.include("kvmMmioExit");
    expect(exit("npf")).to.include("kvmNestedPageFaultExit");
    expect(exit("virtualized EOI")).to.include("kvmEoiInducedExit");
    expect(exit("WRMSR 0x80b")).to.include("kvmEoiWriteExit");
    expect(exit("msr write 0x80b")).to.include("kvmEoiWriteExit");
    expect(exit("RDMSR 0x819")).to.include("kvmTmrReadExit");
    expect(exit("msr write 0x6e0")).to.include("kvmMsrExit");
    expect(exit("hlt")).to.include("kvmHaltExit");
  });

  it("takes VMware's software for a register of vmxnet3 and KVM's for virtio's", () => {
    expect(exit("EPT misconfiguration", "vmxnet3")).to.include("vmwareExit");
    expect(exit("EPT misconfiguration", "vmxnet3")).to.not.include("kvmMmioExit");
    expect(exit("EPT misconfiguration", "virtio-qemu")).to.not.include("vmwareExit");
  });

  it("charges a trip to user space on the rows that tell of it", () => {
    const user = costs("userExit", "hypervisor", "KVM_EXIT_MMIO", "vtx-rtl8139");
    expect(user).to.include.members(["kvmMmioEmulation", "kvmUserExit"]);
    const run = costs("systemCall", "deviceModel", "ioctl KVM_RUN", "vtx-rtl8139");
    expect(run).to.include.members(["kvmRun", "userKernelSwitch", "mitigationPtiPerSystemCall"]);
  });

  it("lets an interrupt that the IOMMU posts cost no CPU anything", () => {
    const posted = costs("interruptPosted", "hardware", "vf.vec0", "vf-posted");
    expect(posted).to.deep.equal(["postedByIommuLatency"]);
    expect(COST_TABLE.postedByIommuLatency.unit).to.equal("nanoseconds");
  });

  it("charges the guest's interrupt entry natively as under KVM, and not under a translator", () => {
    for (const mode of ["native", "virtio-vhost", "vf-posted"])
      expect(costs("interruptTaken", "guestDriver", "vec1", mode)).to.include("interruptDelivery");
    expect(costs("interruptTaken", "guestDriver", "intx", "bt-rtl8139")).to.not.include(
      "interruptEntrySoftware",
    );
  });

  it("charges wake-ups to who wakes, and the C-state to the CPU that was idle", () => {
    expect(costs("wakeUp", "hypervisor", "vCPU", "virtio-qemu")).to.deep.equal(["schedulerWakeUp"]);
    const woken = costs("contextSwitch", "hypervisor", "vCPU", "virtio-qemu");
    expect(woken).to.include("idleExitLatency");
    const idle = costs("contextSwitch", "hypervisor", "idle", "virtio-qemu");
    expect(idle).to.deep.equal(["schedulerSwitchOut"]);
  });

  it("knows no exit where there is no hypervisor", () => {
    expect(exit("HLT", "native")).to.deep.equal([]);
  });
});
