import { expect } from "chai";
import { InvariantError } from "../../../engine/core/assert.ts";
import { CellScan } from "../../../engine/history/cell-scan.ts";
import { History } from "../../../engine/history/history.ts";
import { aJournal, aSpec } from "./a-journal.ts";

describe("Journal", () => {
  it("Journal: what a section holds at the start is its state before row 0", () => {
    const { journal, rows, memory } = aJournal();
    const section = journal.section(aSpec());
    section.put("x", 1);
    section.put("x", 2);
    journal.start(memory);
    rows.next();
    section.put("x", 3);
    const history = new History(journal.finish());
    expect([-1, 0].map((row) => history.at(row).value("s", "x"))).to.deep.equal([2, 3]);
    expect([-1, 0].map((row) => history.at(row).changedSections)).to.deep.equal([[], ["s"]]);
  });

  it("Journal: texts and 64-bit integers come back as what they were, from the start and later", () => {
    const { journal, rows, memory } = aJournal();
    const section = journal.section(aSpec());
    section.put("x", "early");
    section.put("y", 2n ** 63n + 1n);
    journal.start(memory);
    rows.next();
    section.put("x", "late");
    section.put("y", 5n);
    const history = new History(journal.finish());
    expect(history.at(-1).value("s", "x")).to.equal("early");
    expect(history.at(-1).value("s", "y")).to.equal(2n ** 63n + 1n);
    expect(history.at(0).value("s", "x")).to.equal("late");
    expect(history.at(0).value("s", "y")).to.equal(5n);
  });

  it("Journal: a line that is removed is gone after its row, with its values as those before", () => {
    const { journal, rows, memory } = aJournal();
    const section = journal.section(aSpec());
    journal.start(memory);
    rows.next();
    section.put("x", 1);
    section.put("x", 2, 1);
    rows.next();
    section.remove("x");
    rows.next();
    const history = new History(journal.finish());
    expect(history.at(0).section("s")?.lines[0]?.values).to.deep.equal([1, 2]);
    const gone = history.at(1).section("s")?.lines[0];
    expect(gone?.values).to.deep.equal([undefined, undefined]);
    expect(gone?.before).to.deep.equal([1, 2]);
    expect(history.at(2).section("s")?.lines).to.deep.equal([]);
  });

  it("Journal: a touched section is looked at once before the next row", () => {
    const { journal, rows, memory } = aJournal();
    let value = 1;
    let looks = 0;
    const watch = journal.watch(aSpec(), () => {
      looks++;
      return value === 0 ? [] : [{ name: "x", values: [value] }];
    });
    journal.start(memory);
    rows.next();
    value = 2;
    watch.touch();
    watch.touch();
    rows.next();
    rows.next();
    value = 0;
    watch.touch();
    const history = new History(journal.finish());
    expect(looks).to.equal(3);
    const values = [-1, 0, 1, 2].map((row) => history.at(row).value("s", "x"));
    expect(values).to.deep.equal([1, 2, 2, undefined]);
  });

  it("Journal: a write that comes after the last row that is kept is not recorded", () => {
    const { journal, rows, memory } = aJournal();
    journal.start(memory);
    rows.next();
    memory.bytes[10] = 1;
    journal.wrote(memory.bytes, 10, 1);
    rows.enabled = false;
    memory.bytes[10] = 2;
    journal.wrote(memory.bytes, 10, 1);
    expect(new History(journal.finish()).at(0).bytes(10, 1)).to.deep.equal(Uint8Array.of(1));
  });

  it("Journal: refuses two sections of one id", () => {
    const { journal } = aJournal();
    journal.section(aSpec());
    expect(() => journal.section(aSpec())).to.throw(InvariantError, "called s");
  });

  it("CellScan: a value that is 0 and nobody touches is not shown; what changes is, from the start", () => {
    const { journal, rows, memory } = aJournal();
    const words = Uint32Array.of(0, 0, 7, 0);
    const section = journal.section(aSpec("s", "registers"));
    const cells = ["A", "B", "C", "D"].map((line, index) => ({
      line,
      column: 0,
      always: line === "D",
      source: { array: words, index },
    }));
    journal.scan(new CellScan(section, cells));
    journal.start(memory);
    rows.next();
    words[1] = 9;
    rows.next();
    rows.next();
    const history = new History(journal.finish());
    const lines = history
      .at(-1)
      .section("s")
      ?.lines.map(({ name, values }) => [name, values[0]]);
    expect(lines).to.deep.equal([
      ["C", 7],
      ["D", 0],
      ["B", 0],
    ]);
    expect(history.at(0).value("s", "B")).to.equal(9);
    expect(history.at(0).changedSections).to.deep.equal(["s"]);
    expect(history.at(1).changedSections).to.deep.equal([]);
  });

  it("Journal: of fields that are marked only the marked ones are looked at, all of them at the start", () => {
    const { journal, rows, memory } = aJournal();
    const values = [1, 2];
    const looks: string[] = [];
    const valueOf = (name: string, index: number): number | undefined => {
      looks.push(name);
      return values[index];
    };
    const watch = journal.watchFields(aSpec("s", "fields"), valueOf, true);
    journal.start(memory);
    rows.next();
    values[0] = 10;
    values[1] = 20;
    watch.mark(1);
    watch.touch();
    const history = new History(journal.finish());
    expect(looks).to.deep.equal(["A", "B", "B"]);
    expect(["A", "B"].map((line) => history.at(0).value("s", line))).to.deep.equal([1, 20]);
  });

  it("Journal: a section that puts its lines itself is asked at the start and when it was touched", () => {
    const { journal, rows, memory } = aJournal();
    let vector: number | undefined = 5;
    const watch = journal.watchSection(aSpec(), (section) => section.put("x", vector, 1));
    journal.start(memory);
    rows.next();
    vector = undefined;
    rows.next();
    watch.touch();
    const history = new History(journal.finish());
    const values = [-1, 0, 1].map((row) => history.at(row).value("s", "x", 1));
    expect(values).to.deep.equal([5, 5, undefined]);
  });

  it("Journal: the number of accesses rises with each, and within one whenever it is asked for", () => {
    const { journal } = aJournal();
    const outside = [journal.accessVersion(), journal.accessVersion()];
    journal.accessBegins("region", 0);
    const within = [journal.accessVersion(), journal.accessVersion()];
    journal.accessEnds();
    expect(outside[0]).to.equal(outside[1]);
    expect(within[0]).to.be.above(outside[1] as number);
    expect(within[1]).to.be.above(within[0] as number);
    expect(journal.accessVersion()).to.be.above(within[1] as number);
  });

  it("CellScan: an array that counts its stores is read when one was counted", () => {
    const { journal, rows, memory } = aJournal();
    const array = Uint32Array.of(1);
    let stores = 0;
    const section = journal.section(aSpec());
    const source = { array, index: 0, version: () => stores };
    journal.scan(new CellScan(section, [{ line: "x", column: 0, always: true, source }]));
    journal.start(memory);
    rows.next();
    rows.next();
    array[0] = 2;
    rows.next();
    stores++;
    rows.next();
    const history = new History(journal.finish());
    expect([0, 1, 2].map((row) => history.at(row).value("s", "x"))).to.deep.equal([1, 1, 2]);
  });

  it("CellScan: cells that only accesses change are read after an access, with a version when it rose", () => {
    const { journal, rows, memory } = aJournal();
    let version = 0;
    let reads = 0;
    const source = () => ++reads;
    const section = journal.section(aSpec());
    journal.scan(new CellScan(section, [{ line: "x", column: 0, always: true, source }]), true);
    const other = [{ line: "y", column: 0, always: true, source: () => 10 * version }];
    journal.scan(new CellScan(section, other, () => version));
    journal.start(memory);
    rows.next();
    rows.next();
    expect(reads).to.equal(1);
    journal.accessBegins("region", 0);
    version = 1;
    rows.next();
    const history = new History(journal.finish());
    expect(reads).to.equal(2);
    expect([0, 1].map((row) => history.at(row).value("s", "y"))).to.deep.equal([0, 10]);
  });
});
