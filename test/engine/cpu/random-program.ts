// Random guest programs for comparisons between CPU modes: seeded, terminating, with interrupts,
// exceptions, ring changes, paging, ports, self-modification and every sensitive instruction.
import { Random } from "../../../engine/core/random.ts";
import type { GuestProgram } from "../../../engine/cpu/program.ts";
import { defineProgram } from "../../../engine/programs/define.ts";
import { HANDLERS, PROLOGUE } from "./random-program-frame.ts";

/** Registers that pieces may change: RSP, RBP (the APIC), R15 (loops) and RCX are kept apart. */
const REGISTERS = [
  "rax",
  "rbx",
  "rdx",
  "rsi",
  "rdi",
  "r8",
  "r9",
  "r10",
  "r11",
  "r12",
  "r13",
  "r14",
];
const DWORDS = [
  "eax",
  "ebx",
  "edx",
  "esi",
  "edi",
  "r8d",
  "r9d",
  "r10d",
  "r11d",
  "r12d",
  "r13d",
  "r14d",
];
const CONDITIONS = [
  "o",
  "b",
  "e",
  "be",
  "s",
  "p",
  "l",
  "le",
  "no",
  "ae",
  "ne",
  "a",
  "ns",
  "np",
  "ge",
  "g",
];

/** Writes programs piece by piece. */
class Writer {
  readonly lines: string[] = [];
  readonly user: string[] = [];
  readonly functions: string[] = [];
  readonly #random: Random;
  #labels = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  below(bound: number): number {
    return this.#random.below(bound);
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  label(): string {
    return `l${this.#labels++}`;
  }

  constant(): string {
    const bits = this.one([3, 8, 16, 31]);
    return `0x${this.below(2 ** bits).toString(16)}`;
  }

  add(...lines: string[]): void {
    this.lines.push(...lines);
  }

  /** An address in the buffer, computed from a register's value. */
  address(): string {
    const register = this.one(REGISTERS);
    this.add(`and ${register}, 0x7f8`);
    return `${register} + BUFFER + ${this.below(8)}`;
  }

  piece(depth: number): void {
    const kinds = depth > 0 ? PIECES : FLAT_PIECES;
    this.one(kinds)(this, depth);
  }

  pieces(depth: number, count: number): void {
    for (let i = 0; i < count; i++) this.piece(depth);
  }
}

type Piece = (w: Writer, depth: number) => void;

const arithmetic: Piece = (w) => {
  const names = w.one([REGISTERS, DWORDS]);
  const [a, b] = [w.one(names), w.one(names)];
  w.add(
    w.one([
      `${w.one(["add", "sub", "adc", "sbb", "and", "or", "xor", "cmp", "test"])} ${a}, ${b}`,
      `${w.one(["add", "sub", "adc", "sbb", "and", "or", "xor", "cmp"])} ${a}, ${w.constant()}`,
      `${w.one(["inc", "dec", "neg", "not"])} ${a}`,
      `${w.one(["rol", "ror", "rcl", "rcr", "shl", "shr", "sar"])} ${a}, ${w.below(64)}`,
      `imul ${a}, ${b}`,
      `mov ${a}, ${w.constant()}`,
      `xchg ${a}, ${b}`,
      `lea ${a}, [${w.one(REGISTERS)} + ${w.one(REGISTERS)}*${w.one([1, 2, 4, 8])} + ${w.below(100)}]`,
      `set${w.one(CONDITIONS)} ${w.one(["al", "bl", "dl", "sil", "r8b", "bh"])}`,
      `cmov${w.one(CONDITIONS)} ${a}, ${b}`,
      `movzx ${w.one(DWORDS)}, ${w.one(["al", "bl", "dl"])}`,
      `movzx ${w.one(["eax", "ebx", "edx", "esi"])}, ${w.one(["ah", "dh"])}`,
      `movsx ${w.one(REGISTERS)}, ${w.one(["al", "bl", "ax", "dx"])}`,
      `bswap ${a}`,
      `bts ${a}, ${w.below(32)}`,
      "cqo",
      "mul rbx",
    ]),
  );
};

const memoryAccess: Piece = (w) => {
  const at = w.address();
  const register = w.one(REGISTERS);
  w.add(
    w.one([
      `mov [${at}], ${register}`,
      `mov ${register}, [${at}]`,
      `add ${register}, [${at}]`,
      `${w.one(["add", "sub", "xor", "or", "adc"])} [${at}], ${register}`,
      `mov byte [${at}], ${w.below(256)}`,
      `lock xadd [${at}], ${register}`,
      `lock inc dword [${at}]`,
      `cmpxchg [${at}], ${register}`,
      `movzx ${w.one(DWORDS)}, word [${at}]`,
      `shl word [${at}], ${w.below(16)}`,
    ]),
  );
};

