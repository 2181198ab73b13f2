// One machine under one load after another.
import { expect } from "chai";
import { defaultPrices } from "../../../engine/ledger/price-list.ts";
import type { LoadScenario, LoadSource } from "../../../engine/load/scenario.ts";
import { LoadSeries, simulateLoad } from "../../../engine/load/simulate-load.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";

function aScenario(id: string, changes: Partial<LoadScenario> = {}): Omit<LoadScenario, "source"> {
  return {
    mode: findMode(id),
    prices: defaultPrices(),
    frames: generatePackets({ count: 8, frameBytesWithoutFcs: 60, seed: 1, direction: "rx" }),
    direction: "rx",
    packetCount: 400,
    ...changes,
  };
}

const open = (packetsPerSecond: number): LoadSource => ({
  kind: "open",
  packetsPerSecond,
  spacing: "constant",
});

describe("LoadSeries", () => {
  it("comes to what a machine of its own comes to for each load, overload before or not", () => {
    for (const id of ["virtio-vhost", "vmxnet3", "xen-netfront"]) {
      const scenario = aScenario(id);
      const series = new LoadSeries(scenario);
      for (const rate of [5e6, 50_000, 20_000]) {
        const own = simulateLoad({ ...scenario, source: open(rate) });
        const next = series.run(open(rate));
        const rates = [own, next].map(({ deliveredPacketsPerSecond }) => deliveredPacketsPerSecond);
        const p50s = [own, next].map(({ latencyMicroseconds }) => latencyMicroseconds?.p50 ?? 0);
        const where = `${id} at ${rate}`;
        expect(next.sent, where).to.equal(next.delivered + next.dropped);
        expect(rates[1], where).to.be.closeTo(rates[0] as number, (rates[0] as number) * 0.05);
        if (rate < 1e6) expect(p50s[1], where).to.be.closeTo(p50s[0] as number, 2);
      }
    }
  });

  it("gives the same again for the same loads in the same order", () => {
    const results = [0, 1].map(() => {
      const series = new LoadSeries(aScenario("virtio-qemu"));
      return JSON.stringify([1e6, 30_000].map((rate) => series.run(open(rate))));
    });
    expect(results[0]).to.equal(results[1]);
  });

  it("takes a new machine where the last load left packets behind", () => {
    // Its driver leaves packets in the receive buffer when that has overflowed.
    const scenario = aScenario("vtx-rtl8139too");
    const series = new LoadSeries(scenario);
    const over = series.run(open(1e6));
    expect(over.dropped).to.be.greaterThan(0);
    const after = series.run(open(2000));
    expect(after.dropped).to.equal(0);
    expect(after.delivered).to.equal(400);
  });

  it("measures as many packets as a load is said to have", () => {
    const series = new LoadSeries(aScenario("vf-posted"));
    expect(series.run(open(10_000), 150).sent).to.equal(150);
    expect(series.run(open(10_000)).sent).to.equal(400);
  });
});
