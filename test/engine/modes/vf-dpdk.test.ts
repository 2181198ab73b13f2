// DPDK's driver in the guest: drivers/net/intel/e1000/igb_rxtx.c. Does not cover: offloads, scattered
// receive, several queues.
import { expect } from "chai";
import fc from "fast-check";
import { buildIgbVfPmd } from "../../../engine/devices/igb/index.ts";
import { directAccess } from "../../../engine/core/crossing.ts";
import { defaultPrices } from "../../../engine/ledger/price-list.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { KIND } from "../../../engine/trace/schema.ts";
import { Machine } from "../../../engine/machine.ts";
import { rowsOf } from "../a-machine.ts";

const SEED = 8_2576;
const mode = findMode("vf-dpdk");

function framesOf(count: number, direction: "tx" | "rx" | "echo") {
  const inward = direction === "rx";
  return generatePackets({
    count,
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: inward ? "rx" : "tx",
  });
}

describe("Mode vf-dpdk", () => {
  it(`polls random traffic without an exit, an interrupt or a lost frame, seed ${SEED}`, () => {
    const traffic = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      bytes: fc.integer({ min: 60, max: 1514 }),
      gapMicroseconds: fc.constantFrom(0, 0.005, 0.1, 3, 100),
      direction: fc.constantFrom("tx" as const, "rx" as const, "echo" as const),
      ring: fc.constantFrom(64, 128, 512),
    });
    fc.assert(
      fc.property(traffic, ({ count, bytes, gapMicroseconds, direction, ring }) => {
        const frames = [...framesOf(4, direction)].map((frame) => {
          const longer = new Uint8Array(bytes).fill(0xa5);
          longer.set(frame.subarray(0, Math.min(frame.length, bytes)));
          return longer;
        });
        const run = simulate({
          mode,
          frames,
          packetCount: count,
          direction,
          gapMicroseconds,
          knobs: { txRingSize: ring, rxRingSize: ring },
        });
        const { totals, transmitted, delivered } = run;
        expect([totals.exits, totals.interrupts, totals.interruptMessages]).to.deep.equal([
          0, 0, 0,
        ]);
        expect([totals.copies, totals.guestErrors, totals.iommuFaults]).to.deep.equal([0, 0, 0]);
        expect(transmitted.length).to.equal(direction === "rx" ? 0 : count);
        expect(delivered.length + totals.droppedFrames).to.equal(direction === "tx" ? 0 : count);
        for (const seen of direction === "rx" ? delivered : transmitted) {
          expect(String(seen.bytes)).to.equal(String(frames[seen.packet % 4]));
        }
      }),
      { seed: SEED, numRuns: 12 },
    );
  });

  it("rings once for a burst: no more tail writes than turns of the loop", () => {
    const run = simulate({
      mode,
      frames: framesOf(1, "tx"),
      packetCount: 640,
      direction: "tx",
      gapMicroseconds: 0,
      prices: null,
    });
    expect(run.totals.transmittedFrames).to.equal(640);
    expect(run.totals.registerWrites).to.be.lessThan(64);
  });

  it("writes the receive tail once for more than 32 frames, as rx_free_thresh says", () => {
    const run = simulate({
      mode,
      frames: framesOf(1, "rx"),
      packetCount: 330,
      direction: "rx",
      gapMicroseconds: 10,
    });
    // The frame of the warm-up is held back as well: 331 / 33.
    expect([run.totals.deliveredFrames, run.totals.registerWrites]).to.deep.equal([330, 10]);
  });

  it("counts the polls between two packets in one row", () => {
    const run = simulate({
      mode,
      frames: framesOf(1, "rx"),
      packetCount: 3,
      direction: "rx",
      gapMicroseconds: 100,
    });
    const { trace, totals, cyclesPerMicrosecond } = run;
    const perGap = (100 * cyclesPerMicrosecond) / defaultPrices().prices.emptyPoll.cycles.typical;
    expect(totals.emptyPolls).to.be.within(2 * perGap - 4, 2 * perGap + 1);
    expect(totals.emptyPollsByLoop).to.deep.equal({ "guest's poll loop": totals.emptyPolls });
    const rows = rowsOf(trace).filter((row) => row.includes("empty polls"));
    expect(rows.length).to.equal(2);
  });

  it("enters no guest code by an interrupt and never halts", () => {
    const run = simulate({ mode, frames: framesOf(5, "echo"), direction: "echo" });
    for (const kind of [KIND.interruptTaken, KIND.vmExit, KIND.msix, KIND.contextSwitch]) {
      expect([...run.trace.kind].filter((code) => code === kind).length).to.equal(0);
    }
  });
});

describe("IgbvfPmd", () => {
  it("stops, gives all mbufs back, and starts again", () => {
    const machine = new Machine();
    const nic = buildIgbVfPmd(machine, { control: directAccess, doorbell: directAccess });
    const step = (body: () => void): void => {
      machine.kernel.runProcess(body);
      machine.run();
    };
    step(() => {
      nic.driver.probe();
      nic.driver.open();
    });
    let sent = 0;
    nic.wire.onTransmit = () => sent++;
    const frame = framesOf(1, "tx")[0] as Uint8Array;
    for (let i = 0; i < 2; i++) {
      step(() => nic.netDevice.send(frame, i));
      expect(sent).to.equal(i + 1);
      step(() => nic.driver.stop());
      expect(machine.scheduler.pollers.length).to.equal(0);
      if (i === 0) step(() => nic.driver.open());
    }
    step(() => nic.driver.remove());
  });
});
