// Whatever the device's options, the sizes, the order and the moments: nothing is lost, doubled or
// changed, rings wrap, and memory that belongs to nobody stays as it was.
import { expect } from "chai";
import fc from "fast-check";
import { FrameArrival } from "../../../../engine/host/wire.ts";
import { aNic, GUEST, guestErrors, KINDS, numbered, PEER, type RunningNic } from "./a-nic.ts";

const SEED = 31;
const CANARY = 0xa5;

/** Pages before and behind the buffers that nobody owns. */
function guard({ machine: { memory } }: RunningNic): () => void {
  const areas = [
    [memory.allocate(4096, 4096), 4096],
    [memory.guestBytes - 65536, 65536],
  ] as const;
  for (const [at, byteCount] of areas) memory.bytes.fill(CANARY, at, at + byteCount);
  return () => {
    for (const [at, byteCount] of areas) {
      const area = memory.bytes.subarray(at, at + byteCount);
      expect(area.every((byte) => byte === CANARY)).to.equal(true);
    }
  };
}

const byteCounts = fc.array(fc.integer({ min: 16, max: 1514 }), { maxLength: 12 });
const arrivals = fc.array(
  fc.record({ byteCount: fc.integer({ min: 16, max: 1514 }), delay: fc.nat(300) }),
  { maxLength: 12 },
);
const steps = fc.array(
  fc.record({ out: byteCounts, into: arrivals, interruptsOff: fc.boolean(), rests: fc.boolean() }),
  { minLength: 1, maxLength: 12 },
);

describe("Virtio-net conservation", () => {
  for (const [kind, options] of KINDS) {
    it(`keeps every frame in order and to the byte (${kind}), seed ${SEED}`, () => {
      fc.assert(
        fc.property(steps, (all) => {
          const run = aNic({ queueSize: 32, ...options });
          const { machine, nic, send, sent, received } = run;
          const check = guard(run);
          const out: Uint8Array[] = [];
          const into: Uint8Array[] = [];
          for (const { out: sizes, into: coming, interruptsOff, rests } of all) {
            if (interruptsOff) machine.kernel.disableInterrupts();
            for (const { byteCount, delay } of coming.toSorted((a, b) => a.delay - b.delay)) {
              const frame = numbered(into.length, byteCount, GUEST);
              into.push(frame);
              machine.post(new FrameArrival(nic.wire, frame, into.length), delay);
            }
            for (const byteCount of sizes) {
              const frame = numbered(out.length, byteCount, PEER);
              out.push(frame);
              send(frame);
            }
            if (interruptsOff) machine.kernel.enableInterrupts();
            if (rests) machine.run();
            else machine.run(machine.nowCycles + 150);
          }
          machine.run();
          expect(sent).to.deep.equal(out);
          expect(received.length).to.equal(into.length);
          if (all.every(({ rests }) => rests)) expect(received).to.deep.equal(into);
          expect(guestErrors(machine)).to.deep.equal([]);
          check();
        }),
        { seed: SEED, numRuns: 15 },
      );
    });

    it(`goes down and comes up again (${kind})`, () => {
      const { machine, nic, send, arrive, sent, received } = aNic({ queueSize: 32, ...options });
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 20; i++) {
          send(numbered(i, 60, PEER));
          arrive(numbered(i, 1514));
        }
        expect([sent.length, received.length]).to.deep.equal([20 * (round + 1), 20 * (round + 1)]);
        machine.kernel.runProcess(() => {
          nic.driver.stop();
          nic.driver.remove();
          nic.driver.probe();
          nic.driver.open();
        });
        machine.run();
      }
      expect(guestErrors(machine)).to.deep.equal([]);
    });
  }

  for (const packed of [false, true]) {
    it(`moves 70,000 packets each way past every wrap, ${packed ? "packed" : "split"}`, () => {
      const { machine, nic, send } = aNic({ queueSize: 64, packed, ioeventfd: false });
      machine.trace.enabled = false;
      let sent = 0;
      let received = 0;
      nic.wire.onTransmit = () => sent++;
      nic.netDevice.onReceive = () => received++;
      const out = numbered(1, 60, PEER);
      const into = numbered(2, 60);
      for (let i = 0; i < 70_000; i++) {
        send(out);
        nic.wire.arrive(into, i);
        machine.run();
      }
      expect([sent, received]).to.deep.equal([70_000, 70_000]);
    });
  }
});
