import { expect } from "chai";
import { Random } from "../../../engine/core/random.ts";
import { History } from "../../../engine/history/history.ts";
import { pieces } from "../../../engine/history/memory-pieces.ts";
import { GuestMemory } from "../../../engine/memory/guest-memory.ts";
import { aJournal } from "./a-journal.ts";

describe("MemoryHistory", () => {
  it("MemoryHistory: random writes over page edges are exact at every row, there and back, seed 11", () => {
    const { journal, rows } = aJournal();
    const memory = new GuestMemory(0x10_1000, 8192, journal);
    const random = new Random(11);
    const below = (limit: number): number => random.below(limit);
    memory.bytes.fill(7, 0x10_0000, 0x10_0100);
    journal.start(memory);
    const live: Uint8Array[] = [];
    for (let row = 0; row < 1500; row++) {
      rows.next();
      const at = 0x10_0000 + below(9000);
      if (row % 3 === 0) memory.view.setUint32(at, row);
      else if (row % 3 === 1) memory.bytes.set(new Uint8Array(below(300)).fill(row), at);
      else memory.move(at, 0x10_0000 + below(9000), below(200));
      live.push(new Uint8Array(memory.bytes.slice(0x10_0000, 0x10_3000)));
    }
    const history = new History(journal.finish());
    const ascending = live.map((_, row) => row);
    for (const row of [...ascending, ...ascending.toReversed()]) {
      const bytes = history.at(row).bytes(0x10_0000, 0x3000);
      expect(
        bytes.every((byte, at) => byte === live[row]?.[at]),
        `row ${row}`,
      ).to.equal(true);
    }
  });

  it("MemoryHistory: a row's writes say what stood there before and after, in order", () => {
    const { journal, rows } = aJournal();
    const memory = new GuestMemory(8192, 0, journal);
    memory.bytes.fill(1, 4094, 4098);
    journal.start(memory);
    rows.next();
    memory.view.setUint16(4095, 0x0203);
    memory.view.setUint8(4095, 9);
    const { writes } = new History(journal.finish()).at(0);
    const plain = writes.map(({ address, before, after }) => [address, [...before], [...after]]);
    expect(plain).to.deep.equal([
      [4095, [1, 1], [2, 3]],
      [4095, [2], [9]],
    ]);
  });

  it("MemoryHistory: rowsThatWrote names each row once that touches any of the bytes", () => {
    const { journal, rows } = aJournal();
    const memory = new GuestMemory(16_384, 0, journal);
    journal.start(memory);
    for (const [at, byteCount] of [
      [0, 4],
      [4094, 4],
      [8, 2],
      [4090, 300],
    ] as const) {
      rows.next();
      memory.bytes.fill(1, at, at + byteCount);
      memory.bytes.fill(2, at, at + byteCount);
    }
    const history = new History(journal.finish());
    expect(history.rowsThatWrote(4096, 2)).to.deep.equal([1, 3]);
    expect(history.rowsThatWrote(4000, 300)).to.deep.equal([1, 3]);
    expect(history.rowsThatWrote(4, 4)).to.deep.equal([]);
    expect(history.rowsThatWrote(100_000, 4)).to.deep.equal([]);
  });

  it("pieces: pages that hold anything, neighbours in one piece, and a last page that is short", () => {
    const memory = new Uint8Array(4096 * 5 + 8);
    for (const at of [4096, 8200, 4096 * 5 + 7]) memory[at] = 1;
    const found = pieces(memory).map(({ address, bytes }) => [address, bytes.length]);
    expect(found).to.deep.equal([
      [4096, 8192],
      [4096 * 5, 8],
    ]);
  });
});
