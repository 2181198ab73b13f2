import { expect } from "chai";
import { generatePackets } from "../../engine/packets/packet-generator.ts";
import { packRuns, unpackRuns } from "../../site/home/packed-runs.ts";
import { RESTING_STATE } from "../../site/home/home-state.ts";
import { restingRuns } from "../../site/home/resting-runs.ts";
import { runAll } from "../../site/home/run-request.ts";

const frames = generatePackets({ count: 2, frameBytesWithoutFcs: 60, seed: 1, direction: "tx" });

it("Packed runs come back to the bit, maps and typed arrays too", () => {
  const runs = runAll({ modeIds: ["virtio-qemu", "native"], direction: "tx", frames });
  expect(unpackRuns(packRuns(runs))).to.deep.equal(cloned(runs));
});

it("What the home page shows at rest is what the engine makes of it", async () => {
  const fresh = runAll({
    modeIds: RESTING_STATE.modeIds,
    direction: "tx",
    frames: frames.slice(0, 1),
  });
  expect(unpackRuns(await restingRuns())).to.deep.equal(cloned(fresh));
});

/** The same values as they come out of a worker: plain objects. */
function cloned<Value>(value: Value): Value {
  return structuredClone(value);
}
