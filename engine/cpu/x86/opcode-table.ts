import { assert } from "../../core/assert.ts";
import { CONDITIONS, type Mnemonic, MNEMONICS } from "./mnemonic.ts";

/**
 * How an opcode's operands and sizes are encoded, in the letters of Intel SDM vol. 2D, A.2 "Key to
 * Abbreviations": E = ModRM r/m, G = ModRM reg, I = immediate, J = relative target, M = memory
 * only, O = absolute offset, S = segment register, C = control register, R = register in r/m,
 * Z = register in the opcode (Intel has no letter for it); b w d q v z are sizes.
 */
export interface OpcodeRow {
  /** By operand size where three names are given: 2, 4 and 8 bytes. */
  readonly mnemonics: readonly Mnemonic[];
  readonly operands: readonly string[];
  /** LOCK is allowed when the destination is memory. */
  readonly lockable: boolean;
  /** Operand size is 8 without REX.W, 2 with 66 (stack operations). */
  readonly default64: boolean;
  /** Operand size is always 8 (near branches). */
  readonly force64: boolean;
  /** A string instruction, which REP and REPNE repeat. */
  readonly string: boolean;
  /** Exists with REX.W only. */
  readonly wide: boolean;
  /** With 66, F2 or F3 it is something else, or undefined. */
  readonly bare: boolean;
  /** With F3 it is something else. */
  readonly noRep: boolean;
  readonly condition: number;
}

/** Rows that share an opcode: one row, one per ModRM.reg, or one per whole ModRM byte. */
export interface OpcodeEntry {
  row: OpcodeRow | undefined;
  /** By ModRM.reg with a memory operand, 0 to 7. */
  readonly memory: (OpcodeRow | undefined)[];
  /** By ModRM.reg with a register operand, 0 to 7. */
  readonly register: (OpcodeRow | undefined)[];
  /** By the whole ModRM byte; looked at first. */
  readonly exact: Map<number, OpcodeRow>;
}

