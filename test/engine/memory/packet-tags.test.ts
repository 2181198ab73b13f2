import { expect } from "chai";
import { PacketTags } from "../../../engine/memory/packet-tags.ts";

describe("PacketTags", () => {
  it("know no packet of memory that nobody named", () => {
    const tags = new PacketTags(4096);
    expect(tags.get(0)).to.equal(-1);
    expect(tags.get(4095)).to.equal(-1);
  });

  it("tell apart the smallest frames that follow one another in a receive buffer", () => {
    const tags = new PacketTags(4096);
    for (let i = 0; i < 100; i++) tags.set(24 * i, i);
    for (let i = 0; i < 100; i++) expect(tags.get(24 * i)).to.equal(i);
    tags.set(48, -1);
    expect(tags.get(48)).to.equal(-1);
  });

  it("ignore addresses outside memory", () => {
    const tags = new PacketTags(4096);
    for (const address of [-1, -64, 8192, 2 ** 40, 2 ** 64]) {
      tags.set(address, 7);
      expect(tags.get(address)).to.equal(-1);
    }
  });
});