const stack: Piece = (w, depth) => {
  w.add(`push ${w.one(REGISTERS)}`);
  w.pieces(depth - 1, w.below(3));
  w.add(`pop ${w.one(REGISTERS)}`);
};

const branch: Piece = (w, depth) => {
  const label = w.label();
  w.add(`j${w.one(CONDITIONS)} ${label}`);
  w.pieces(depth - 1, 1 + w.below(3));
  w.add(`${label}:`);
};

const loop: Piece = (w, depth) => {
  const label = w.label();
  // An inner loop would take RCX away: it is kept on the stack.
  w.add("push rcx", `mov ecx, ${1 + w.below(5)}`, `${label}:`);
  if (w.below(3) === 0) {
    // LOOP reaches 127 bytes back.
    arithmetic(w, 0);
    w.add(`loop ${label}`, "pop rcx");
    return;
  }
  w.pieces(depth - 1, 1 + w.below(3));
  w.add(`dec ecx`, `jne ${label}`, "pop rcx");
};

const call: Piece = (w, depth) => {
  const label = w.label();
  const body = w.lines.splice(0);
  w.pieces(depth - 1, 1 + w.below(3));
  w.functions.push(`${label}:`, ...w.lines.splice(0), w.one(["ret", "nop\n ret"]));
  w.add(...body, w.one([`call ${label}`, `mov r15d, ${label}\n call r15`]));
};

const string: Piece = (w) => {
  const name = w.one(["rep movs", "rep stos", "repe cmps", "repne scas", "rep lods"]);
  w.add("push rcx", `mov ecx, ${w.below(12)}`);
  w.add(`mov esi, BUFFER + ${w.below(256)}`, `mov edi, BUFFER + ${0x400 + w.below(256)}`);
  w.add(`${name}${w.one(["b", "w", "d", "q"])}`, "pop rcx");
};

const interruptFlag: Piece = (w) => {
  w.add(
    w.one([
      "cli",
      "sti",
      "pushfq\n pop rax\n and eax, 0xdd7\n push rax\n popfq",
      "pushfq\n pop rax\n or eax, 0x200\n and eax, 0xed7\n push rax\n popfq",
      "pushfq\n pop rbx",
      "cld",
      "clc",
    ]),
  );
};

const request: Piece = (w) => {
  w.add(`mov dword [rbp + ICR], ${w.one(["0x31", "0x51"])}`);
};

const priority: Piece = (w) => {
  w.add(`mov eax, ${w.one([0, 0, 4, 6])}`, "mov cr8, rax", `mov ${w.one(REGISTERS)}, cr8`);
};

/** Sleeps until the timer's interrupt; nothing holds it back. */
const sleep: Piece = (w) => {
  w.add("xor eax, eax", "mov cr8, rax", "cli", "mov dword [rbp + 0x320], 0x51");
  w.add("mov dword [rbp + 0x380], 100", "safe_halt");
};

const ports: Piece = (w) => {
  w.add(
    w.one([
      "out 0x80, al",
      "out 0x80, eax",
      "mov edx, 0x3f8\n out dx, ax",
      "in al, 0x61",
      "mov edx, 0x3f8\n in eax, dx",
      `push rcx\n mov ecx, 3\n mov esi, BUFFER + ${w.below(64)}\n mov edx, 0x3f8\n rep outsb\n pop rcx`,
      `mov edi, BUFFER + ${w.below(64)}\n mov edx, 0x60\n insw`,
    ]),
  );
};

const look: Piece = (w) => {
  w.add(
    w.one([
      "sgdt [store]",
      "sidt [store + 16]",
      `smsw ${w.one(REGISTERS)}`,
      "smsw [store + 32]",
      `str ${w.one(DWORDS)}`,
      `sldt ${w.one(DWORDS)}`,
      `mov ${w.one(DWORDS)}, ${w.one(["cs", "ss", "ds", "es"])}`,
      "push rcx\n mov eax, 1\n xor ecx, ecx\n cpuid\n pop rcx",
      "rdtsc",
      "push rcx\n rdtscp\n pop rcx",
      "push rcx\n mov ecx, 0xc0000082\n rdmsr\n pop rcx",
      `mov ${w.one(REGISTERS)}, ${w.one(["cr0", "cr2", "cr3", "cr4"])}`,
    ]),
  );
};

