// Which modes are possible on a part, and what they give up.
import { expect } from "chai";
import { findProfile } from "../../../engine/ledger/profiles/index.ts";
import { findMode, MODES } from "../../../engine/modes/index.ts";
import { whyNot } from "../../../engine/sizing/feasibility.ts";
import { knobsOn } from "../../../engine/sizing/mode-knobs.ts";
import { lostServices } from "../../../engine/sizing/service.ts";

const frames = [new Uint8Array(60)];

function reason(mode: string, cpu: string, vms = 1): string | undefined {
  return whyNot(findMode(mode), { profile: findProfile(cpu), vms, frames });
}

function lost(mode: string, knobs: Record<string, string> = {}): string[] {
  const full = knobsOn(findMode(mode), findProfile("skylake-sp"), knobs);
  return lostServices(findMode(mode), full).map(({ service }) => service);
}

describe("whyNot", () => {
  it("refuses virtual functions where the part has no IOMMU", () => {
    expect(reason("vf-injected", "merom")).to.match(/has no VT-d or AMD-Vi/);
    expect(reason("vf-injected", "westmere")).to.equal(undefined);
  });

  it("refuses posted interrupts where the part cannot post them, and nothing else", () => {
    expect(reason("vf-posted", "sandy-bridge-ep")).to.match(/cannot post interrupts/);
    expect(reason("vf-injected", "sandy-bridge-ep")).to.equal(undefined);
    expect(reason("vf-posted", "broadwell-ep")).to.equal(undefined);
  });

  it("gives out seven virtual functions and no eighth", () => {
    expect(reason("vf-dpdk", "skylake-sp", 7)).to.equal(undefined);
    expect(reason("vf-dpdk", "skylake-sp", 8)).to.match(
      /7 virtual functions for guests, fewer than 8/,
    );
    expect(reason("virtio-vhost", "skylake-sp", 8)).to.equal(undefined);
  });

  it("knows that native is one system", () => {
    expect(reason("native", "skylake-sp", 2)).to.match(/not 2 guests/);
  });

  it("refuses frames that the mode does not carry", () => {
    const why = whyNot(findMode("vmxnet3"), {
      profile: findProfile("skylake-sp"),
      vms: 1,
      frames: [new Uint8Array(9000)],
    });
    expect(why).to.match(/9000 bytes do not fit mode vmxnet3/);
  });
});

describe("lostServices", () => {
  it("counts all five for a virtual function, overcommitted memory for shared memory", () => {
    const all = ["liveMigration", "overlay", "policy", "mirroring", "memoryOvercommit"];
    for (const mode of ["vf-injected", "vf-posted", "vf-dpdk"])
      expect(lost(mode)).to.deep.equal(all);
    expect(lost("virtio-vhost-user")).to.deep.equal(["memoryOvercommit"]);
  });

  it("counts none where the host's software carries every frame", () => {
    const soft = MODES.filter(({ bypass }) => bypass === undefined);
    expect(soft.length).to.be.greaterThan(6);
    for (const { id } of soft) expect(lost(id), id).to.deep.equal([]);
  });

  it("counts what macvtap goes around", () => {
    const around = ["overlay", "policy", "mirroring"];
    expect(lost("virtio-vhost", { hostPath: "macvtap" })).to.deep.equal(around);
    expect(lost("virtio-vhost", { hostPath: "none" })).to.deep.equal(around);
    expect(lost("virtio-vhost", { hostPath: "vrouter" })).to.deep.equal([]);
  });
});

describe("knobsOn", () => {
  it("takes the CPU's vendor and APICv, a CPU for the host, and what a reader set before all", () => {
    const mode = findMode("virtio-vhost");
    expect(knobsOn(mode, findProfile("zen1"), {})).to.include({ cpuVendor: "amd", apicv: false });
    expect(knobsOn(mode, findProfile("westmere"), {})["apicv"]).to.equal(false);
    expect(knobsOn(findMode("xen-netfront"), findProfile("westmere"), {})["hostCpus"]).to.equal(2);
    const own = knobsOn(mode, findProfile("skylake-sp"), { apicv: "off", iommu: "4K" });
    expect(own["apicv"]).to.equal(false);
    expect(own).not.to.have.property("iommu");
  });
});
