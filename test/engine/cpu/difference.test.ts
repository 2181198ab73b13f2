import { expect } from "chai";
import { differences, memoryDiffers } from "../../../engine/cpu/difference.ts";
import { native } from "../../../engine/cpu/native.ts";
import { defineProgram } from "../../../engine/programs/define.ts";

const program = defineProgram({
  id: "told-apart",
  title: "",
  shows: "",
  source: `start: mov rax, [number]
    out 0x80, al
    cli
    hlt
    org DATA
    number: dq 5
    name: db 1, 2, 3`,
});

describe("differences", () => {
  it("are none between two runs of the same", () => {
    const run = native.run(program);
    expect(differences(run, native.run(program), program.image)).to.deep.equal([]);
    expect(memoryDiffers(run, native.run(program))).to.equal(-1);
  });

  it("name the end, the output, data by its label, and registers", () => {
    const reference = native.run(program);
    const memory = reference.memory.slice();
    memory[0x2_0000] = 6;
    memory[0x2_000a] = 0x20;
    const run = {
      ...reference,
      end: "stepLimit" as const,
      output: [],
      memory,
      state: { ...reference.state, rax: 0x1234n },
    };
    expect(differences(run, reference, program.image)).to.deep.equal([
      "the program ends by stepLimit, natively by halted",
      "the outside world saw 0 events, natively 1",
      "number is 6, natively 5",
      "name is 0x200201, natively 0x30201",
      "rax is 0x1234, natively 5",
    ]);
    expect(memoryDiffers(run, reference)).to.equal(0x2_0000);
  });
});