// One row: opcode in hex (0fxx for two bytes), then /reg, /reg m (memory only), /reg r (register
// only) or =modrm where the opcode has several; the name; operands; properties.
const TEXT = `
50 push Zv default64 | 58 pop Zv default64 | 8f/0 pop Ev default64 | ff/6 push Ev default64
68 push Iz default64 | 6a push Ibs default64 | c9 leave - default64
63 movsxd Gv,Es | 69 imul Gv,Ev,Iz | 6b imul Gv,Ev,Ibs
84 test Eb,Gb | 85 test Ev,Gv | a8 test AL,Ib | a9 test rAX,Iz
86 xchg Eb,Gb lock | 87 xchg Ev,Gv lock
88 mov Eb,Gb | 89 mov Ev,Gv | 8a mov Gb,Eb | 8b mov Gv,Ev
8c mov Er,Sw | 8e mov Sw,Er | 8d lea Gv,M
a0 mov AL,Ob | a1 mov rAX,Ov | a2 mov Ob,AL | a3 mov Ov,rAX
b0 mov Zb,Ib | b8 mov Zv,Iv | c6/0 mov Eb,Ib | c7/0 mov Ev,Iz
98 cbw,cwde,cdqe | 99 cwd,cdq,cqo
9c pushf,pushfq,pushfq - default64 | 9d popf,popfq,popfq - default64
9e sahf | 9f lahf
a4 movsb - string | a5 movsw,movsd,movsq - string
a6 cmpsb - string | a7 cmpsw,cmpsd,cmpsq - string
aa stosb - string | ab stosw,stosd,stosq - string
ac lodsb - string | ad lodsw,lodsd,lodsq - string
ae scasb - string | af scasw,scasd,scasq - string
6c insb - string | 6d insw,insd,insd - string
6e outsb - string | 6f outsw,outsd,outsd - string
c2 ret Iw force64 | c3 ret - force64 | e8 call Jz force64 | e9 jmp Jz force64 | eb jmp Jb force64
ff/2 call Ev force64 | ff/4 jmp Ev force64
e0 loopne Jb force64 | e1 loope Jb force64 | e2 loop Jb force64 | e3 jrcxz Jb force64
cc int3 | cd int Ib | cf iretq - wide
e4 in AL,Ib | e5 in eAX,Ib | e6 out Ib,AL | e7 out Ib,eAX
ec in AL,DX | ed in eAX,DX | ee out DX,AL | ef out DX,eAX
f4 hlt | f5 cmc | f8 clc | f9 stc | fa cli | fb sti | fc cld | fd std
f6/0 test Eb,Ib | f6/1 test Eb,Ib | f7/0 test Ev,Iz | f7/1 test Ev,Iz
f6/2 not Eb lock | f7/2 not Ev lock | f6/3 neg Eb lock | f7/3 neg Ev lock
f6/4 mul Eb | f7/4 mul Ev | f6/5 imul Eb | f7/5 imul Ev
f6/6 div Eb | f7/6 div Ev | f6/7 idiv Eb | f7/7 idiv Ev
fe/0 inc Eb lock | ff/0 inc Ev lock | fe/1 dec Eb lock | ff/1 dec Ev lock
0f00/0 sldt Er | 0f00/1 str Er | 0f00/2 lldt Er | 0f00/3 ltr Er
0f01/0m sgdt M | 0f01/1m sidt M | 0f01/2m lgdt M | 0f01/3m lidt M
0f01/4 smsw Er | 0f01/6 lmsw Er | 0f01/7m invlpg M
0f01=c1 vmcall - bare | 0f01=d9 vmmcall - bare | 0f01=f8 swapgs - bare | 0f01=f9 rdtscp - bare
0f05 syscall | 0f07 sysretq - wide | 0f06 clts | 0f08 invd | 0f09 wbinvd - noRep | 0f0b ud2
0f1f/0 nop Ev | 0f20 mov Rq,Cd | 0f22 mov Cd,Rq
0f30 wrmsr | 0f31 rdtsc | 0f32 rdmsr | 0fa2 cpuid
0fae/5r lfence - bare | 0fae/6r mfence - bare | 0fae/7r sfence - bare
0fa3 bt Ev,Gv | 0fab bts Ev,Gv lock | 0fb3 btr Ev,Gv lock | 0fbb btc Ev,Gv lock
0fba/4 bt Ev,Ib | 0fba/5 bts Ev,Ib lock | 0fba/6 btr Ev,Ib lock | 0fba/7 btc Ev,Ib lock
0faf imul Gv,Ev | 0fbc bsf Gv,Ev noRep | 0fbd bsr Gv,Ev noRep
0fb0 cmpxchg Eb,Gb lock | 0fb1 cmpxchg Ev,Gv lock | 0fc0 xadd Eb,Gb lock | 0fc1 xadd Ev,Gv lock
0fb6 movzx Gv,Eb | 0fb7 movzx Gv,Ew | 0fbe movsx Gv,Eb | 0fbf movsx Gv,Ew
0fc8 bswap Zv
`;
const ALU = ["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"];
const SHIFTS = ["rol", "ror", "rcl", "rcr", "shl", "shr", "", "sar"];

/** The opcodes of the subset: one byte, or two with 0f as the high byte. */
export const OPCODES: ReadonlyMap<number, OpcodeEntry> = build();

