// What several guests share: the host's cores, NIC and wire.
import { expect } from "chai";
import { coresUsed, sharedUse, sharedWait } from "../../../engine/sizing/sharing.ts";
import { aLoadResult } from "./a-load-result.ts";

describe("sharedUse", () => {
  it("spreads the host's CPU work of all guests over the cores given, and leaves vCPUs out", () => {
    const result = aLoadResult({ vcpu: 0.9, vhostWorker: 0.3, hostCpu: 0.1, wireOut: 0.05 });
    const [first, second] = sharedUse(result, 6, 3);
    expect(first?.name).to.equal("hostCores");
    expect(first?.utilisation).to.be.closeTo((6 * 0.4) / 3, 1e-9);
    expect(second?.name).to.equal("wireOut");
    expect(second?.utilisation).to.be.closeTo(0.3, 1e-9);
  });
});

describe("coresUsed", () => {
  it("counts work where nobody polls", () => {
    const result = aLoadResult({ vcpu: 0.5, vhostWorker: 0.2, hostCpu: 0.1, nic: 0.9 });
    const { guest, host } = coresUsed(result, 4, 8);
    expect(guest).to.be.closeTo(2, 1e-9);
    expect(host).to.be.closeTo(1.2, 1e-9);
  });

  it("counts a vCPU that polls as a whole one for each guest", () => {
    const result = aLoadResult({ vcpu: 0.1 }, { polled: ["vcpu"] });
    expect(coresUsed(result, 3, 8)).to.deep.equal({ guest: 3, host: 0 });
  });

  it("lets guests share a polling core until it is full, and counts it when it finds nothing", () => {
    const busy = aLoadResult({ vcpu: 0.5, pollingCore: 0.4 }, { polled: ["pollingCore"] });
    expect(coresUsed(busy, 2, 8).host).to.equal(1);
    expect(coresUsed(busy, 3, 8).host).to.equal(2);
    expect(coresUsed(busy, 3, 1).host).to.equal(1);
    const idle = aLoadResult({ vcpu: 0.5 }, { polled: ["pollingCore"] });
    expect(coresUsed(idle, 1, 8).host).to.equal(1);
  });
});

describe("sharedWait", () => {
  const result = aLoadResult({ vhostWorker: 0.2 });

  it("is nothing for one guest, which the simulation lets wait for itself", () => {
    expect(sharedWait(result, sharedUse(result, 1, 1))).to.deep.equal({ p50: 0, p99: 0 });
  });

  it("is that of an M/M/1 queue on one core, less the guest's own", () => {
    // Service 2 µs (0.2 of a core at 100,000 packets a second), load 0.8 of which 0.2 is one's own.
    const mean = 2 * (0.8 / 0.2 - 0.2 / 0.8);
    const wait = sharedWait(result, sharedUse(result, 4, 1));
    expect(wait?.p50).to.be.closeTo(mean * Math.LN2, 1e-9);
    expect(wait?.p99).to.be.closeTo(mean * Math.log(100), 1e-9);
  });

  it("is shorter on more cores under the same load of each", () => {
    const one = sharedWait(result, sharedUse(result, 4, 1));
    const four = sharedWait(result, sharedUse(result, 16, 4));
    expect(four?.p99).to.be.lessThan(one?.p99 ?? 0);
  });

  it("has no end when there is more work than cores", () => {
    expect(sharedWait(result, sharedUse(result, 5, 1))).to.equal(undefined);
  });
});
