import { expect } from "chai";
import { ShownRows } from "../../../components/events/shown-rows.ts";

describe("ShownRows", () => {
  it("ShownRows: places, neighbours and parts of some rows", () => {
    const rows = new ShownRows(Int32Array.of(2, 5, 9));
    expect([rows.placeOf(5), rows.placeOf(6), rows.placeFrom(6)]).to.deep.equal([1, -1, 2]);
    expect([rows.after(-1), rows.after(2), rows.after(9)]).to.deep.equal([2, 5, -1]);
    expect([rows.before(9), rows.before(2), rows.before(-1)]).to.deep.equal([5, -1, 9]);
    expect(Array.from(rows.counts(5, 10))).to.deep.equal([0, 1, 1, 0, 1]);
    expect(Array.from(rows.slice(1))).to.deep.equal([5, 9]);
  });

  it("ShownRows: all rows are known without a list of them", () => {
    const rows = new ShownRows(4);
    expect([rows.at(3), rows.at(4), rows.placeOf(2), rows.before(-1)]).to.deep.equal([3, -1, 2, 3]);
    expect(Array.from(rows.slice(1, 2))).to.deep.equal([1, 2]);
  });
});
