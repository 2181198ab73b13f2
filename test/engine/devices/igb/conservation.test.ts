// Whatever happens in which order: nothing is lost, doubled or changed, and rings wrap.
import { expect } from "chai";
import fc from "fast-check";
import { CHIP_IGB, QEMU_IGB } from "../../../../engine/devices/igb/behaviour.ts";
import { aFrame, aPf, aSwitch, FAR_END, type Port, type RunningIgb } from "./a-nic.ts";

/** Small rings wrap often. */
const SIZES = { pfTxRingSize: 64, pfRxRingSize: 64, vfTxRingSize: 64, vfRxRingSize: 64 };

interface Step {
  readonly send: boolean;
  readonly byteCount: number;
  /** Frames in a row without the machine coming to rest. */
  readonly count: number;
  readonly restMicroseconds: number;
}

const STEPS = fc.array(
  fc.record({
    send: fc.boolean(),
    byteCount: fc.integer({ min: 60, max: 1514 }),
    count: fc.integer({ min: 1, max: 30 }),
    restMicroseconds: fc.integer({ min: 0, max: 1500 }),
  }),
  { minLength: 1, maxLength: 30 },
);

function conserve(nic: RunningIgb, port: Port, steps: readonly Step[]): void {
  const { machine } = nic;
  const out: Uint8Array[] = [];
  const into: Uint8Array[] = [];
  let n = 0;
  for (const { send, byteCount, count, restMicroseconds } of steps) {
    for (let i = 0; i < count; i++) {
      const frame = send
        ? aFrame(FAR_END, port.address, byteCount, n)
        : aFrame(port.address, FAR_END, byteCount, n);
      n++;
      if (send) {
        out.push(frame);
        machine.kernel.runProcess(() => port.netDevice.send(frame, n));
      } else {
        into.push(frame);
        nic.wire.arrive(frame, n);
      }
    }
    machine.run(machine.nowCycles + machine.microseconds(restMicroseconds));
  }
  machine.run();
  expect(nic.sent).to.deep.equal(out);
  expect(port.received).to.deep.equal(into);
  expect(port.netDevice.droppedCount).to.equal(0);
  expect(nic.guestErrors()).to.deep.equal([]);
}

describe("the 82576 and its drivers", () => {
  for (const [name, behaviours] of [
    ["the chip", CHIP_IGB],
    ["QEMU", QEMU_IGB],
  ] as const) {
    it(`lose, double and change nothing between igb and the wire (${name})`, () => {
      fc.assert(
        fc.property(STEPS, (steps) => {
          const nic = aPf({ ...SIZES, behaviours });
          conserve(nic, nic.pf, steps);
        }),
        { seed: 1, numRuns: 30 },
      );
    });

    it(`lose, double and change nothing between igbvf and the wire (${name})`, () => {
      fc.assert(
        fc.property(STEPS, (steps) => {
          const nic = aSwitch(1, behaviours, SIZES);
          conserve(nic, nic.vfs[0] as Port, steps);
        }),
        { seed: 2, numRuns: 30 },
      );
    });
  }

  it("send when rings have wrapped many times over", () => {
    const nic = aSwitch(1, CHIP_IGB, SIZES);
    const vf = nic.vfs[0] as Port;
    for (let n = 0; n < 1000; n++) nic.send(vf, aFrame(FAR_END, vf.address, 60 + (n % 900), n));
    expect(nic.sent).to.have.length(1000);
    nic.sent.forEach((frame, n) =>
      expect(frame).to.deep.equal(aFrame(FAR_END, vf.address, 60 + (n % 900), n)),
    );
  });
});
