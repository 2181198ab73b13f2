import {
  Decoder,
  type Instruction as IcedInstruction,
  MemorySizeExt,
  Mnemonic,
  OpKind,
  Register,
} from "iced-x86";

const MNEMONIC_NAMES = namesOf(Mnemonic);
const REGISTER_NAMES = namesOf(Register);
/** The width in bits to which each kind of immediate is extended. */
const IMMEDIATE_BITS = new Map<number, number>([
  [OpKind.Immediate8, 8],
  [OpKind.Immediate16, 16],
  [OpKind.Immediate32, 32],
  [OpKind.Immediate64, 64],
  [OpKind.Immediate8to16, 16],
  [OpKind.Immediate8to32, 32],
  [OpKind.Immediate8to64, 64],
  [OpKind.Immediate32to64, 64],
]);

/** What iced-x86 says about the first instruction of some bytes, in our words. */
export interface IcedDecoding {
  readonly mnemonic: string;
  readonly length: number;
  /** One text per operand, or undefined for string instructions, whose operands are implied. */
  readonly operands: readonly string[] | undefined;
  readonly lock: boolean;
  readonly rep: boolean;
  readonly repne: boolean;
}

/** Decodes with iced-x86 in 64-bit mode. */
export function icedDecode(bytes: Uint8Array, address: bigint): IcedDecoding {
  const decoder = new Decoder(64, bytes, 0);
  decoder.ip = address;
  const instruction = decoder.decode();
  const count = instruction.opCount;
  const texts: (string | undefined)[] = [];
  for (let index = 0; index < count; index++) texts.push(operandText(instruction, index));
  const result = {
    mnemonic: MNEMONIC_NAMES.get(instruction.mnemonic) ?? "unknown",
    length: instruction.length,
    operands: texts.every((it) => it !== undefined) ? texts : undefined,
    lock: instruction.hasLockPrefix,
    rep: instruction.hasRepPrefix,
    repne: instruction.hasRepnePrefix,
  };
  instruction.free();
  decoder.free();
  return result;
}

function operandText(instruction: IcedInstruction, index: number): string | undefined {
  const kind = instruction.opKind(index);
  if (kind === OpKind.Register) return registerName(instruction.opRegister(index));
  if (kind === OpKind.NearBranch64) return `target ${instruction.nearBranchTarget.toString(16)}`;
  if (kind === OpKind.Memory) return memoryText(instruction);
  const bits = IMMEDIATE_BITS.get(kind);
  if (bits === undefined) return undefined;
  return `immediate ${BigInt.asUintN(bits, instruction.immediate(index)).toString(16)}`;
}

function memoryText(instruction: IcedInstruction): string {
  const segment = registerName(instruction.segmentPrefix);
  return [
    `memory of ${MemorySizeExt.size(instruction.memorySize)}`,
    segment === "fs" || segment === "gs" ? `${segment}:` : "",
    registerName(instruction.memoryBase),
    `${registerName(instruction.memoryIndex)}*${instruction.memoryIndexScale}`,
    BigInt.asUintN(64, instruction.memoryDisplacement).toString(16),
  ].join(" ");
}

function registerName(register: number): string {
  return REGISTER_NAMES.get(register) ?? "none";
}

function namesOf(names: object): Map<number, string> {
  const entries = Object.entries(names).filter(([, value]) => typeof value === "number");
  return new Map(entries.map(([name, value]) => [value as number, name.toLowerCase()]));
}
