import { InputError } from "../../core/input-error.ts";
import type { OperandBytes } from "../x86/instruction.ts";
import { OPCODES, type OpcodeRow } from "../x86/opcode-table.ts";
import { matches, tellsSize } from "./match.ts";
import { encodeForm, type OpcodeForm } from "./encode-form.ts";
import type { SourceOperand } from "./source-operand.ts";

/** One instruction of the source, its names resolved. */
export interface SourceInstruction {
  readonly mnemonic: string;
  readonly prefixes: readonly number[];
  readonly operands: readonly SourceOperand[];
  readonly address: number;
}

const FIXED: Readonly<Record<string, readonly number[]>> = {
  nop: [0x90],
  pause: [0xf3, 0x90],
  endbr64: [0xf3, 0x0f, 0x1e, 0xfa],
};

const FORMS = new Map<string, OpcodeForm[]>();
for (const [opcode, entry] of OPCODES) {
  const add = (row: OpcodeRow | undefined, reg: number, modrm: number) => {
    // Addresses of 64 bits (O) have a ModRM form as well.
    if (row === undefined || row.operands.some((code) => code[0] === "O")) return;
    // Eight opcodes with a register in them are one form.
    if (row.operands.some((code) => code[0] === "Z") && (opcode & 7) !== 0) return;
    for (const name of row.mnemonics) addForm(name, { opcode, row, reg, modrm });
  };
  add(entry.row, -1, -1);
  for (const [modrm, row] of entry.exact) add(row, -1, modrm);
  for (let reg = 0; reg < 8; reg++) {
    const [memory, register] = [entry.memory[reg], entry.register[reg]];
    add(memory ?? register, reg, -1);
  }
}

function addForm(name: string, form: OpcodeForm): void {
  const forms = FORMS.get(name);
  if (forms === undefined) FORMS.set(name, [form]);
  else if (!forms.includes(form)) forms.push(form);
}

/**
 * Encodes an instruction with the decoder's own opcode table: the shortest of the forms that take
 * its operands; branches to labels have 32-bit targets unless they say `short`.
 * @throws InputError when the subset has no such form.
 */
export function encode(source: SourceInstruction): Uint8Array {
  const fixed = FIXED[source.mnemonic];
  if (fixed !== undefined && source.operands.length === 0) return Uint8Array.from(fixed);
  const name = source.mnemonic === "jecxz" ? "jrcxz" : source.mnemonic;
  let best: Uint8Array | undefined;
  for (const form of FORMS.get(name) ?? []) {
    // Where no operand tells the size (PUSH of a constant), the first is meant.
    const operandBytes = sizesOf(form.row, name).find((it) => takes(form, source.operands, it));
    if (operandBytes === undefined) continue;
    const bytes = encodeForm(form, source, operandBytes);
    if (best === undefined || bytes.length < best.length) best = bytes;
  }
  if (best !== undefined) return best;
  throw new InputError(
    FORMS.has(name)
      ? `${source.mnemonic} does not take these operands, or the size of a memory operand is missing`
      : `${source.mnemonic} is not an instruction of the subset`,
  );
}

/** The operand sizes in which a row is to be tried. */
function sizesOf(row: OpcodeRow, name: string): readonly OperandBytes[] {
  if (row.mnemonics.length > 1) {
    const sizes: OperandBytes[] = [2, 4, 8];
    const possible = sizes.filter((_, index) => row.mnemonics[index] === name);
    return row.default64 ? possible.filter((it) => it !== 4) : possible.slice(0, 1);
  }
  if (row.force64) return [8];
  if (row.default64) return [8, 2];
  return row.wide ? [8] : [4, 2, 8];
}

function takes(
  form: OpcodeForm,
  operands: readonly SourceOperand[],
  operandBytes: OperandBytes,
): boolean {
  const codes = form.row.operands;
  if (codes.length !== operands.length) return false;
  const [first] = operands;
  // 90, XCHG of RAX with itself, is NOP.
  if (form.opcode === 0x90 && first?.kind === "register" && first.register === 0) return false;
  return operands.every((operand, index) => {
    const code = codes[index] as string;
    // A near branch to a label takes 32 bits wherever the opcode has that form.
    if (code === "Jb" && form.hasLongForm === true) {
      if (operand.kind !== "immediate" || !operand.short) return false;
    }
    if (!matches(code, operand, operandBytes)) return false;
    const open = operand.kind === "memory" && operand.bytes === 0;
    return !open || tellsSize(codes, index, operands);
  });
}

for (const [name, forms] of FORMS) {
  const long = forms.some(({ row }) => row.operands[0] === "Jz");
  if (long)
    FORMS.set(
      name,
      forms.map((form) => ({ ...form, hasLongForm: true })),
    );
}
