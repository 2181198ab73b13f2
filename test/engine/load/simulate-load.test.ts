import { expect } from "chai";
import { defaultPrices } from "../../../engine/ledger/price-list.ts";
import { simulateLoad } from "../../../engine/load/simulate-load.ts";
import type { LoadDirection, LoadSource } from "../../../engine/load/scenario.ts";
import type { LoadResult } from "../../../engine/load/load-result.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";

const prices = defaultPrices();

function load(id: string, direction: LoadDirection, source: LoadSource, count = 200): LoadResult {
  const inward = direction === "tx" ? "tx" : "rx";
  const frames = generatePackets({
    count: 8,
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: inward,
  });
  return simulateLoad({
    mode: findMode(id),
    prices,
    frames,
    direction,
    source,
    packetCount: count,
  });
}

const open = (packetsPerSecond: number): LoadSource => ({
  kind: "open",
  packetsPerSecond,
  spacing: "constant",
});

describe("simulateLoad", () => {
  it("delivers all of a small load at the rate at which it is offered", () => {
    for (const direction of ["tx", "rx"] as const) {
      const result = load("virtio-vhost", direction, open(10_000));
      expect(result.delivered).to.equal(200);
      expect(result.deliveredPacketsPerSecond).to.be.closeTo(10_000, 100);
      expect(result.saturated).to.equal(undefined);
    }
  });

  it("gives the same result again", () => {
    const source = { kind: "open", packetsPerSecond: 300_000, spacing: "poisson" } as const;
    expect(load("virtio-vhost", "rx", source)).to.deep.equal(load("virtio-vhost", "rx", source));
  });

  it("sends the next packet of a closed source when the former has arrived", () => {
    const result = load("vf-posted", "rx", { kind: "closed", outstanding: 1 });
    const latency = result.latencyMicroseconds?.mean ?? 0;
    expect(result.deliveredPacketsPerSecond * latency).to.be.closeTo(1e6, 2e4);
  });
});
