import { cpuCycles, findMode, generatePackets, MODES, simulate } from "#engine";
import { expect } from "chai";
import { assumedPrices } from "../../site/costs/assumed.ts";
import { costBar, primitivesOf } from "../../site/costs/cost-bar.ts";
import { countMode, PACKETS } from "../../site/costs/cost-count.ts";
import { RESTING_PRICES, withPrice } from "../../site/prices/price-choice.ts";
import { reckon } from "../../site/prices/reckoning.ts";

const REQUEST = { direction: "tx", sizeBytes: 60, prices: RESTING_PRICES } as const;
const { prices, rest } = reckon(RESTING_PRICES);

describe("costBar", () => {
  it("costBar: the total is what the engine's ledger says of the same run, and the parts add up to it", () => {
    const count = countMode({ ...REQUEST, modeId: "virtio-vhost" });
    const bar = costBar(count, count, { prices, rest }, prices);
    const frames = generatePackets({
      frameBytesWithoutFcs: 60,
      seed: 1,
      direction: "tx",
      count: PACKETS,
    });
    const run = simulate({ mode: findMode("virtio-vhost"), frames, direction: "tx", trace: false });
    const all = run.costs && cpuCycles(run.costs);
    expect(bar.total.typical).to.be.closeTo((all?.typical ?? 0) / PACKETS, 1e-6);
    expect(bar.total.high).to.be.closeTo((all?.high ?? 0) / PACKETS, 1e-6);
    const sum = bar.parts.reduce((total, { cycles }) => total + cycles.typical, 0);
    expect(sum).to.be.closeTo(bar.total.typical, 1e-6);
    const behind = primitivesOf(count, prices, "");
    const spent = behind.reduce((total, { cycles }) => total + cycles.typical, 0);
    expect(spent).to.be.closeTo(bar.total.typical, 1e-6);
  });

  it("costBar: a price set by the reader moves the total by its count, and the one before stays known", () => {
    const count = countMode({ ...REQUEST, modeId: "virtio-vhost" });
    const changed = reckon(withPrice(RESTING_PRICES, "vmRoundTrip", 1_000_000));
    const before = costBar(count, count, { prices, rest }, prices);
    const after = costBar(count, count, changed, prices);
    const [use] = primitivesOf(count, changed.prices, "").filter(
      ({ cost }) => cost === "vmRoundTrip",
    );
    const wasCycles = prices.prices.vmRoundTrip.cycles.typical * (use?.timesPerPacket ?? NaN);
    const moved = after.total.typical - before.total.typical;
    expect(moved).to.be.closeTo((use?.cycles.typical ?? NaN) - wasCycles, 1e-3);
    expect(after.before).to.be.closeTo(before.total.typical, 1e-6);
    expect(after.latencyMicroseconds).to.equal(undefined);
  });

  it("assumedPrices: only assumed ones that a packet pays, those that move a result most first", () => {
    const counts = MODES.slice(0, 4).map(({ id }) => countMode({ ...REQUEST, modeId: id }));
    const assumed = assumedPrices(counts, prices);
    expect(assumed.length).to.be.greaterThan(0);
    for (const { cost } of assumed) expect(prices.prices[cost].known.evidence).to.equal("assumed");
    const shares = assumed.map(({ meanShare }) => meanShare);
    expect(shares).to.deep.equal(shares.toSorted((one, other) => other - one));
  });
});
