import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate, type Scenario } from "../../../engine/run/simulate.ts";

function aScenario(changes: Partial<Scenario> = {}): Scenario {
  const frames = generatePackets({ count: 4, frameBytesWithoutFcs: 60, seed: 3, direction: "tx" });
  return { mode: findMode("vtx-rtl8139"), frames, direction: "tx", ...changes };
}

describe("simulate", () => {
  it("names what it cannot use: no packets, counts, gaps and sizes out of their range", () => {
    const cases: [Partial<Scenario>, string][] = [
      [{ frames: [] }, "Packets: there are none; at least one is needed."],
      [{ packetCount: 0 }, "Packets: 0 is not an integer from 1 to 100000000."],
      [{ packetCount: 1.5 }, "Packets: 1.5 is not an integer"],
      [{ gapMicroseconds: -1 }, "Gap: -1 is not a number of microseconds from 0 to 1000000."],
      [{ gapMicroseconds: Number.NaN }, "Gap: NaN is not a number"],
      [{ frames: [new Uint8Array(13)] }, "Packet 1: 13 bytes do not fit mode vtx-rtl8139"],
      [{ frames: [new Uint8Array(60), new Uint8Array(1515)] }, "Packet 2: 1515 bytes do not fit"],
      [{ knobs: { speed: 3 } }, "Knob speed: mode vtx-rtl8139 has no such knob"],
    ];
    for (const [changes, message] of cases) {
      expect(() => simulate(aScenario(changes)), message).to.throw(InputError, message);
    }
  });

  it("carries VLAN tags on top of the largest frame", () => {
    const frame = new Uint8Array(1518);
    frame.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 5]);
    expect(simulate(aScenario({ frames: [frame] })).transmitted[0]?.bytes).to.deep.equal(frame);
  });

  it("uses frames again when there are fewer than packets, and keeps them only when asked", () => {
    const run = simulate(aScenario({ packetCount: 6 }));
    expect(run.transmitted.map(({ bytes }) => bytes)).to.deep.equal(
      [0, 1, 2, 3, 0, 1].map((n) => run.frames[n]),
    );
    const bare = simulate(aScenario({ keepFrames: false, trace: false }));
    expect([bare.transmitted.length, bare.trace.length]).to.deep.equal([0, 0]);
    expect(bare.totals.transmittedFrames).to.equal(4);
  });

  it("counts the same whether rows are kept, cut short or not kept", () => {
    const whole = simulate(aScenario());
    const cut = simulate(aScenario({ traceRowsMax: 10 }));
    const none = simulate(aScenario({ trace: false }));
    expect(cut.trace.length).to.equal(10);
    expect([...cut.trace.a]).to.deep.equal([...whole.trace.a.subarray(0, 10)]);
    expect(cut.totals).to.deep.equal(whole.totals);
    expect(none.totals).to.deep.equal(whole.totals);
  });

  it("keeps probe and interface-up in the trace only when asked", () => {
    const run = simulate(aScenario({ includeSetup: true }));
    const short = simulate(aScenario());
    expect(run.trace.length).to.be.greaterThan(short.trace.length + 100);
    expect(run.totals.registerWrites).to.be.greaterThan(short.totals.registerWrites);
  });

  it("tells how far it is, now and then", () => {
    const heard: [number, number][] = [];
    simulate(
      aScenario({
        packetCount: 3000,
        gapMicroseconds: 1,
        trace: false,
        keepFrames: false,
        onProgress: (done, all) => heard.push([done, all]),
      }),
    );
    expect(heard).to.deep.equal([
      [1024, 3000],
      [2048, 3000],
    ]);
  });

  it("echoes a packet 20 microseconds after it left, also in a burst", () => {
    const run = simulate(aScenario({ direction: "echo", gapMicroseconds: 1, packetCount: 40 }));
    const away = new Map(run.transmitted.map((frame) => [frame.packet, frame.timeCycles]));
    const back = run.wire.filter((frame) => !run.transmitted.includes(frame));
    expect(back.length).to.equal(40);
    for (const frame of back) {
      const delay = (frame.timeCycles - (away.get(frame.packet) ?? 0)) / run.cyclesPerMicrosecond;
      expect(delay).to.be.within(20, 20.5);
    }
  });

  it("does not grow with the number of packets when it keeps nothing", () => {
    const run = simulate(
      aScenario({ packetCount: 50_000, gapMicroseconds: 1, trace: false, keepFrames: false }),
    );
    expect(run.totals.transmittedFrames).to.equal(50_000);
    expect([run.trace.length, run.wire.length, run.delivered.length]).to.deep.equal([0, 0, 0]);
  });
});