function build(): Map<number, OpcodeEntry> {
  const table = new Map<number, OpcodeEntry>();
  const rows = TEXT.trim().split(/\n| \| /);
  ALU.forEach((name, index) => rows.push(...arithmeticRows(name, index)));
  SHIFTS.forEach((name, index) => {
    if (name !== "") rows.push(...shiftRows(name, index));
  });
  for (let condition = 0; condition < 16; condition++) {
    const name = CONDITIONS[condition] as string;
    rows.push(`${hex(0x70 + condition)} j${name} Jb force64`);
    rows.push(`0f${hex(0x80 + condition)} j${name} Jz force64`);
    rows.push(`0f${hex(0x90 + condition)} set${name} Eb`);
    rows.push(`0f${hex(0x40 + condition)} cmov${name} Gv,Ev`);
  }
  for (const row of rows) add(table, row);
  for (let register = 1; register < 8; register++) {
    for (const first of [0x50, 0x58, 0xb0, 0xb8, 0x0fc8]) share(table, first, first + register);
  }
  for (let register = 0; register < 8; register++) {
    add(table, `${hex(0x90 + register)} xchg Zv,rAX`);
  }
  return table;
}

function arithmeticRows(name: string, index: number): string[] {
  const lock = name === "cmp" ? "" : " lock";
  const base = index * 8;
  return [
    `${hex(base)} ${name} Eb,Gb${lock}`,
    `${hex(base + 1)} ${name} Ev,Gv${lock}`,
    `${hex(base + 2)} ${name} Gb,Eb`,
    `${hex(base + 3)} ${name} Gv,Ev`,
    `${hex(base + 4)} ${name} AL,Ib`,
    `${hex(base + 5)} ${name} rAX,Iz`,
    `80/${index} ${name} Eb,Ib${lock}`,
    `81/${index} ${name} Ev,Iz${lock}`,
    `83/${index} ${name} Ev,Ibs${lock}`,
  ];
}

function shiftRows(name: string, index: number): string[] {
  return ["Eb", "Ev"].flatMap((operand, wide) => [
    `${hex(0xc0 + wide)}/${index} ${name} ${operand},Ib`,
    `${hex(0xd0 + wide)}/${index} ${name} ${operand},1`,
    `${hex(0xd2 + wide)}/${index} ${name} ${operand},CL`,
  ]);
}

function add(table: Map<number, OpcodeEntry>, text: string): void {
  const parts = /^([0-9a-f]+)(?:\/([0-7])([mr]?)|=([0-9a-f]{2}))? (\S+)(?: (\S+))?(?: (\w+))?$/;
  const match = parts.exec(text.trim());
  assert(match !== null, `an opcode row has opcode, name, operands and property: ${text}`);
  const [, opcode = "", reg, only, exact, names = "", operands = "-", property = ""] = match;
  const code = Number.parseInt(opcode, 16);
  const row = rowOf(names.split(","), operands === "-" ? [] : operands.split(","), property);
  let entry = table.get(code);
  if (entry === undefined) {
    entry = { row: undefined, memory: [], register: [], exact: new Map() };
    table.set(code, entry);
  }
  if (exact !== undefined) entry.exact.set(Number.parseInt(exact, 16), row);
  else if (reg === undefined) entry.row = row;
  else {
    if (only !== "r") entry.memory[Number(reg)] = row;
    if (only !== "m") entry.register[Number(reg)] = row;
  }
}

function rowOf(names: readonly string[], operands: readonly string[], property: string): OpcodeRow {
  const mnemonics = names.map((name) => MNEMONICS.find((it) => it === name));
  assert(!mnemonics.includes(undefined), `every name of ${names.join()} is in the list`);
  return {
    mnemonics: mnemonics as Mnemonic[],
    operands,
    lockable: property === "lock",
    default64: property === "default64",
    force64: property === "force64",
    string: property === "string",
    wide: property === "wide",
    bare: property === "bare",
    noRep: property === "noRep",
    condition: conditionOf(names[0] as string),
  };
}

function conditionOf(name: string): number {
  const [, condition] = /^(?:j|set|cmov)([a-z]+)$/.exec(name) ?? [];
  return (CONDITIONS as readonly string[]).indexOf(condition ?? "");
}

function share(table: Map<number, OpcodeEntry>, from: number, to: number): void {
  table.set(to, table.get(from) as OpcodeEntry);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
