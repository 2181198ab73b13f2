import { expect } from "chai";
import { packetStarts, packetWindow } from "../../../components/flow/packet-window.ts";
import { aTrace, type ARow } from "./a-trace.ts";

const rowsOf = (packets: readonly number[]): ARow[] =>
  packets.map((packet) => ({ kind: "ringStore", actor: "guestDriver", packet }));

describe("packetStarts", () => {
  it("packetStarts: rows of no packet stand with the packet before them", () => {
    const starts = packetStarts(aTrace(rowsOf([-1, 0, 0, -1, 1, -1])), 2);
    expect([...starts]).to.deep.equal([0, 4, 6]);
  });

  it("packetStarts: a packet without rows has an empty window", () => {
    const starts = packetStarts(aTrace(rowsOf([0, 2])), 3);
    expect(packetWindow(starts, 1)).to.deep.equal({ first: 1, end: 1 });
    expect(packetWindow(starts, 2)).to.deep.equal({ first: 1, end: 2 });
  });

  it("packetStarts: windows cover every row once, also when packets overtake each other", () => {
    const starts = packetStarts(aTrace(rowsOf([0, 2, 1, 2, 0, 1])), 3);
    const covered = [0, 1, 2].map((packet) => packetWindow(starts, packet));
    expect(covered[0]?.first).to.equal(0);
    expect(covered[0]?.end).to.equal(covered[1]?.first);
    expect(covered[1]?.end).to.equal(covered[2]?.first);
    expect(covered[2]?.end).to.equal(6);
  });
});
