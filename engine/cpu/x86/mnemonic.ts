const CONDITIONS_LOW = ["o", "no", "b", "ae", "e", "ne", "be", "a"] as const;
const CONDITIONS_HIGH = ["s", "ns", "p", "np", "l", "ge", "le", "g"] as const;
const MOVES = ["mov", "movzx", "movsx", "movsxd", "lea", "xchg", "push", "pop", "leave"] as const;
const EXTENSIONS = ["cbw", "cwde", "cdqe", "cwd", "cdq", "cqo", "bswap"] as const;
const LOGIC = ["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test"] as const;
const INTEGER = ["inc", "dec", "neg", "not", "mul", "imul", "div", "idiv"] as const;
const BITS = [
  "rol",
  "ror",
  "rcl",
  "rcr",
  "shl",
  "shr",
  "sar",
  "bt",
  "bts",
  "btr",
  "btc",
  "bsf",
  "bsr",
] as const;
const ATOMICS = ["xadd", "cmpxchg"] as const;
const BRANCHES = ["jmp", "call", "ret", "loop", "loope", "loopne", "jrcxz", "jecxz"] as const;
const MOVS_STOS = ["movsb", "movsw", "movsd", "movsq", "stosb", "stosw", "stosd", "stosq"] as const;
const LODS_CMPS = ["lodsb", "lodsw", "lodsd", "lodsq", "cmpsb", "cmpsw", "cmpsd", "cmpsq"] as const;
const SCAS = ["scasb", "scasw", "scasd", "scasq"] as const;
const FLAG_MOVES = [
  "clc",
  "stc",
  "cmc",
  "cld",
  "std",
  "lahf",
  "sahf",
  "nop",
  "pause",
  "endbr64",
] as const;
const FENCES = ["mfence", "lfence", "sfence"] as const;
const PORTS = ["in", "out", "insb", "insw", "insd", "outsb", "outsw", "outsd"] as const;
const FLAGS_AND_EVENTS = [
  "cli",
  "sti",
  "pushfq",
  "pushf",
  "popfq",
  "popf",
  "hlt",
  "iretq",
  "int",
  "int3",
  "ud2",
] as const;
const TABLES = [
  "lgdt",
  "lidt",
  "sgdt",
  "sidt",
  "smsw",
  "lmsw",
  "clts",
  "sldt",
  "str",
  "lldt",
  "ltr",
] as const;
const CONTROL = ["cpuid", "rdmsr", "wrmsr", "rdtsc", "rdtscp", "invlpg", "invd", "wbinvd"] as const;
const SYSTEM = ["vmcall", "vmmcall", "syscall", "sysretq", "swapgs"] as const;

/** The sixteen conditions by code. Intel SDM vol. 2D, B.1.4.7 "Condition Test Field (tttn)". */
export const CONDITIONS = [...CONDITIONS_LOW, ...CONDITIONS_HIGH] as const;

type Condition = (typeof CONDITIONS)[number];

const PLAIN = [
  ...MOVES,
  ...EXTENSIONS,
  ...LOGIC,
  ...INTEGER,
  ...BITS,
  ...ATOMICS,
  ...BRANCHES,
  ...MOVS_STOS,
  ...LODS_CMPS,
  ...SCAS,
  ...FLAG_MOVES,
  ...FENCES,
  ...PORTS,
  ...FLAGS_AND_EVENTS,
  ...TABLES,
  ...CONTROL,
  ...SYSTEM,
] as const;

/** A name that carries no condition. */
export type PlainMnemonic = (typeof PLAIN)[number];

/** Name of an instruction of the subset in Intel's syntax. */
export type Mnemonic = PlainMnemonic | `j${Condition}` | `set${Condition}` | `cmov${Condition}`;

/** Every instruction of the subset. What is not here is refused by name, never guessed. */
export const MNEMONICS: readonly Mnemonic[] = [
  ...PLAIN,
  ...CONDITIONS.flatMap((it) => [`j${it}`, `set${it}`, `cmov${it}`] as const),
];
