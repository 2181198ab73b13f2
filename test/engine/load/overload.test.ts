import { expect } from "chai";
import { findCapacity } from "../../../engine/load/find-capacity.ts";
import { STRANDED } from "../../../engine/load/load-meter.ts";
import { LOAD_DIRECTIONS } from "../../../engine/load/scenario.ts";
import { MODES } from "../../../engine/modes/index.ts";
import { load, open, scenario } from "./a-load.ts";

const COUNT = 300;

describe("A mode under load", () => {
  for (const { id } of MODES) {
    it(`loses no packet without a reason and is never busier than time allows: ${id}`, function () {
      this.timeout(60_000);
      for (const direction of LOAD_DIRECTIONS) {
        const { source: _, ...rest } = scenario(id, direction, open(1), COUNT);
        const capacity = findCapacity(rest).packetsPerSecond;
        expect(capacity.low, `${id} ${direction}`).to.be.within(1, capacity.typical);
        expect(capacity.high, `${id} ${direction}`).to.be.at.least(capacity.typical);
        for (const share of [0.1, 1, 3, 10]) {
          const result = load(id, direction, open(share * capacity.typical), COUNT);
          const at = `${id} ${direction} at ${share} of ${capacity.typical}`;
          expect(result.delivered + result.dropped, at).to.equal(result.sent);
          const counted = result.drops.reduce((sum, { count }) => sum + count, 0);
          expect(counted, at).to.equal(result.dropped);
          for (const { where, why } of result.drops) {
            expect(where, at).to.not.equal("");
            expect(why, at).to.not.equal("");
            if (id !== "vtx-rtl8139too") expect(why, at).to.not.equal(STRANDED);
          }
          for (const { name, utilisation } of result.resources)
            expect(utilisation, `${at}: ${name}`).to.be.at.most(1);
          if (share === 0.1) expect(result.dropped, at).to.equal(0);
        }
      }
    });
  }
});
