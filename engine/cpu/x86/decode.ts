import { decodeOperand } from "./decode-operand.ts";
import { DecodeReader } from "./decode-reader.ts";
import type { Instruction, Operand, OperandBytes } from "./instruction.ts";
import type { Mnemonic } from "./mnemonic.ts";
import { OPCODES, type OpcodeEntry, type OpcodeRow } from "./opcode-table.ts";

/**
 * Decodes one instruction in 64-bit mode. Intel SDM vol. 2A, chapter 2 "Instruction Format".
 * @param code Gives the byte at an offset from the instruction's address; it may throw (a page
 *   fault), or return undefined where the code ends.
 * @param address Linear address of the first byte.
 * @throws OpcodeError for what is not in the subset.
 */
export function decode(code: (offset: number) => number | undefined, address: bigint): Instruction {
  const reader = new DecodeReader(code, address);
  reader.readPrefixes();
  const special = specialName(reader);
  if (special !== undefined) return instructionOf(reader, SPECIAL, [], special, 4);
  const entry = OPCODES.get(reader.opcode);
  if (entry === undefined) return reader.refuse(TAKEN_AWAY.has(reader.opcode));
  const row = rowFor(entry, reader);
  if (row === undefined) return reader.refuse();
  refusePrefixes(reader, row);
  const operandBytes = operandSize(reader, row);
  const operands = row.operands.map((code_) => decodeOperand(reader, code_, operandBytes));
  return instructionOf(reader, row, operands, nameOf(row, operandBytes, reader), operandBytes);
}

/** Decodes the instruction at `offset` of a block of code that lies at linear address `base`. */
export function decodeBytes(code: Uint8Array, base: bigint, offset = 0): Instruction {
  return decode((at) => code[offset + at], base + BigInt(offset));
}

/** Opcodes of one byte that 64-bit mode has taken away. Intel SDM vol. 2D, table A-2, "i64". */
const TAKEN_AWAY = new Set([
  0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x60, 0x61, 0x82, 0x9a, 0xce,
  0xd4, 0xd5, 0xd6, 0xea,
]);

/** What prefixes alone make of two opcodes: NOP, PAUSE and ENDBR64. */
function specialName(reader: DecodeReader): Mnemonic | undefined {
  if (reader.opcode === 0x90 && reader.repeat === "rep") return "pause";
  if (reader.opcode === 0x90 && !reader.baseExtended) return "nop";
  if (reader.opcode !== 0x0f1e || reader.repeat !== "rep" || reader.modrm !== 0xfa)
    return undefined;
  return "endbr64";
}

const SPECIAL = { lockable: false, condition: -1, string: false };

function instructionOf(
  reader: DecodeReader,
  row: Pick<OpcodeRow, "lockable" | "condition" | "string">,
  operands: readonly Operand[],
  mnemonic: Mnemonic,
  operandBytes: OperandBytes,
): Instruction {
  if (reader.lock && !(row.lockable && operands[0]?.kind === "memory")) reader.refuse(true);
  return {
    address: reader.address,
    bytes: reader.bytes(),
    length: reader.length,
    mnemonic,
    operands,
    operandBytes,
    addressBytes: reader.addressBytes,
    condition: row.condition,
    lock: reader.lock,
    repeat: row.string ? reader.repeat : "none",
  };
}

function rowFor(entry: OpcodeEntry, reader: DecodeReader): OpcodeRow | undefined {
  if (entry.row !== undefined) return entry.row;
  const modrm = reader.modrm;
  const reg = (modrm >> 3) & 7;
  if (modrm < 0xc0) return entry.memory[reg];
  return entry.exact.get(modrm) ?? entry.register[reg];
}

/** Prefixes that turn an opcode into another instruction, which the subset does not have. */
function refusePrefixes(reader: DecodeReader, row: OpcodeRow): void {
  const prefixed = reader.operand16 || reader.repeat !== "none";
  if (row.bare && prefixed) reader.refuse();
  if (row.noRep && reader.repeat === "rep") reader.refuse();
  if (row.wide && !reader.wide) reader.refuse();
}

function operandSize(reader: DecodeReader, row: OpcodeRow): OperandBytes {
  if (row.force64) return 8;
  if (reader.wide && !row.default64) return 8;
  if (reader.operand16 && !reader.wide) return 2;
  return row.default64 ? 8 : 4;
}

function nameOf(row: OpcodeRow, operandBytes: OperandBytes, reader: DecodeReader): Mnemonic {
  const [first, second, third] = row.mnemonics;
  const name = first as Mnemonic;
  if (name === "jrcxz" && reader.addressBytes === 4) return "jecxz";
  if (second === undefined || third === undefined) return name;
  return operandBytes === 2 ? name : operandBytes === 4 ? second : third;
}