const change: Piece = (w) => {
  w.add(
    w.one([
      "mov rax, cr3\n mov cr3, rax",
      "mov rax, cr0\n mov cr0, rax",
      "clts",
      "mov rax, cr4\n mov cr4, rax",
      "push rcx\n mov ecx, 0xc0000101\n mov eax, BUFFER\n xor edx, edx\n wrmsr\n pop rcx\n mov rax, gs:[8]",
      "swapgs",
      "mov eax, KERNEL_SS\n mov ds, eax",
      "invlpg [BUFFER]",
      "wbinvd",
      "sgdt [store]\n lgdt [store]",
      "sidt [store]\n lidt [store]",
      "mfence",
    ]),
  );
};

const exception: Piece = (w) => {
  w.add(
    w.one([
      "int 0x40",
      "int3",
      "push rcx\n xor ecx, ecx\n db 0xf7, 0xf1\n pop rcx",
      "ud2",
      `mov dword [UNMAPPED + ${4 * w.below(64)}], ${w.constant()}`,
      "mov rax, [UNMAPPED + 8]",
    ]),
  );
};

const mapping: Piece = (w) => {
  const page = 0x100 + w.below(4);
  const entry = `PT + 8 * ${page}`;
  w.add(
    `mov rax, BUFFER + 0x1000 * ${1 + w.below(3)} + 0x63`,
    `mov [${entry}], rax`,
    `invlpg [0x${page.toString(16)}000]`,
    `add qword [0x${page.toString(16)}000 + ${8 * w.below(32)}], ${w.below(100)}`,
    w.one([`mov qword [PT + 8 * (UNMAPPED >> 12)], 0\n invlpg [UNMAPPED]`, "nop"]),
  );
};

const addressSpace: Piece = (w) => {
  w.add("mov rax, cr3", "mov r15, rax", "mov eax, PML4_B", "mov cr3, rax");
  w.add(`add qword [PROCESS + 8], ${w.below(50)}`, "mov cr3, r15", `mov rax, [PROCESS + 8]`);
};

const selfModification: Piece = (w) => {
  const label = w.label();
  w.add(
    `add byte [${label} + 1], ${1 + w.below(3)}`,
    `${label}: db 0x05, ${w.below(200)}, 0, 0, 0`,
  );
};

/** Into ring 3 by IRETQ, some instructions and system calls there, and back by INT 0x81. */
const userStay: Piece = (w) => {
  const [enter, back] = [w.label(), w.label()];
  w.add(`mov [kernel_stack], rsp`, `mov qword [kernel_return], ${back}`);
  w.add("push USER_SS", "push USER_STACK", `push ${w.one(["0x202", "2"])}`, "push USER_CS");
  w.add(`push ${enter}`, "iretq", `${back}:`);
  // RCX is lost to SYSCALL, R11 as well: RCX counts loops around this piece.
  w.add("mov rcx, [PROCESS + 0x800]");
  w.user.push(`${enter}: mov [PROCESS + 0x800], rcx`);
  for (let i = 1 + w.below(4); i > 0; i--) {
    w.user.push(
      w.one([
        `mov edi, ${w.below(100)}\n syscall`,
        "add rax, rdi",
        `mov [PROCESS + ${8 * w.below(32)}], rax`,
        "cli",
        "inc rbx",
        "push rax\n pop rdi",
      ]),
    );
  }
  w.user.push("int 0x81");
};

const COMPUTING = [arithmetic, arithmetic, arithmetic, arithmetic, memoryAccess, memoryAccess];
const INTERRUPTS = [interruptFlag, interruptFlag, request, request, request, priority, sleep];
const SENSITIVE = [ports, look, change, exception, exception, mapping, addressSpace];
const FLAT_PIECES: readonly Piece[] = [
  ...COMPUTING,
  ...INTERRUPTS,
  ...SENSITIVE,
  string,
  selfModification,
  userStay,
];
const PIECES: readonly Piece[] = [...FLAT_PIECES, stack, branch, loop, loop, call];

/** A random guest program; the same seed gives the same program. */
export function randomProgram(seed: number): GuestProgram {
  const w = new Writer(new Random(seed));
  for (const register of REGISTERS) w.add(`mov ${register}, ${w.constant()}`);
  if (w.below(2) === 0) w.add("sti");
  w.pieces(3, 20 + w.below(30));
  const source = [
    PROLOGUE,
    ...w.lines,
    HANDLERS.replace("low:", `${w.functions.join("\n")}\nlow:`),
    "org USER_CODE",
    ...w.user,
  ].join("\n");
  return defineProgram({ id: `random-${seed}`, title: "", shows: "", source });
}
