// RFC 4180 "Common Format and MIME Type for Comma-Separated Values (CSV) Files".
import { expect } from "chai";
import fc from "fast-check";
import { traceToCsv, traceToCsvParts } from "../../../engine/trace/csv.ts";
import { registerKey } from "../../../engine/trace/sentence.ts";
import { aTrace } from "./a-trace.ts";

const SEED = 20_267;

/** A reader of RFC 4180, written from its grammar. */
function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  for (let at = 0; at < text.length; ) {
    let field = "";
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        field += text[at];
        if (text[at] === '"') at++;
      }
      at++;
    } else while (at < text.length && !/[,\r]/.test(text[at] as string)) field += text[at++];
    fields.push(field);
    if (text[at] === ",") at++;
    else {
      expect(text.slice(at, at + 2)).to.equal("\r\n");
      at += 2;
      records.push(fields);
      fields = [];
    }
  }
  return records;
}

describe("traceToCsv", () => {
  it("writes a header and one record per row, none left empty but what is none", () => {
    const trace = aTrace([
      { at: 5, kind: "mmioWrite", where: "rtl8139", size: 1, a: 0xd9, b: 0x40, packet: 2 },
      {
        at: 6,
        kind: "msix",
        actor: "hardware",
        where: "vec0",
        a: 38,
        b: 0xfee00000,
        parent: 0,
        cause: 0,
      },
    ]);
    const names = new Map([[registerKey(1, 0xd9), "TPPoll"]]);
    expect(traceToCsv(trace, names)).to.equal(
      "row,cycles,kind,actor,where,size_bytes,a,b,packet,parent,cause,duration_cycles,cost_cycles,resource,text\r\n" +
        "0,5,mmioWrite,guestDriver,rtl8139,1,217,64,2,,,0,,,writes 0x40 to TPPoll of rtl8139\r\n" +
        '1,6,msix,hardware,vec0,0,38,4276092928,,0,0,0,,,"sends the MSI-X message vec0, CPU vector 38"\r\n',
    );
  });

  it("writes what each row cost by itself and who was busy, where rows have prices", () => {
    const trace = aTrace([{ at: 5.00049, kind: "copy", where: "frame", a: 60, b: 0, packet: 2 }]);
    const [, line] = traceToCsv(trace, new Map(), () => 12.5).split("\r\n");
    expect(line?.split(",").slice(0, 2)).to.deep.equal(["0", "5"]);
    expect(line).to.include(",0,12.5,vcpu,");
  });

  it(`reads back what names hold, quotes and line breaks among it, seed ${SEED}`, () => {
    const name = fc.string({
      unit: fc.constantFrom("a", ",", '"', "\r", "\n", " ", "é"),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 20 }), (names) => {
        const trace = aTrace(names.map((where) => ({ kind: "mark", where })));
        const [, ...records] = readCsv(traceToCsv(trace, new Map()));
        expect(records.map((record) => record[4])).to.deep.equal(names);
        expect(records.every((record) => record.length === 15)).to.equal(true);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it("gives all digits of a 64-bit value", () => {
    const trace = aTrace([{ kind: "ringStore", size: 8, where: "ring", b: 2 ** 63 }]);
    expect(traceToCsv(trace, new Map())).to.include(",9223372036854775808,");
  });

  it("comes in parts that make the same text", () => {
    const trace = aTrace(Array.from({ length: 9000 }, (_, i) => ({ kind: "mark", a: i })));
    const parts = [...traceToCsvParts(trace, new Map())];
    expect(parts.length).to.equal(3);
    expect(parts.join("").split("\r\n").length).to.equal(9002);
  });
});
