import { expect } from "chai";
import { PacketRows } from "../../../components/flow/packet-rows.ts";
import { type ARow, aTrace } from "./a-trace.ts";

function rowsOf(packets: readonly number[], packetCount: number): number[][] {
  const rows: ARow[] = packets.map((packet) => ({
    kind: "ringStore",
    actor: "guestDriver",
    packet,
  }));
  const byPacket = new PacketRows(aTrace(rows), packetCount);
  return Array.from({ length: packetCount }, (_, packet) => [...byPacket.of(packet)]);
}

describe("PacketRows", () => {
  it("PacketRows: rows of no packet stand with the packet of the row before them", () => {
    expect(rowsOf([-1, 0, -1, 1, -1], 2)).to.deep.equal([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  it("PacketRows: a packet that others overtake keeps all its rows, in order", () => {
    expect(rowsOf([0, 1, 2, -1, 0, 1, 2], 3)).to.deep.equal([
      [0, 4],
      [1, 5],
      [2, 3, 6],
    ]);
  });

  it("PacketRows: a packet without rows has none, and no row is lost", () => {
    expect(rowsOf([0, 2, 2], 3)).to.deep.equal([[0], [], [1, 2]]);
  });
});
