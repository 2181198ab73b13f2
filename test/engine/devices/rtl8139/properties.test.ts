// Whatever the guest and the wire do in whatever order: nothing is lost, nothing comes twice, no
// descriptor is used before it is given back, and DMA stays inside the buffers.
import { expect } from "chai";
import fc from "fast-check";
import { ACTORS } from "../../../../engine/trace/actor.ts";
import { KIND } from "../../../../engine/trace/schema.ts";
import type { Trace } from "../../../../engine/trace/store.ts";
import { aFrame } from "./a-chip.ts";
import { ANic, type DriverName, DRIVERS } from "./a-nic.ts";

const SEED = 93_46;
const RUNS = 40;
const OWN = 0x80000000;
const RX_BUFFER_BYTES = 32768 + 16 + 2048;

interface Step {
  readonly send: boolean;
  readonly byteCount: number;
  /** When a frame arrives, in guest accesses from now. */
  readonly delay: number;
  readonly rest: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  send: fc.boolean(),
  byteCount: fc.oneof(fc.integer({ min: 60, max: 1514 }), fc.constantFrom(60, 1514)),
  delay: fc.nat(300),
  rest: fc.boolean(),
});
/** Fewer steps than a poll may take frames, so that 8139too never leaves any behind. */
const steps = fc.array(step, { maxLength: 60 });

interface Expected {
  readonly sent: Uint8Array[];
  readonly arrived: Uint8Array[];
}

/** Does the steps and says what must have come of them; frames arrive in the order of their time. */
function play(nic: ANic, list: readonly Step[]): Expected {
  const sent: Uint8Array[] = [];
  const arrived: Uint8Array[] = [];
  nic.nic.wire.onArrive = (frame) => arrived.push(frame);
  for (const [n, { send, byteCount, delay, rest }] of list.entries()) {
    const frame = aFrame(byteCount, n);
    if (send) {
      sent.push(frame);
      nic.send(frame);
    } else nic.arriveIn(delay, frame);
    if (rest) nic.rest();
  }
  nic.rest();
  return { sent, arrived };
}

function rowsOf(trace: Trace, kind: number, name: string): number[] {
  return [...trace.kind.keys()].filter(
    (row) => trace.kind[row] === kind && trace.names[trace.where[row] as number] === name,
  );
}

/** Checks that OWN of each descriptor passes back and forth between driver and chip. */
function expectAlternation(nic: ANic, trace: Trace, ring: string, purpose: string): void {
  const block = nic.machine.blocks.get(ring);
  if (block === undefined) throw new Error(`there is no block ${ring}`);
  const given = new Set<number>();
  if (ring === "rx_ring") for (let i = 0; i < 64; i++) given.add(i);
  const stores = new Set(rowsOf(trace, KIND.ringStore, ring));
  const writes = new Set(rowsOf(trace, KIND.dmaWrite, purpose));
  for (let row = 0; row < trace.length; row++) {
    const a = trace.a[row] as number;
    const b = trace.b[row] as number;
    if (stores.has(row) && a % 16 === 0 && b >= OWN) {
      expect(given.has(a / 16), `row ${row}: descriptor given twice`).to.equal(false);
      given.add(a / 16);
    } else if (writes.has(row) && (b - block.base) % 16 === 0) {
      const index = (b - block.base) / 16;
      expect(given.delete(index), `row ${row}: descriptor used twice`).to.equal(true);
    }
  }
}

/** Checks that what the chip wrote as payload lies inside the buffers it was given. */
function expectInside(nic: ANic, driver: DriverName, trace: Trace): void {
  const payload = rowsOf(trace, KIND.copy, "receive payload").filter(
    (row) => trace.actor[row] === ACTORS.deviceModel.code,
  );
  const base = nic.machine.blocks.get("rx_buffer")?.base ?? 0;
  for (const row of payload) {
    const address = trace.b[row] as number;
    const end = address + (trace.a[row] as number);
    // 8139cp's buffers are 2 KiB pieces with 64 bytes of padding before the frame.
    const [low, high] =
      driver === "8139too"
        ? [base, base + RX_BUFFER_BYTES]
        : [address - (address % 2048) + 64, address - (address % 2048) + 64 + 1536];
    expect(address, `row ${row}`).to.be.at.least(low);
    expect(end, `row ${row}`).to.be.at.most(high);
  }
}

for (const driver of DRIVERS) {
  describe(`Rtl8139 with ${driver}`, () => {
    it(`loses, doubles and reorders nothing for any steps (seed ${SEED})`, () => {
      fc.assert(
        fc.property(steps, (list) => {
          const nic = new ANic(driver);
          const { sent, arrived } = play(nic, list);
          expect(nic.sent).to.deep.equal(sent);
          expect(nic.received).to.deep.equal(arrived);
          const trace = nic.machine.trace.finish();
          expect(rowsOf(trace, KIND.guestError, "DMA outside guest memory")).to.deep.equal([]);
          expectInside(nic, driver, trace);
          if (driver === "8139too") return;
          expectAlternation(nic, trace, "tx_ring", "transmit descriptor");
          expectAlternation(nic, trace, "rx_ring", "receive descriptor");
        }),
        { seed: SEED, numRuns: RUNS },
      );
    });

    it(`goes on through many turns of its rings (seed ${SEED})`, () => {
      const list = fc.sample(step, { seed: SEED, numRuns: 1500 });
      const nic = new ANic(driver, { trace: false });
      for (let at = 0; at < list.length; at += 30) {
        nic.sent.length = 0;
        nic.received.length = 0;
        const { sent, arrived } = play(nic, list.slice(at, at + 30));
        expect(nic.sent).to.deep.equal(sent);
        expect(nic.received).to.deep.equal(arrived);
      }
    });

    it("accounts for every frame of a flood: received, missed or still in the buffer", () => {
      for (const byteCount of [60, 700, 1514]) {
        const nic = new ANic(driver);
        const count = 400;
        for (let n = 0; n < count; n++) nic.arriveIn(n >> 4, aFrame(byteCount, n));
        nic.rest();
        const frames = nic.received.map((frame) => frame[20] as number);
        const trace = nic.machine.trace.finish();
        const missed = rowsOf(trace, KIND.frameDropped, "no receive buffer").length;
        const { receiveBuffer } = nic.nic.device.chip;
        const left = (receiveBuffer.writeAt - receiveBuffer.readAt) & 32767;
        const stored = driver === "8139too" ? left / ((byteCount + 8 + 3) & ~3) : 0;
        expect(frames.length + missed + stored).to.equal(count);
        expect(driver === "8139too" ? missed : stored).to.equal(0);
      }
    });
  });
}
