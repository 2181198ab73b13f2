import { expect } from "chai";
import { MODES } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { criticalPath, pathShares } from "../../../engine/run/critical-path.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { DIRECTIONS } from "../../../engine/run/direction.ts";

const COUNT = 4;

for (const mode of MODES) {
  describe(`The critical path of a packet in ${mode.id}`, () => {
    for (const direction of DIRECTIONS) {
      it(`takes as long as the packet did, ${direction}`, () => {
        const frames = generatePackets({
          count: COUNT,
          frameBytesWithoutFcs: 200,
          seed: 3,
          direction: direction === "rx" ? "rx" : "tx",
        });
        const run = simulate({ mode, frames, direction, gapMicroseconds: 500 });
        expect(run.latencies.length).to.equal(COUNT);
        for (let packet = 0; packet < COUNT; packet++) {
          const path = criticalPath(run, packet);
          const sum = path.reduce((all, { cycles, waitCycles }) => all + cycles + waitCycles, 0);
          const latency = run.latencies[packet] as number;
          // Where the packet is said to have arrived, its last step may not be over.
          expect(sum, `packet ${packet}`).to.be.within(0.95 * latency - 10, 1.3 * latency + 10);
          const shares = [...pathShares(run, path).values()].reduce((all, one) => all + one, 0);
          expect(shares, "by category").to.be.closeTo(sum, 1);
        }
      });
    }
  });
}
