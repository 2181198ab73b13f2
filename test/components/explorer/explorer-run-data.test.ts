import { expect } from "chai";
import { explorerRunDataOf, openRun, transferList } from "#components";
import { findMode, generatePackets, simulate, type Run } from "#engine";

function aRun(history = true): Run {
  const frames = generatePackets({ count: 3, frameBytesWithoutFcs: 200, seed: 3, direction: "tx" });
  return simulate({ mode: findMode("vtx-rtl8139"), frames, direction: "echo", history });
}

/** As a worker posts it. */
function posted(run: Run): Promise<unknown> {
  const data = explorerRunDataOf(run);
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port2.onmessage = ({ data: arrived }) => resolve(arrived);
    port1.postMessage(data, transferList(data));
  });
}

describe("explorerRunDataOf", () => {
  it("explorerRunDataOf: a run that was posted is opened as it was, to the byte", async () => {
    const here = openRun(explorerRunDataOf(aRun()));
    const there = openRun((await posted(aRun())) as ReturnType<typeof explorerRunDataOf>);
    const { history: _, ...plain } = here;
    const { history: __, ...plainThere } = there;
    expect(plainThere).to.deep.equal(plain);
    for (let row = -1; row < here.trace.length; row += 7) {
      const [one, other] = [here.history.at(row), there.history.at(row)];
      expect(other.writes).to.deep.equal(one.writes);
      for (const { id } of one.sections) expect(other.section(id)).to.deep.equal(one.section(id));
    }
  });

  it("transferList: nothing large is left to copy, and no buffer comes twice", async () => {
    const run = aRun();
    const data = explorerRunDataOf(run);
    const buffers = transferList(data);
    expect(new Set(buffers).size).to.equal(buffers.length);
    await posted(run);
    for (const column of [run.trace.a, run.trace.kind, data.history.written, data.sentAtCycles]) {
      expect(column.buffer.byteLength).to.equal(0);
    }
  });

  it("explorerRunDataOf: says what is missing in a run without history", () => {
    expect(() => explorerRunDataOf(aRun(false))).to.throw("the run has no history");
  });
});
