import { expect } from "chai";
import { COST_TABLE } from "../../../../engine/ledger/costs/index.ts";
import { MITIGATION } from "../../../../engine/ledger/costs/mitigation.ts";

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
});
