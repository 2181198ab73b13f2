import { expect } from "chai";
import { COST_TABLE } from "../../../../engine/ledger/costs/index.ts";
import { MITIGATION } from "../../../../engine/ledger/costs/mitigation.ts";
import { priceList } from "../../../../engine/ledger/price-list.ts";
import { findProfile } from "../../../../engine/ledger/profiles/index.ts";

describe("Mitigation costs", () => {
  it("begin with the word, so that they can be switched off", () => {
    for (const name of Object.keys(MITIGATION)) expect(name).to.match(/^mitigation[A-Z]/);
  });

  it("are all in the table, with a source", () => {
    for (const [name, cost] of Object.entries(MITIGATION)) {
      expect(COST_TABLE, name).to.have.property(name, cost);
      expect([cost.source].flat()[0]?.cite, name).to.not.equal(undefined);
    }
  });

  it("of one exit on Skylake-SP and Ice Lake-SP come to about the 582 cycles measured in 2024", () => {
    for (const id of ["skylake-sp", "ice-lake-sp"]) {
      const { prices } = priceList({ profile: findProfile(id) });
      const cycles = [
        prices.mitigationSpecCtrlPerExit,
        prices.mitigationRsbPerExit,
        prices.mitigationBhbClearPerExit,
        prices.mitigationRetpolinePerExit,
        prices.mitigationBufferClearPerEntry,
      ].reduce((all, price) => all + price.cycles.typical, 0);
      expect(cycles / 582, id).to.be.within(0.8, 1.25);
    }
  });

  it("of an AMD part are retpolines and the return stack, nothing for Meltdown, L1TF or MDS", () => {
    const { prices } = priceList({ profile: findProfile("zen2") });
    for (const name of Object.keys(MITIGATION) as (keyof typeof MITIGATION)[]) {
      const free = /Pti|L1d|Buffer|Bhb|SpecCtrl/.test(name);
      if (free) expect(prices[name].cycles.high, name).to.equal(0);
    }
    expect(prices.mitigationRetpolinePerExit.cycles.typical).to.be.above(0);
  });

  it("are nothing when they are off", () => {
    const { prices } = priceList({ profile: findProfile("skylake-sp"), mitigations: false });
    for (const name of Object.keys(MITIGATION) as (keyof typeof MITIGATION)[]) {
      expect(prices[name].cycles.high, name).to.equal(0);
    }
  });
});
