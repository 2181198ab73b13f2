// One packet each way through every mode, as text: `npm run golden` writes these files anew.
import { expect } from "chai";
import { GOLDEN_TEXTS } from "../../support/golden-text.ts";

describe("A packet's story", () => {
  for (const { file, make } of GOLDEN_TEXTS) {
    it(`reads as in test/golden/${file}`, async () => {
      const answer = await fetch(`/test/golden/${file}`);
      expect(answer.ok, `test/golden/${file} is missing: npm run golden`).to.equal(true);
      expect(make()).to.equal(await answer.text());
    });
  }
});
