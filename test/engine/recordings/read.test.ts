// Each way a line of a recording can be wrong gives one sentence with file, line and field.
import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";
import { readEvents } from "../../../engine/recordings/read.ts";
import { bytesOf } from "./recording-files.ts";

const MARK = '{"i":0,"t_us":0,"op":"mark","mark":"tx-begin"}';

function complaint(...lines: string[]): string {
  try {
    readEvents("tx.jsonl", bytesOf(lines.map((line) => `${line}\n`).join("")));
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "";
}

function register(changes: Record<string, unknown>): string {
  const line = {
    i: 1,
    t_us: 5,
    op: "mmio_write",
    region: "rtl8139",
    addr: "0xd9",
    size: 1,
    value: "0x40",
  };
  return JSON.stringify({ ...line, ...changes });
}

describe("readEvents", () => {
  it("reads a register access", () => {
    const [, event] = readEvents("tx.jsonl", bytesOf(`${MARK}\n${register({ reg: "TPPoll" })}\n`));
    expect(event).to.deep.equal({
      op: "mmio_write",
      i: 1,
      line: 2,
      fn: "",
      instructions: -1,
      region: "rtl8139",
      offset: 0xd9,
      sizeBytes: 1,
      value: 0x40n,
      register: "TPPoll",
      pluginOnly: false,
    });
  });

  it("reads sixty-four bits of packet data exactly", () => {
    const line = {
      i: 1,
      t_us: 5,
      op: "mem_read",
      block: "rx_buffer",
      off: 8,
      size: 8,
      value: "0xbbb4ada69f98918a",
    };
    const [, event] = readEvents("rx.jsonl", bytesOf(`${MARK}\n${JSON.stringify(line)}\n`));
    expect(event).to.include({ op: "mem_read", value: 0xbbb4ada69f98918an });
  });

  const WRONG: readonly (readonly [what: string, line: string, message: string])[] = [
    ["text that is no JSON", "{", "tx.jsonl, line 2: not JSON, expected one object"],
    ["a list", "[1]", "tx.jsonl, line 2: field the value is [1], expected a JSON object"],
    ["an unknown op", register({ op: "mmio" }), 'tx.jsonl, line 2: field op is "mmio"'],
    ["no op", '{"i":1,"t_us":1}', "tx.jsonl, line 2: field op is missing, expected a string"],
    ["a missing field", register({ value: undefined }), "tx.jsonl, line 2: field value is missing"],
    ["a number for a value", register({ value: 64 }), "tx.jsonl, line 2: field value is 64"],
    ["a size of 3", register({ size: 3 }), "tx.jsonl, line 2: field size is 3, expected 1, 2, 4"],
    ["a negative time", register({ t_us: -1 }), "tx.jsonl, line 2: field t_us is -1"],
    ["a gap in i", register({ i: 2 }), "tx.jsonl, line 2: field i is 2, expected 1"],
    ["a repeated i", register({ i: 0 }), "tx.jsonl, line 2: field i is 0, expected 1"],
    [
      "a collapsed line whose count is not the sum of its ops",
      '{"i":1,"t_us":1,"op":"collapsed","family":"MTA","count":3,"ops":{"mmio_write MTA":2}}',
      "tx.jsonl, line 2: field count is 3, expected the sum of ops, 2",
    ],
    [
      "a vector above 255",
      '{"i":1,"t_us":1,"op":"cpu_intr","vector":256,"source":"intx"}',
      "tx.jsonl, line 2: field vector is 256",
    ],
  ];
  for (const [what, line, message] of WRONG) {
    it(`names the place of ${what}`, () => {
      expect(complaint(MARK, line)).to.contain(message);
    });
  }

  it("goes on after a collapsed line where the left-out lines end", () => {
    const collapsed =
      '{"i":1,"t_us":1,"op":"collapsed","family":"MTA","count":2,"ops":{"mmio_write MTA":2}}';
    expect(complaint(MARK, collapsed, register({ i: 3 }))).to.equal("");
    expect(complaint(MARK, collapsed, register({ i: 2 }))).to.contain("expected 3");
  });

  it("notices a file that ends within a line", () => {
    expect(() => readEvents("tx.jsonl", bytesOf(MARK))).to.throw(InputError, "line 1: cut off");
  });
});
