import { expect } from "chai";
import { registerKey } from "../../../engine/trace/sentence.ts";
import { traceToText } from "../../../engine/trace/text.ts";
import { aTrace } from "./a-trace.ts";

/** The lines behind the header, without what lies right of the text. */
function linesOf(...args: Parameters<typeof traceToText>): string[] {
  return traceToText(...args)
    .trimEnd()
    .split("\n")
    .slice(2);
}

describe("traceToText", () => {
  it("puts each actor into its lane, one width for all", () => {
    const trace = aTrace([
      { at: 1, kind: "call", actor: "guestDriver", where: "xmit" },
      { at: 2, kind: "vmEntry", actor: "hypervisor" },
      { at: 3, kind: "intxAssert", actor: "deviceModel", where: "INTA#", a: 10 },
      { at: 4, kind: "intxAssert", actor: "hardware", where: "INTA#", a: 10 },
      { at: 5, kind: "copy", actor: "hostNetwork", where: "tap", a: 60 },
      { at: 6, kind: "wireTransmit", actor: "wire", a: 60 },
      { at: 7, kind: "deliver", actor: "guestApplication", where: "socket", a: 60 },
    ]);
    const columns = linesOf(trace, new Map())
      .slice(2)
      .map((line) => 10 + line.slice(10).search(/\S/));
    expect(columns).to.deep.equal([12, 60, 92, 92, 140, 140, 12]);
  });

  it("lets an access that leaves the guest point to its exit, on one line", () => {
    const trace = aTrace([
      { at: 9, kind: "vmExit", actor: "hypervisor", where: "EPT misconfiguration", a: 49 },
      { at: 9, kind: "mmioWrite", where: "rtl8139", size: 1, a: 0xd9, b: 0x40 },
      { at: 9, kind: "vmExit", actor: "hypervisor", where: "virtualized EOI", a: 45 },
      { at: 9, kind: "lapicEoi", a: 38 },
    ]);
    const registers = new Map([[registerKey(2, 0xd9), "TPPoll"]]);
    const lines = linesOf(trace, registers).slice(2);
    expect(lines.length).to.equal(3);
    expect(lines[0]).to.match(/^ {9}0 {2}TPPoll ← 0x40 ─+▶ {2}exit: EPT misconfiguration$/);
    expect(lines[1]).to.match(/^ {9}0 {50}exit: virtualized EOI$/);
    expect(lines[2]).to.equal("         0  EOI 0x26");
  });

  it("says where the packet changes, and indents what lies inside a span of the same lane", () => {
    const trace = aTrace([
      { at: 1, kind: "call", where: "xmit", packet: 0, until: 4 },
      { at: 2, kind: "call", where: "inner", packet: 0, parent: 0 },
      { at: 3, kind: "deviceStep", actor: "deviceModel", where: "pop", packet: 0, parent: 1 },
      { at: 5, kind: "call", where: "xmit", packet: 1 },
      { at: 6, kind: "call", where: "watchdog" },
    ]);
    expect(
      linesOf(trace, new Map()).map((line) => line.trim().replaceAll(/ {10,}/g, " ")),
    ).to.deep.equal([
      "",
      "packet 1",
      "0  xmit()",
      "1    inner()",
      "2 pop",
      "",
      "packet 2",
      "4  xmit()",
      "",
      "no packet",
      "5  watchdog()",
    ]);
  });

  it("goes on below where words do not fit their lane, and loses none", () => {
    const words = "one two three four five six seven eight nine ten eleven twelve";
    const text = linesOf(aTrace([{ kind: "mark", where: words }]), new Map()).join(" ");
    expect(text.replaceAll(/\s+/g, " ")).to.include(`mark: ${words}`);
    for (const line of text.split("\n")) expect(line.length).to.be.at.most(200);
    const long = "x".repeat(100);
    const pieces = linesOf(aTrace([{ kind: "mark", where: long }]), new Map()).slice(2);
    expect(pieces.length).to.be.greaterThan(2);
    expect(pieces.join("").match(/x/g)?.length).to.equal(100);
  });

  it("counts the rows that it leaves out, kept or not", () => {
    const trace = aTrace([{ kind: "mark" }, { kind: "mark" }, { kind: "mark" }]);
    expect(linesOf(trace, new Map(), 2).at(-1)?.trim()).to.equal("… 1 more row");
    expect(linesOf(trace, new Map(), 3, 9).at(-1)?.trim()).to.equal("… 6 more rows");
    expect(linesOf(trace, new Map(), 3).at(-1)).to.include("mark");
  });
});
