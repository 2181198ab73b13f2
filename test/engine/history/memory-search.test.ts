// Places that a search finds, held against a scan of all memory byte by byte.
import { expect } from "chai";
import fc from "fast-check";
import { History } from "../../../engine/history/history.ts";
import { searchMemory, usedPages } from "../../../engine/history/memory-search.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { aHistory } from "../../components/state/a-history.ts";
import { aScenario } from "./a-scenario.ts";

const SEED = 7;
const HITS_MAX = 1000;

/** Every place of the needle in memory up to `end`, found without any cleverness. */
function scan(bytes: Uint8Array, needle: readonly number[]): number[] {
  const found: number[] = [];
  for (let at = 0; at + needle.length <= bytes.length; at++) {
    if (needle.every((byte, n) => bytes[at + n] === byte)) found.push(at);
  }
  return found;
}

describe("searchMemory", () => {
  it("searchMemory: finds what a plain scan finds, at any row, across pages too", () => {
    const write = fc.tuple(
      fc.nat(5),
      fc.integer({ min: 4080, max: 4110 }),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 12 }),
    );
    const needles = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 8 }), needles, fc.nat(5), (writes, needle, row) => {
        const ordered = writes.toSorted(([one], [other]) => one - other);
        const data = aHistory([], [], ordered);
        const snapshot = new History(data).at(row);
        const { addresses } = searchMemory(data, snapshot, Uint8Array.from(needle), HITS_MAX);
        expect(addresses).to.deep.equal(scan(snapshot.bytes(0, 16_384), needle));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("searchMemory: in a real run it finds the frame's destination wherever a scan does", () => {
    const scenario = aScenario("virtio-qemu");
    const { history: data, trace } = simulate(scenario);
    if (data === undefined) throw new Error("a run with history has one");
    const history = new History(data);
    const needle = [...(scenario.frames[0] ?? new Uint8Array()).subarray(0, 12)];
    expect(needle).to.have.lengthOf(12);
    for (const row of [-1, trace.length >> 1, trace.length - 1]) {
      const snapshot = history.at(row);
      const all = usedPages(data, row).flatMap((page) =>
        scan(snapshot.bytes(page, 4096 + 11), needle).map((at) => page + at),
      );
      const { addresses, more } = searchMemory(data, snapshot, Uint8Array.from(needle), HITS_MAX);
      expect(addresses).to.deep.equal(all);
      expect(more).to.equal(false);
      if (row === trace.length - 1) expect(addresses.length).to.be.above(0);
    }
  });

  it("searchMemory: stops at as many places as were asked for, and says that there are more", () => {
    const data = aHistory([], [], [[0, 100, [5, 5, 5, 5]]]);
    const snapshot = new History(data).at(0);
    const found = (hitsMax: number) => searchMemory(data, snapshot, Uint8Array.of(5), hitsMax);
    expect(found(3)).to.deep.equal({ addresses: [100, 101, 102], more: true });
    expect(found(4)).to.deep.equal({ addresses: [100, 101, 102, 103], more: false });
  });
});
