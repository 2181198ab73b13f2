import { expect } from "chai";
import { defaultPrices } from "../../../engine/ledger/price-list.ts";
import { simulateLoad } from "../../../engine/load/simulate-load.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { mixFrames } from "../../../engine/sizing/packet-mix.ts";

describe("Load on xen-netfront", () => {
  it("loses no event between domU and dom0 on two CPUs: an exchange of the ready bits is one step", () => {
    const frames = mixFrames({ kind: "imix" }, "forward", 1);
    const result = simulateLoad({
      mode: findMode("xen-netfront"),
      knobs: { hostCpus: 2 },
      prices: defaultPrices(),
      frames,
      direction: "forward",
      source: { kind: "open", packetsPerSecond: 100_000, spacing: "poisson" },
      packetCount: 3000,
      seed: 1,
    });
    expect(result.drops).to.deep.equal([]);
    expect(result.delivered).to.equal(3000);
  });
});
