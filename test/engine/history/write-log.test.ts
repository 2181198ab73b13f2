import { expect } from "chai";
import { WriteLog } from "../../../engine/history/write-log.ts";

function aMemory(): Uint8Array {
  return Uint8Array.from({ length: 4096 }, (_, at) => at % 251);
}

describe("WriteLog", () => {
  it("WriteLog: writes of one row that adjoin are one write, others are not", () => {
    const log = new WriteLog();
    const memory = aMemory();
    log.add(4, memory, 100, 2);
    log.add(4, memory, 102, 2);
    log.add(4, memory, 105, 1);
    log.add(5, memory, 106, 1);
    const { writeRow, writeAddress, writeByteCount, written } = log.finish();
    expect([...writeRow]).to.deep.equal([4, 4, 5]);
    expect([...writeAddress]).to.deep.equal([100, 105, 106]);
    expect([...writeByteCount]).to.deep.equal([4, 1, 1]);
    expect([...written]).to.deep.equal([100, 101, 102, 103, 105, 106]);
  });

  it("WriteLog: keeps a frame once however often it is moved, and tells frames apart", () => {
    const log = new WriteLog();
    const memory = aMemory();
    memory.copyWithin(2000, 0, 200);
    log.add(0, memory, 0, 200);
    log.add(1, memory, 2000, 200);
    memory[2100] = 255;
    log.add(2, memory, 2000, 200);
    const { writeAt, written } = log.finish();
    expect([...writeAt]).to.deep.equal([0, 0, 200]);
    expect(written.length).to.equal(400);
  });

  it("WriteLog: a write of nothing is none, and thousands of writes keep their order", () => {
    const log = new WriteLog();
    const memory = aMemory();
    log.add(0, memory, 7, 0);
    for (let row = 0; row < 5000; row++) log.add(row, memory, (row * 2) % 4000, 1);
    const { writeRow, writeAt, written } = log.finish();
    expect(log.length).to.equal(5000);
    expect([writeRow[4999], writeAt[4999]]).to.deep.equal([4999, 4999]);
    expect(written[4999]).to.equal(memory[(4999 * 2) % 4000]);
  });
});
