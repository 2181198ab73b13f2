// After any program, every mode that claims to be correct leaves what the hardware alone leaves.
import { expect } from "chai";
import { differences, memoryDiffers } from "../../../engine/cpu/difference.ts";
import type { CpuMode } from "../../../engine/cpu/mode.ts";
import { CPU_MODES } from "../../../engine/cpu/modes.ts";
import { native } from "../../../engine/cpu/native.ts";
import type { GuestProgram } from "../../../engine/cpu/program.ts";
import { defineProgram } from "../../../engine/programs/define.ts";
import { PROGRAMS } from "../../../engine/programs/index.ts";
import { randomProgram } from "./random-program.ts";

const RANDOM_COUNT = 100;
const FIRST_SEED = 1000;

/** What a mode does otherwise than the hardware, as text; empty when nothing. */
function wrongIn(mode: CpuMode, program: GuestProgram): string[] {
  const run = mode.run(program);
  const reference = native.run(program);
  const wrong = differences(run, reference, program.image);
  const address = memoryDiffers(run, reference);
  if (address >= 0) wrong.push(`memory at ${address.toString(16)}`);
  if (run.silentFailures.length > 0) wrong.push(...run.silentFailures);
  return wrong.length === 0 ? [] : [`${program.id}: ${wrong.join("; ")} (${run.endText})`];
}

describe("CPU modes", () => {
  const correct = CPU_MODES.filter((mode) => mode.correct && mode !== native);
  for (const mode of correct) {
    it(`${mode.id} leaves what the hardware leaves, after every guest program`, () => {
      expect(PROGRAMS.flatMap((program) => wrongIn(mode, program))).to.deep.equal([]);
    });

    it(`${mode.id} leaves what the hardware leaves, after ${RANDOM_COUNT} random programs from seed ${FIRST_SEED}`, () => {
      const wrong: string[] = [];
      for (let n = 0; n < RANDOM_COUNT && wrong.length < 5; n++) {
        wrong.push(...wrongIn(mode, randomProgram(FIRST_SEED + n)));
      }
      expect(wrong).to.deep.equal([]);
    }).timeout(60_000);
  }

  it("all let one more instruction pass behind STI, wherever a block of code is cut", () => {
    for (let before = 0; before < 70; before += 3) {
      const program = defineProgram({
        id: `sti-${before}`,
        title: "",
        shows: "",
        source: `start: mov ebp, APIC
          mov dword [rbp + 0x300], 0x31
          ${"inc ebx\n".repeat(before)}
          sti
          inc ecx
          inc edx
          cli
          hlt
          take: mov r8, [rsp]
          mov dword [rbp + 0xb0], 0
          iretq
          handler 0x31, take`,
      });
      for (const mode of correct) expect(wrongIn(mode, program)).to.deep.equal([]);
    }
  }).timeout(60_000);

  it("native ends every random program, and together they use what they are there for", () => {
    const counts = { interrupts: 0, exceptions: 0, ports: 0, modified: 0 };
    for (let n = 0; n < RANDOM_COUNT; n++) {
      const program = randomProgram(FIRST_SEED + n);
      const run = native.run(program);
      expect(run, `seed ${FIRST_SEED + n}`).to.include({ end: "halted", endText: "" });
      counts.interrupts += run.counts["interrupts"] ?? 0;
      counts.exceptions += run.counts["exceptions"] ?? 0;
      counts.ports += run.output.length;
      if (run.state["cr8"] !== 0n) counts.modified++;
    }
    expect(counts.interrupts).to.be.greaterThan(100);
    expect(counts.exceptions).to.be.greaterThan(100);
    expect(counts.ports).to.be.greaterThan(100);
    expect(counts.modified).to.be.greaterThan(10);
  }).timeout(60_000);

  it("trap-and-emulate goes wrong in most random programs, and says so each time", () => {
    const mode = CPU_MODES.find(({ id }) => id === "trap-and-emulate");
    let wrong = 0;
    for (let n = 0; n < 40; n++) {
      const program = randomProgram(FIRST_SEED + n);
      const run = mode?.run(program);
      const reference = native.run(program);
      if (run === undefined) continue;
      const differs =
        differences(run, reference, program.image).length > 0 || memoryDiffers(run, reference) >= 0;
      if (differs) wrong++;
      expect(!differs || run.silentFailures.length > 0, `${program.id} is silent`).to.equal(true);
    }
    expect(wrong).to.be.greaterThan(10);
  }).timeout(60_000);
});
