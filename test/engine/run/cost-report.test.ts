import { expect } from "chai";
import { findMode } from "../../../engine/modes/index.ts";
import { byCategory, cpuCycles } from "../../../engine/ledger/account.ts";
import { DEFAULT_PROFILE } from "../../../engine/ledger/profiles/index.ts";
import { priceList } from "../../../engine/ledger/price-list.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { comparisonToText } from "../../../engine/run/comparison.ts";
import {
  costsToText,
  cyclesText,
  latencySummary,
  primitiveUses,
} from "../../../engine/run/cost-report.ts";
import { totalsToJson } from "../../../engine/run/report.ts";
import { simulate, type Run } from "../../../engine/run/simulate.ts";

function aRun(modeId: string, overrides: Record<string, number> = {}): Run {
  const frames = generatePackets({ count: 8, frameBytesWithoutFcs: 60, seed: 1, direction: "tx" });
  const prices = priceList({ profile: DEFAULT_PROFILE, overrides });
  return simulate({ mode: findMode(modeId), frames, direction: "tx", prices, trace: false });
}

describe("A run's cost report", () => {
  it("adds up: typical cycles of the primitives are those of the categories", () => {
    const { costs } = aRun("virtio-vhost");
    expect(costs).not.to.equal(undefined);
    if (costs === undefined) return;
    const sum = (all: Iterable<number>): number => [...all].reduce((one, two) => one + two, 0);
    const primitives = sum(primitiveUses(costs).map(({ cycles }) => cycles.typical));
    const categories = sum([...byCategory(costs).values()].map(({ typical }) => typical));
    expect(primitives).to.be.closeTo(categories, 1e-6 * categories);
    const names = primitiveUses(costs).map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
  });

  it("moves with a price: the hardware's round trip dearer by 1,000 costs 1,000 for each", () => {
    const cheap = aRun("virtio-vhost", { vmRoundTrip: 1000 });
    const dear = aRun("virtio-vhost", { vmRoundTrip: 2000 });
    if (cheap.costs === undefined || dear.costs === undefined) throw new Error("no costs");
    const trips = primitiveUses(dear.costs).find(({ name }) => name === "vmRoundTrip");
    expect(trips?.count).to.be.greaterThan(0);
    const more = cpuCycles(dear.costs).typical - cpuCycles(cheap.costs).typical;
    expect(more).to.be.closeTo(1000 * (trips?.count ?? 0), 1);
    expect(costsToText(dear)).not.to.equal(costsToText(cheap));
  });

  it("has a section for each of the questions, in text and in JSON", () => {
    const run = aRun("vtx-rtl8139");
    const text = costsToText(run);
    for (const heading of ["cycles per packet", "by category", "by actor", "dearest primitives"]) {
      expect(text).to.match(new RegExp(`^${heading}`, "m"));
    }
    expect(text).to.match(/^busy, of the time/m);
    expect(text).to.match(/^latency in microseconds +p50 +p99 +max$/m);
    expect(text).to.include("two answers");
    const report = JSON.parse(totalsToJson(run)) as {
      costs: Record<string, unknown>;
      latencyMicroseconds: { p50: number };
    };
    for (const key of ["byCategory", "byActor", "byPrimitive", "evidenceShares", "resources"]) {
      expect(report.costs).to.have.property(key);
    }
    expect(report.latencyMicroseconds).to.deep.equal(latencySummary(run));
  });

  it("is left out without prices", () => {
    const frames = generatePackets({
      count: 1,
      frameBytesWithoutFcs: 60,
      seed: 1,
      direction: "tx",
    });
    const run = simulate({ mode: findMode("native"), frames, direction: "tx", prices: null });
    expect(costsToText(run)).to.equal("");
    expect(totalsToJson(run)).not.to.include('"costs"');
    expect(comparisonToText([run])).not.to.include("cycles per packet");
  });

  it("groups digits by three", () => {
    expect([0, 999, 1000, 1234567.4].map(cyclesText)).to.deep.equal([
      "0",
      "999",
      "1,000",
      "1,234,567",
    ]);
  });
});
