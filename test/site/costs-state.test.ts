import { expect } from "chai";
import {
  costsToHash,
  type CostsState,
  fieldsToCosts,
  RESTING_COSTS,
} from "../../site/costs/costs-state.ts";
import { addressFields } from "../../site/address-fields.ts";
import { unknownPrices } from "../../site/prices/price-choice.ts";

const fields = (text: string) => new URLSearchParams(text);

describe("costsToHash", () => {
  it("costsToHash: the page at rest has an empty address", () => {
    expect(costsToHash(RESTING_COSTS)).to.equal("");
  });

  it("costsToHash: every part comes back from the address, changed prices too", () => {
    const state: CostsState = {
      direction: "echo",
      sizeBytes: 1514,
      prices: {
        profileId: "sandy-bridge-ep",
        clockGhz: 3.1,
        mitigations: false,
        overrides: { vmRoundTrip: 500, cyclesPerInstruction: 0.8 },
      },
      scale: "log",
      order: "category",
      modeId: "vf-posted",
      partId: "copy.guest",
    };
    const hash = costsToHash(state);
    expect(hash).to.contain("cost.vmRoundTrip=500");
    expect(fieldsToCosts(fields(hash))).to.deep.equal(state);
  });

  it("fieldsToCosts: what an address says wrongly is at rest, and a price of nothing is named", () => {
    const wrong = fields(
      "dir=up&size=x&cpu=abacus&ghz=99&scale=cube&cost.moon=3&cost.vmRoundTrip=-1",
    );
    expect(fieldsToCosts(wrong)).to.deep.equal(RESTING_COSTS);
    expect(unknownPrices(wrong)).to.deep.equal([
      "cpu=abacus",
      "ghz=99",
      "cost.moon",
      "cost.vmRoundTrip",
    ]);
  });

  it("addressFields: parameters may stand after ? or #, and those after # count more", () => {
    const found = addressFields({ search: "?cpu=zen4&dir=rx", hash: "#dir=echo" });
    expect([found.get("cpu"), found.get("dir")]).to.deep.equal(["zen4", "echo"]);
  });
});
