import { expect } from "chai";
import { RESOURCES } from "../../../engine/core/resource.ts";
import { rowCycles } from "../../../engine/ledger/account.ts";
import { MODES } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { DIRECTIONS } from "../../../engine/run/direction.ts";
import { ACTOR_COUNT } from "../../../engine/trace/actor.ts";

const COUNT = 12;

for (const mode of MODES) {
  describe(`Pricing of ${mode.id}`, () => {
    for (const direction of DIRECTIONS) {
      for (const gapMicroseconds of [0, 100]) {
        it(`posts what the trace says for each actor and packet, ${direction}, ${gapMicroseconds} us apart`, () => {
          const frames = generatePackets({
            count: COUNT,
            frameBytesWithoutFcs: 300,
            seed: 5,
            direction: direction === "rx" ? "rx" : "tx",
          });
          const { trace, costs } = simulate({ mode, frames, direction, gapMicroseconds });
          if (costs === undefined) return expect.fail("a run has costs");
          const sums = new Map<string, number>();
          for (let row = 0; row < trace.length; row++) {
            const key = `${trace.packet[row]} ${trace.actor[row]}`;
            sums.set(key, (sums.get(key) ?? 0) + rowCycles(trace, row, costs.charges));
          }
          let posted = 0;
          for (let packet = -1; packet < costs.ledger.packetCount; packet++) {
            for (let actor = 0; actor < ACTOR_COUNT; actor++) {
              const cycles = costs.ledger.packetCycles(packet, actor);
              expect(cycles, `packet ${packet}, actor ${actor}`).to.be.closeTo(
                sums.get(`${packet} ${actor}`) ?? 0,
                1e-6,
              );
              posted += cycles;
            }
          }
          const traced = [...sums.values()].reduce((all, cycles) => all + cycles, 0);
          expect(posted).to.be.closeTo(traced, 1e-6 * Math.max(1, traced));
          for (const { name, utilisation } of costs.resources) {
            // 1 but for the rounding of sums.
            expect(utilisation, name).to.be.at.most(1 + 1e-12);
            expect(RESOURCES[name].code).to.be.at.least(0);
          }
        });
      }
    }
  });
}
