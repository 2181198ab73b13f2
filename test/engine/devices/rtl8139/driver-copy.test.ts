// arch/x86/lib/memcpy_64.S, memcpy_orig: its loads, in its order.
import { expect } from "chai";
import { loadForCopy } from "../../../../engine/devices/rtl8139/driver-copy.ts";
import { Machine } from "../../../../engine/machine.ts";
import { KIND } from "../../../../engine/trace/schema.ts";

const BASE = 0x20_0000;

interface Loads {
  readonly offsets: number[];
  readonly sizes: number[];
}

/** The loads of a copy of `byteCount` bytes from offset 0. */
function loads(
  byteCount: number,
  destination: number,
  machine = new Machine({ guestBytes: 4 << 20 }),
): Loads {
  machine.trace.clear();
  const block = machine.block("rx_buffer", BASE, 4096);
  loadForCopy(block, 0, byteCount, destination);
  const trace = machine.trace.finish();
  const rows = [...trace.kind.keys()].filter((row) => trace.kind[row] === KIND.ringLoad);
  return {
    offsets: rows.map((row) => trace.a[row] as number),
    sizes: rows.map((row) => trace.sizeBytes[row] as number),
  };
}

describe("loadForCopy", () => {
  const forward = 0x30_0080;
  const backward = 0x30_0040;
  const cases: readonly (readonly [bytes: number, to: number, offsets: readonly number[]])[] = [
    [60, backward, [52, 44, 36, 28, 0, 8, 12, 20]],
    [60, forward, [0, 8, 16, 24, 32, 40, 44, 52]],
    [43, forward, [0, 8, 16, 24, 32, 35]],
    [64, backward, [56, 48, 40, 32, 24, 16, 8, 0]],
    [32, forward, [0, 8, 16, 24]],
    [31, forward, [0, 8, 15, 23]],
    [5, forward, [0, 1]],
    [3, forward, [0, 1, 2]],
    [2, forward, [0, 1, 1]],
    [1, forward, [0]],
    [0, forward, []],
  ];
  for (const [bytes, to, offsets] of cases) {
    const way = to === forward ? "from the front" : "from the back";
    it(`loads ${bytes} bytes ${way} at ${offsets.join(", ") || "nothing"}`, () => {
      expect(loads(bytes, to).offsets).to.deep.equal(offsets);
    });
  }

  it("loads every byte of any length, and none outside", () => {
    for (const to of [forward, backward]) {
      const machine = new Machine({ guestBytes: 4 << 20 });
      for (let bytes = 0; bytes < 300; bytes++) {
        const { offsets, sizes } = loads(bytes, to, machine);
        const seen = new Set(offsets.flatMap((at, i) => span(at, sizes[i] as number)));
        expect([...seen].sort((a, b) => a - b)).to.deep.equal(span(0, bytes));
      }
    }
  });
});

function span(start: number, length: number): number[] {
  return Array.from({ length }, (_, i) => start + i);
}
