import { expect } from "chai";
import { brushPartAt } from "../../../components/timeline/overview.ts";

describe("brushPartAt", () => {
  it("brushPartAt: edges, the window and what lies beside it are told apart", () => {
    const box = { x: 100, width: 200 };
    const parts = [20, 97, 200, 304, 500].map((x) => brushPartAt(x, box, 800));
    expect(parts).to.deep.equal(["new", "from", "window", "to", "new"]);
  });

  it("brushPartAt: a window of everything cannot move: a new one begins in it", () => {
    const box = { x: 0, width: 800 };
    expect([2, 400, 799].map((x) => brushPartAt(x, box, 800))).to.deep.equal(["from", "new", "to"]);
  });
});
