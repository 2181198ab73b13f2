import { completeFilter, filterHints, filterToText, filterVocabulary, parseFilter } from "#engine";
import { expect } from "chai";
import { aSource } from "./a-source.ts";

/** What is written, and how it is written in full. */
const ACCEPTED: readonly (readonly [text: string, full: string])[] = [
  ["", ""],
  ["  ", ""],
  ["exit", "exit"],
  ["EXIT", "exit"],
  ["exit entry", "exit and entry"],
  ["exit, entry", "exit or entry"],
  ["exit or entry and dma", "exit or (entry and dma)"],
  ["(exit or entry) dma", "(exit or entry) and dma"],
  ["not exit entry", "not exit and entry"],
  ["not not exit", "not not exit"],
  ["reg:ISR", "reg:ISR"],
  ["register=ISR", "reg:ISR"],
  ["reg:TPPoll=0x40", "reg:TPPoll=64"],
  ["reg:TSD*>=1", "reg:TSD*>=1"],
  ["reg:tx_ring[1].opts1", 'reg:"tx_ring[1].opts1"'],
  ["actor:QEMU", "actor:qemu"],
  ["actor:guest,kvm", "actor:guest or actor:kvm"],
  ["resource:vCPU", "resource:vcpu"],
  ["packet:3", "packet:3"],
  ["packet:3-7", "packet:3-7"],
  ["packet:1,5-7 exit", "(packet:1 or packet:5-7) and exit"],
  ["packet!=1,2", "packet!=1 and packet!=2"],
  ["packet:1, exit", "packet:1 or exit"],
  ["packet:1,reg:ISR", "packet:1 or reg:ISR"],
  ["cycles>1000", "cycles>1000"],
  ["time>12us", "time>12"],
  ["time:1-2ms", "time:1000-2000"],
  ["time<=500ns", "time<=0.5"],
  ["value = 0x40", "value:64"],
  ["value=0xffffffffffffffff", "value:18446744073709551615"],
  ["address:0x1000-0x1fff", "address:4096-8191"],
  ['name:"virtio net"', 'name:"virtio net"'],
  ["function:cp_interrupt", "function:cp_interrupt"],
  ["caused-by:123", "caused-by:123"],
  ["cost:vmRoundTrip", "cost:vmRoundTrip"],
  ["row:100-200", "row:100-200"],
  ["actor!=qemu", "not actor:qemu"],
  ["virtio-net", '"virtio-net"'],
  ['"exit"', '"exit"'],
  ['"a \\"b\\" \\\\"', '"a \\"b\\" \\\\"'],
  ["kind:mmioRead", "mmioread"],
];

/** What is refused: text, where, what was expected, what is suggested. */
const REFUSED: readonly (readonly [string, at: number, expected: string, suggestion?: string])[] = [
  ["exit and", 8, "a word, a field or a parenthesis"],
  ["and exit", 0, "a word, a field or a parenthesis"],
  ["(exit", 5, "a closing parenthesis"],
  ["exit)", 4, "the end, or an opening parenthesis before it"],
  ["()", 1, "a word, a field or a parenthesis"],
  ["exit,,entry", 5, "a word, a field or a parenthesis"],
  ["rge:ISR", 0, "the name of a field", "reg"],
  ["constructor:", 0, "the name of a field"],
  ["__proto__:1", 0, "the name of a field"],
  ["pakcet:3", 0, "the name of a field", "packet"],
  ["actor:qmeu", 6, "an actor: guest, kvm, qemu, host, nic or wire", "qemu"],
  ["resource:vcpus", 9, "a resource, such as vcpu", "vcpu"],
  ["kind:exti", 5, "a kind of row", "exit"],
  ["packet:three", 7, "a number or a range of numbers, as in packet:3-7"],
  ["packet:7-3", 7, "a range from low to high"],
  ["packet>3-7", 7, "one number after >"],
  ["cycles>", 7, "a value of cycles, as in cycles>1000"],
  ["cycles>5us", 7, "a number or a range of numbers, as in cycles>1000"],
  ["actor>qemu", 5, ": or = after actor, which is no number"],
  ["reg:ISR=on", 8, "a number, as in reg:ISR=0x1"],
  ["caused-by>3", 10, "the number of one row, as in caused-by:123"],
  ["7", 0, "a field before a number, as in packet:3 or row:100"],
  ['name:"virtio', 5, "a closing quotation mark"],
  ["not", 3, "a word, a field or a parenthesis"],
  ["exit ! entry", 5, "a word, a field or a parenthesis"],
];

