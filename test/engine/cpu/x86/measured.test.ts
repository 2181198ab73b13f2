// The executor against a real processor: test/recordings/cpu. Flags that the SDM (vol. 2, "Flags
// Affected" of each instruction) leaves undefined are not compared.
import { expect } from "chai";
import { FLAG, STATUS_FLAGS } from "../../../../engine/cpu/x86/flags.ts";
import type { Instruction } from "../../../../engine/cpu/x86/instruction.ts";
import { aProcessor } from "./a-processor.ts";

const RECORDING = "/test/recordings/cpu/instructions.txt";
const NUMBERS = [0, 1, 2, 3, 6, 7, 8, 9];
/** Where the recording's memory lies in the test's. */
const MEMORY = 0x5_0000;
const RECORDED = 0x2000_0000n;
const COMPARED = STATUS_FLAGS | FLAG.DF;

const big = (text: string | undefined) => BigInt(`0x${text ?? "0"}`);

/** Flags that an instruction leaves undefined. */
function undefinedFlags({ mnemonic, operands }: Instruction, count: bigint): bigint {
  const [first] = operands;
  const bits = first?.kind === "register" || first?.kind === "memory" ? 8 * first.bytes : 64;
  const masked = Number(count & (bits === 64 ? 63n : 31n));
  if (/^(?:and|or|xor|test)$/.test(mnemonic)) return FLAG.AF;
  if (/^(?:mul|imul)$/.test(mnemonic)) return FLAG.SF | FLAG.ZF | FLAG.AF | FLAG.PF;
  if (/^(?:div|idiv)$/.test(mnemonic)) return STATUS_FLAGS;
  if (mnemonic.startsWith("bt")) return FLAG.OF | FLAG.SF | FLAG.AF | FLAG.PF;
  if (/^bs[fr]$/.test(mnemonic)) return STATUS_FLAGS & ~FLAG.ZF;
  if (/^r(?:o|c)[lr]$/.test(mnemonic)) return masked > 1 ? FLAG.OF : 0n;
  if (!/^(?:shl|shr|sar)$/.test(mnemonic) || masked === 0) return 0n;
  const overflow = masked > 1 ? FLAG.OF : 0n;
  return FLAG.AF | overflow | (masked >= bits ? FLAG.CF : 0n);
}

/** Runs a line's instruction and returns what differs, or nothing. */
function difference(line: string): string | undefined {
  const [before = "", after = "", text = ""] = line.split(" | ");
  const [code = "", ...values] = before.split(" ");
  const { cpu, platform, processor } = aProcessor(
    Array.from(code.match(/../g) ?? [], (it) => Number(big(it))),
  );
  // Addresses of the recording are moved to where the test has memory.
  const shift = RECORDED - BigInt(MEMORY);
  NUMBERS.forEach((register, index) => {
    const value = big(values[index]);
    cpu.gpr[register] = register === 6 || register === 7 ? value - shift : value;
  });
  cpu.rflags = big(values[8]);
  platform.bytes.set(
    Array.from((values[9] ?? "").match(/../g) ?? [], (it) => Number(big(it))),
    MEMORY,
  );
  const start = cpu.rip;
  const instruction = processor.fetch();
  const [, source] = instruction.operands;
  const count = source?.kind === "immediate" ? source.value : (cpu.gpr[1] ?? 0n);
  let exception = "";
  do {
    exception = processor.attempt().exception?.message ?? "";
  } while (cpu.rip === start && exception === "");
  if (after === "#DE" || exception !== "") {
    return exception === after ? undefined : `${text}: ${exception} instead of ${after}`;
  }
  const expected = after.split(" ");
  const flags = COMPARED & ~undefinedFlags(instruction, count);
  const found = NUMBERS.map((register) => {
    const value = cpu.gpr[register] ?? 0n;
    return register === 6 || register === 7 ? value + shift : value;
  });
  found.push(cpu.rflags & flags);
  const wanted = expected.slice(0, 9).map(big);
  wanted[8] = (wanted[8] ?? 0n) & flags;
  const memory = Array.from(platform.bytes.subarray(MEMORY, MEMORY + 64), (it) =>
    it.toString(16).padStart(2, "0"),
  );
  const ours = `${found.map((it) => it.toString(16)).join(" ")} ${memory.join("")}`;
  const theirs = `${wanted.map((it) => it.toString(16)).join(" ")} ${expected[9] === "=" ? values[9] : expected[9]}`;
  return ours === theirs ? undefined : `${text} (${before}): ${ours} instead of ${theirs}`;
}

describe("Processor", () => {
  it("does what a real processor does with 2,000 random instructions", async () => {
    const lines = (await (await fetch(RECORDING)).text()).trim().split("\n");
    expect(lines).to.have.length(2000);
    const wrong = lines.map(difference).filter((it) => it !== undefined);
    expect(wrong.slice(0, 10)).to.deep.equal([]);
  }).timeout(60_000);
});
