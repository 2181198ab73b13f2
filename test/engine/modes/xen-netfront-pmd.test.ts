// A netfront that polls: xen/include/public/io/netif.h and ring.h. There is no source to hold it against;
// does not cover: several queues, frames over several slots, time slices of Xen's scheduler.
import { expect } from "chai";
import fc from "fast-check";
import { buildXenNetPmd } from "../../../engine/devices/xen-net/index.ts";
import { Machine } from "../../../engine/machine.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { ACTORS } from "../../../engine/trace/actor.ts";
import { KIND } from "../../../engine/trace/schema.ts";
import { rowsOf } from "../a-machine.ts";

const SEED = 4_2020;
const mode = findMode("xen-netfront");
const knobs = { driver: "pmd" };

function framesOf(count: number, direction: "tx" | "rx", bytes = 60): Uint8Array[] {
  return [...generatePackets({ count, frameBytesWithoutFcs: bytes, seed: 1, direction })];
}

describe("Mode xen-netfront with a guest that polls", () => {
  it(`takes no event, never blocks and loses nothing, whatever the traffic, seed ${SEED}`, () => {
    const traffic = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      bytes: fc.integer({ min: 60, max: 1514 }),
      gapMicroseconds: fc.constantFrom(0, 0.1, 3, 100),
      direction: fc.constantFrom("tx" as const, "rx" as const, "echo" as const),
    });
    fc.assert(
      fc.property(traffic, ({ count, bytes, gapMicroseconds, direction }) => {
        const frames = framesOf(4, direction === "rx" ? "rx" : "tx", bytes);
        const scenario = { mode, frames, packetCount: count, direction, gapMicroseconds, knobs };
        const { totals, transmitted, delivered, trace } = simulate(scenario);
        const upcalls = [...trace.kind.keys()].filter(
          (row) =>
            trace.kind[row] === KIND.upcall && trace.names[trace.where[row] as number] === "domU",
        );
        expect([upcalls.length, totals.interrupts, totals.guestErrors]).to.deep.equal([0, 0, 0]);
        expect(totals.hypercallsByName["sched_op.block"]).to.equal(undefined);
        expect(transmitted.length).to.equal(direction === "rx" ? 0 : count);
        expect(delivered.length).to.equal(direction === "tx" ? 0 : count);
        for (const seen of direction === "rx" ? delivered : transmitted) {
          expect(String(seen.bytes)).to.equal(String(frames[seen.packet % 4]));
        }
      }),
      { seed: SEED, numRuns: 10 },
    );
  });

  it("sends an event only when netback asked for one: once for a burst", () => {
    const scenario = {
      mode,
      frames: framesOf(1, "tx"),
      packetCount: 200,
      direction: "tx" as const,
    };
    const paced = simulate({ ...scenario, knobs });
    expect(paced.totals.hypercallsByName["event_channel_op.send"]).to.equal(200);
    const burst = simulate({ ...scenario, gapMicroseconds: 0, knobs });
    expect(burst.totals.transmittedFrames).to.equal(200);
    expect(burst.totals.hypercallsByName["event_channel_op.send"]).to.be.at.most(3);
  });

  it("grants each page once: no grant is ever ended", () => {
    const frames = framesOf(1, "tx");
    const run = simulate({ mode, frames, packetCount: 2000, direction: "tx", knobs });
    const grants = [...run.trace.kind.keys()].filter(
      (row) =>
        run.trace.kind[row] === KIND.ringStore &&
        run.trace.actor[row] === ACTORS.guestDriver.code &&
        run.trace.names[run.trace.where[row] as number] === "grant table",
    );
    // Three stores for each of the few pages that the pool gives in turn.
    expect(grants.length).to.be.lessThan(60);
  });

  it("goes around its rings many times, in both directions", () => {
    for (const direction of ["tx", "rx"] as const) {
      const run = simulate({
        mode,
        frames: framesOf(3, direction, 200),
        packetCount: 800,
        direction,
        gapMicroseconds: 5,
        knobs,
      });
      const seen = direction === "tx" ? run.transmitted : run.delivered;
      expect(seen.map((frame) => frame.packet)).to.deep.equal([...Array(800).keys()]);
    }
  });
});

describe("NetfrontPmd with a back end that errs", () => {
  for (const [what, ring] of [
    ["receive", "rx ring"],
    ["transmit", "tx ring"],
  ] as const) {
    it(`gives up when there are more ${what} responses than requests, and comes to rest`, () => {
      const machine = new Machine();
      const nic = buildXenNetPmd(machine);
      machine.kernel.runProcess(() => {
        nic.driver.probe();
        nic.driver.open();
      });
      machine.run();
      machine.trace.clear();
      const block = machine.blocks.get(ring);
      machine.memory.view.setUint32((block?.base ?? 0) + 8, 5000, true);
      machine.kernel.runProcess(() => nic.netDevice.send(framesOf(1, "tx")[0] as Uint8Array, 0));
      machine.run();
      const errors = rowsOf(machine.trace.finish()).filter((row) => row.startsWith("guestError"));
      expect(errors).to.deep.equal([
        "guestError netfront is disabled: responses value=5000 detail=0",
      ]);
      expect(nic.driver.broken).to.equal(true);
    });
  }
});
