import { expect } from "chai";
import { changesBox } from "../../../components/crossing/changes-box.ts";

const block = { x: 100, y: 50, width: 140, height: 40 };

describe("changesBox", () => {
  it("changesBox: the count stands at the left corner, by its digits wide", () => {
    expect(changesBox(block, 1, 1, undefined)).to.deep.equal({
      x: 90,
      y: 38,
      width: 17,
      height: 17,
    });
    expect(changesBox(block, 3, 1, undefined).width).to.equal(31);
    const away = { x: 130, y: 30, width: 100, height: 14 };
    expect(changesBox(block, 1, 1, away).x).to.equal(90);
  });

  it("changesBox: where the hand-over's words stand on that corner, it is the right one", () => {
    const words = { x: 60, y: 33, width: 90, height: 14 };
    expect(changesBox(block, 1, 1, words)).to.deep.equal({ x: 233, y: 38, width: 17, height: 17 });
  });
});
