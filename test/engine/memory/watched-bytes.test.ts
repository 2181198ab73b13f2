import { expect } from "chai";
import {
  type MemoryWatcher,
  put16,
  putByte,
  WatchedBytes,
  WatchedView,
} from "../../../engine/memory/watched-bytes.ts";

function watched(): { heard: [number, number][]; watcher: MemoryWatcher; bytes: WatchedBytes } {
  const heard: [number, number][] = [];
  const watcher = {
    wrote: (_: Uint8Array, address: number, byteCount: number) => heard.push([address, byteCount]),
  };
  return { heard, watcher, bytes: new WatchedBytes(watcher, new ArrayBuffer(64)) };
}

describe("WatchedBytes", () => {
  it("WatchedBytes: every method that writes says where, with places from the end as well", () => {
    const { heard, bytes } = watched();
    bytes.set([1, 2, 3], 5);
    bytes.fill(9, 10, 14);
    bytes.fill(9, -4, -2);
    bytes.copyWithin(20, 5, 8);
    bytes.copyWithin(62, 0, 8);
    bytes.reverse();
    bytes.sort();
    putByte(bytes, 3, 1);
    put16(bytes, 4, 0x0102);
    expect(heard).to.deep.equal([
      [5, 3],
      [10, 4],
      [60, 2],
      [20, 3],
      [62, 2],
      [0, 64],
      [0, 64],
      [3, 1],
      [4, 2],
    ]);
    expect(bytes.slice(3, 6)).to.deep.equal(Uint8Array.of(1, 1, 2));
  });

  it("WatchedBytes: knows all methods of a byte array that write", () => {
    const readers =
      /^(at|buffer|byte.*|constructor|entries|every|filter|find.*|forEach|includes|indexOf|join|keys|lastIndexOf|length|map|reduce.*|slice|some|subarray|to.*|values|with)$/;
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(Uint8Array.prototype));
    const writers = names.filter((name) => !readers.test(name));
    expect(writers.toSorted()).to.deep.equal(["copyWithin", "fill", "reverse", "set", "sort"]);
  });

  it("WatchedBytes: a part of the memory is watched, a copy is not", () => {
    const { heard, bytes } = watched();
    const part = bytes.subarray(16, 32);
    part.subarray(4).set([1, 2]);
    bytes.slice(0, 4).fill(1);
    bytes.map((byte) => byte).fill(1);
    expect(heard).to.deep.equal([[20, 2]]);
  });

  it("WatchedView: each setter of a DataView says where and how many bytes", () => {
    const { heard, watcher, bytes } = watched();
    const view = new WatchedView(watcher, bytes.buffer, 8, 32);
    const setters = Object.getOwnPropertyNames(DataView.prototype).filter((n) =>
      n.startsWith("set"),
    );
    for (const name of setters) {
      const set = view[name as "setUint32"] as (at: number, value: unknown, le: boolean) => void;
      set.call(view, 4, name.includes("Big") ? 1n : 1, true);
    }
    const widths = setters.map((name) => Number(/\d+$/.exec(name)?.[0]) / 8);
    expect(setters.length).to.be.at.least(10);
    expect(heard).to.deep.equal(widths.map((byteCount) => [12, byteCount]));
    view.setUint16(0, 0x0102, true);
    expect([bytes[8], bytes[9]]).to.deep.equal([2, 1]);
  });
});
