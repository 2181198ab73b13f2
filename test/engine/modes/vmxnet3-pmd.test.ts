// drivers/net/vmxnet3/vmxnet3_rxtx.c of DPDK. Does not cover: offloads, scattered frames, several queues.
import { expect } from "chai";
import fc from "fast-check";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";

const SEED = 3_0003;
const mode = findMode("vmxnet3");

function framesOf(count: number, direction: "tx" | "rx", bytes = 60): Uint8Array[] {
  return [...generatePackets({ count, frameBytesWithoutFcs: bytes, seed: 1, direction })];
}

describe("Mode vmxnet3 with DPDK's driver in the guest", () => {
  it(`has no interrupt, and no exit but for doorbells, whatever the traffic, seed ${SEED}`, () => {
    const traffic = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      bytes: fc.integer({ min: 60, max: 1514 }),
      gapMicroseconds: fc.constantFrom(0, 0.1, 3, 100),
      direction: fc.constantFrom("tx" as const, "rx" as const, "echo" as const),
      knobs: fc.record({
        driver: fc.constant("pmd"),
        txThreshold: fc.constantFrom(1, 4, 64),
        txRingSize: fc.constantFrom(32, 512),
        rxRingSize: fc.constantFrom(32, 1024),
        msix: fc.boolean(),
      }),
    });
    fc.assert(
      fc.property(traffic, ({ count, bytes, gapMicroseconds, direction, knobs }) => {
        const frames = framesOf(4, direction === "rx" ? "rx" : "tx", bytes);
        const scenario = { mode, frames, packetCount: count, direction, gapMicroseconds, knobs };
        const { totals, transmitted, delivered } = simulate(scenario);
        const { exits, interrupts, interruptMessages, registerWrites, guestErrors } = totals;
        expect([interrupts, interruptMessages, guestErrors]).to.deep.equal([0, 0, 0]);
        expect(exits).to.equal(registerWrites);
        expect(exits).to.be.at.most(direction === "rx" ? 0 : count);
        expect(transmitted.length).to.equal(direction === "rx" ? 0 : count);
        expect(delivered.length + totals.droppedFrames).to.equal(direction === "tx" ? 0 : count);
        for (const seen of direction === "rx" ? delivered : transmitted) {
          expect(String(seen.bytes)).to.equal(String(frames[seen.packet % 4]));
        }
      }),
      { seed: SEED, numRuns: 12 },
    );
  });

  it("rings once for a burst of the application, not once for a packet", () => {
    const scenario = {
      mode,
      frames: framesOf(1, "tx"),
      packetCount: 320,
      direction: "tx" as const,
    };
    const burst = { ...scenario, gapMicroseconds: 0, prices: null };
    const pmd = simulate({ ...burst, knobs: { driver: "pmd" } });
    const kernel = simulate({ ...burst, knobs: { driver: "kernel" } });
    expect(kernel.totals.exitsByReason["EPT misconfiguration"]).to.be.at.least(320);
    expect(pmd.totals.exits).to.be.at.most(40);
    expect(pmd.totals.transmittedFrames).to.equal(320);
    const paced = simulate({ ...scenario, knobs: { driver: "pmd" } });
    expect(paced.totals.exits).to.equal(320);
  });

  it("goes around small rings many times, in both directions", () => {
    for (const direction of ["tx", "rx"] as const) {
      const run = simulate({
        mode,
        frames: framesOf(3, direction, 200),
        packetCount: 500,
        direction,
        gapMicroseconds: 1,
        knobs: { driver: "pmd", txRingSize: 32, rxRingSize: 32 },
      });
      const seen = direction === "tx" ? run.transmitted : run.delivered;
      expect(seen.map((frame) => frame.packet)).to.deep.equal([...Array(500).keys()]);
    }
  });
});
