import { expect } from "chai";
import { COST_NAMES } from "../../../engine/ledger/costs/index.ts";
import { defaultPrices } from "../../../engine/ledger/price-list.ts";
import { PUBLISHED_POINTS } from "../../../engine/validation/points/index.ts";
import { sensitivity } from "../../../engine/validation/sensitivity.ts";
import { sensitivityToText } from "../../../engine/validation/sensitivity-report.ts";
import { predictPoint } from "../../../engine/validation/validate.ts";

describe("sensitivity", () => {
  const prices = defaultPrices();
  const assumed = COST_NAMES.filter((name) => prices.prices[name].known.evidence === "assumed");

  it("has every assumed primitive once, those that move cycles per packet most first", () => {
    const rows = sensitivity(prices);
    expect(rows.map(({ name }) => name).toSorted()).to.deep.equal(assumed.toSorted());
    const shares = rows.map(({ meanShare }) => meanShare);
    expect(shares).to.deep.equal(shares.toSorted((one, other) => other - one));
    expect(shares[0]).to.be.greaterThan(0);
    for (const { meanShare, worstShare } of rows) expect(worstShare).to.be.at.least(meanShare);
  });

  it("makes predictions anew at both ends of a primitive that they use", () => {
    const point = PUBLISHED_POINTS.find(({ id }) => id === "ar.dpdk");
    if (point === undefined) throw new Error("no such point");
    const rows = sensitivity(prices, [predictPoint(point)]);
    const dequeue = rows.find(({ name }) => name === "vhostUserDequeue");
    expect(dequeue?.point).to.equal("ar.dpdk");
    expect(dequeue?.predictionLog2 ?? 0).to.be.greaterThan(0.1);
    const hosted = rows.find(({ name }) => name === "hostedSelect");
    expect(hosted?.predictionLog2).to.equal(0);
    expect(sensitivityToText(rows)).to.match(/^vhostUserDequeue .* ar\.dpdk$/m);
  });
});