describe("the filter language", () => {
  it("the filter language: each of these texts means what its full form says", () => {
    for (const [text, full] of ACCEPTED) {
      const { tree, problem } = parseFilter(text);
      expect(tree && filterToText(tree), `${text}: ${problem?.message}`).to.equal(full);
    }
  });

  it("the filter language: each of these texts is refused where it is wrong", () => {
    for (const [text, at, expected, suggestion] of REFUSED) {
      const { problem } = parseFilter(text);
      expect([problem?.from, problem?.expected, problem?.suggestion], text).to.deep.equal([
        at,
        expected,
        suggestion,
      ]);
      expect(problem?.message).to.contain("expected");
    }
  });

  it("the filter language: what is nested without end is refused, not a crash", () => {
    expect(parseFilter("(".repeat(50_000)).problem?.expected).to.contain("levels");
    expect(parseFilter("not ".repeat(50_000)).problem?.expected).to.contain("levels");
  });

  it("the filter language: completions come from the trace and take the place of the word", () => {
    const vocabulary = filterVocabulary(aSource(1, 500));
    const at = (text: string) => completeFilter(text, text.length, vocabulary);
    expect(at("ex").words.map(({ text }) => text)).to.include.members(["exit", "exception"]);
    expect(at("exit and reg:t").words.map(({ text }) => text)).to.deep.equal([
      "TPPoll",
      '"tx_ring[0].opts1"',
    ]);
    expect(at("exit and reg:t").from).to.equal("exit and reg:".length);
    expect(at("actor:guest,q").words.map(({ text }) => text)).to.deep.equal(["qemu"]);
    expect(at("cost:copy").words.map(({ text }) => text)).to.have.members(["copyByte", "copyCall"]);
    expect(at("packet:").words).to.deep.equal([]);
    const exits = at("exit").words[0];
    const rows = Array.from(aSource(1, 500).trace.kind).filter((kind) => kind === 12);
    expect(exits?.rows).to.equal(rows.length);
  });

  it("the filter language: every completion of a word is understood", () => {
    const vocabulary = filterVocabulary(aSource(1, 500));
    for (const field of ["", "actor:", "resource:", "reg:", "name:", "function:", "cost:"]) {
      const { words } = completeFilter(field, field.length, vocabulary, 1000);
      expect(words.length, field).to.be.above(0);
      for (const { text } of words) {
        if (!text.endsWith(":"))
          expect(parseFilter(field + text).problem, field + text).to.equal(undefined);
      }
    }
  });

  it("the filter language: a name that occurs nowhere is said, with the nearest", () => {
    const vocabulary = filterVocabulary(aSource(1, 500));
    const hints = (text: string) => {
      const { tree } = parseFilter(text);
      return tree === undefined ? [] : filterHints(tree, vocabulary);
    };
    expect(hints("exti")).to.deep.equal([
      "Nothing in this trace is named exti. Did you mean exit?",
    ]);
    expect(hints("reg:TPPol and exit")).to.deep.equal([
      "Nothing in this trace is named TPPol. Did you mean TPPoll?",
    ]);
    expect(hints("cost:copyBite")[0]).to.contain("copyByte");
    expect(hints("rtl reg:ISR cost:copybyte function:cp_*")).to.deep.equal([]);
  });
});
