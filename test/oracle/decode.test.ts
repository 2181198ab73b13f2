// The decoder against iced-x86 1.21.0, a disassembler that shares nothing with it. What is compared:
// length, mnemonic, operands, LOCK and REP; and that everything refused is outside the subset.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../engine/core/random.ts";
import { decodeBytes } from "../../engine/cpu/x86/decode.ts";
import type { Instruction } from "../../engine/cpu/x86/instruction.ts";
import { MNEMONICS } from "../../engine/cpu/x86/mnemonic.ts";
import { OpcodeError } from "../../engine/cpu/x86/opcode-error.ts";
import { OPCODES } from "../../engine/cpu/x86/opcode-table.ts";
import { icedDecode } from "./iced-instruction.ts";
import { operandText } from "./our-operand.ts";

const ADDRESS = 0x7fff_1234n;
const PREFIXES = [0x66, 0xf3, 0xf2, 0xf0, 0x67, 0x64, 0x65, 0x2e, 0x40, 0x41, 0x44, 0x48, 0x4f];
const CODES = [...OPCODES.keys()];

/** Forms that have a name of the subset and are left out of it all the same. */
const LEFT_OUT: readonly RegExp[] = [
  /^(?:push|pop) (?:fs|gs)$/,
  /^mov .*\bdr\d/,
  // MOVSD and CMPSD are also names of SSE instructions.
  /^(?:movsd|cmpsd) .*(?:xmm|immediate)/,
  // CR8 by LOCK MOV CR0, as AMD writes it.
  /^mov .*cr8/,
];

/** Instructions of one encoding, which chance hardly finds: ENDBR64, RDTSCP. */
const RARE = [
  [0xf3, 0x0f, 0x1e, 0xfa],
  [0x0f, 0x01, 0xf9],
];

interface Counts {
  agreed: number;
  refused: number;
  readonly differences: string[];
  readonly mnemonics: Set<string>;
}

function compare(bytes: Uint8Array, counts: Counts): void {
  const theirs = icedDecode(bytes, ADDRESS);
  const hex = Array.from(bytes.slice(0, Math.max(theirs.length, 1)))
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join(" ");
  let ours: Instruction;
  try {
    ours = decodeBytes(bytes, ADDRESS);
  } catch (error) {
    assert.ok(error instanceof OpcodeError, String(error));
    counts.refused++;
    const line = `${theirs.mnemonic} ${theirs.operands?.join(", ") ?? "far or implied"}`;
    if (!isOutside(theirs.mnemonic, line, error))
      counts.differences.push(`refused ${hex}: ${line}`);
    return;
  }
  const string = /^(?:movs|stos|lods|cmps|scas|ins|outs)[bwdq]$/.test(ours.mnemonic);
  const operands = ours.operands.map((operand) => operandText(ours, operand)).join(", ");
  const same =
    ours.mnemonic === theirs.mnemonic &&
    ours.length === theirs.length &&
    ours.lock === theirs.lock &&
    (string || sameOperands(operands, theirs.operands?.join(", ") ?? "")) &&
    (!string || (ours.repeat === "rep") === (theirs.rep && ours.repeat !== "repne"));
  if (same) counts.agreed++;
  else {
    counts.differences.push(
      `${hex}: ours ${ours.mnemonic} ${operands} (${ours.length}), ` +
        `theirs ${theirs.mnemonic} ${theirs.operands?.join(", ")} (${theirs.length})`,
    );
  }
  counts.mnemonics.add(ours.mnemonic);
}

/** Structures of LGDT and its like have no operand size with us. */
function sameOperands(ours: string, theirs: string): boolean {
  return (
    ours === theirs || ours.replace("memory of 0 ", "") === theirs.replace(/memory of \d+ /, "")
  );
}

function isOutside(mnemonic: string, line: string, error: OpcodeError): boolean {
  if (LEFT_OUT.some((form) => form.test(line))) return true;
  if (error.reason === "is not an instruction in 64-bit mode") return mnemonic === "invalid";
  if (!(MNEMONICS as readonly string[]).includes(mnemonic)) return true;
  // Far CALL and JMP go through a selector and offset in memory.
  return /^(?:call|jmp) memory of (?:4|6|10) /.test(line);
}

function padded(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: 15 }, (_, index) => bytes[index] ?? 0);
}

function randomBytes(random: Random, structured: boolean): Uint8Array {
  const bytes = Uint8Array.from({ length: 15 }, () => random.below(256));
  if (!structured) return bytes;
  let at = 0;
  while (at < 4 && random.below(3) === 0)
    bytes[at++] = PREFIXES[random.below(PREFIXES.length)] ?? 0;
  const code = CODES[random.below(CODES.length)] ?? 0;
  if (code > 0xff) bytes[at++] = 0x0f;
  bytes[at] = code & 0xff;
  return bytes;
}

for (const { title, structured, seed } of [
  { title: "random bytes", structured: false, seed: 1 },
  { title: "random operands of every opcode of the table", structured: true, seed: 2 },
]) {
  test(`Decoder: agrees with iced-x86 on 100,000 instructions, ${title}, seed ${seed}`, () => {
    const random = new Random(seed);
    const counts: Counts = { agreed: 0, refused: 0, differences: [], mnemonics: new Set() };
    for (let n = 0; n < 100_000; n++) compare(randomBytes(random, structured), counts);
    if (structured) RARE.forEach((bytes) => compare(padded(bytes), counts));
    console.log(`decoder, ${title}: ${counts.agreed} agreed, ${counts.refused} refused`);
    assert.deepEqual(counts.differences.slice(0, 40), []);
    if (!structured) return;
    assert.deepEqual(
      MNEMONICS.filter((name) => !counts.mnemonics.has(name)),
      [],
      "every instruction of the subset comes up",
    );
  });
}
