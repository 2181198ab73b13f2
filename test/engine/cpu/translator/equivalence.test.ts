// After any program the translator leaves the registers, memory and device accesses that the
// processor alone would. Random programs of harmless, sensitive and faulting instructions, stores
// to page tables and to code, in a loop. Interrupts are left out: their moment may differ.
import { expect } from "chai";
import fc from "fast-check";
import type { VmmOptions } from "../../../../engine/cpu/translator/vmm-options.ts";
import {
  bytesOf,
  LAYOUT,
  le32,
  type Prepare,
  runNative,
  runTranslated,
  visible,
} from "./a-guest.ts";

/** Two pages of data; the second is mapped to either of two physical pages. */
const MOVED_PAGE = LAYOUT.data + 0x1000;
const MOVED_ENTRY = LAYOUT.pageTables + 0x3000 + 8 * (MOVED_PAGE >> 12);
/** A function whose immediate is written to: mov eax, imm32; ret. */
const PATCHED = LAYOUT.code + 0x1800;

interface Choice {
  readonly what: number;
  readonly a: number;
  readonly b: number;
  readonly value: number;
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
/** RAX, RCX, RDX, RBX, RSI, RDI. */
const register = (n: number): number => [0, 1, 2, 3, 6, 7][n % 6] as number;
const direct = (n: number): number => Math.trunc(n) % 0x100;
const pair = (a: number, b: number): string => hex(0xc0 | (register(a) << 3) | register(b));
const absolute = (a: number, address: number): string =>
  `${hex(4 | (register(a) << 3))}25${le32(address)}`;

/** The instructions that programs are made of. */
const MAKERS: readonly ((choice: Choice) => string)[] = [
  ({ a, b, value }) =>
    `48${["01", "29", "31", "21", "09", "39", "11", "19"][value % 8]}${pair(a, b)}`,
  ({ a, value }) => `${hex(0xb8 + register(a))}${le32(value)}`,
  ({ a, value }) => `89${absolute(a, LAYOUT.data + 8 * direct(value))}`,
  ({ a, value }) => `8b${absolute(a, LAYOUT.data + 8 * direct(value))}`,
  ({ a, value }) => `89${absolute(a, MOVED_PAGE + direct(value))}`,
  ({ a, value }) => `8b${absolute(a, MOVED_PAGE + direct(value))}`,
  ({ a, value }) => `488b${hex(5 | (register(a) << 3))}${le32(value % 64)}`,
  () => "fa",
  () => "fb90",
  ({ a }) => `9c${hex(0x58 + register(a))}`,
  ({ a }) => `${hex(0x50 + register(a))}9d`,
  () => "9c9d",
  ({ value }) => `b8${le32(value % 3)}0fa2`,
  () => "0f31",
  () => "e460e661",
  () => "66ed",
  ({ a, value }) => `89${absolute(a, LAYOUT.device + 4 * (value % 64))}`,
  ({ a, value }) => `8b${absolute(a, LAYOUT.device + 4 * (value % 64))}`,
  ({ value }) => `${hex(0x70 + (value % 16))}02ffc0`,
  () => "e80000000058",
  ({ value }) => `cd${hex(0x40 + (value % 64))}`,
  ({ value }) => `0f010425${le32(LAYOUT.data + 8 * direct(value))}`,
  () => "0f01e0",
  ({ a }) => `48f7${hex(0xf0 | register(a))}`,
  ({ a, value }) => `48c1${hex(0xe0 | register(a))}${hex(value % 64)}`,
  () => "0f20d80f22d8",
  ({ value }) => `0f013c25${le32(LAYOUT.data + direct(value))}`,
  () => "8cc8",
  () => "0f0b",
  () => "8b042500000000",
  // The page at MOVED_PAGE is one or the other, read-only, or gone.
  ({ value }) =>
    `c70425${le32(MOVED_ENTRY)}${le32([MOVED_PAGE | 3, (MOVED_PAGE + 0x1000) | 3, MOVED_PAGE | 1, 0][value % 4] as number)}`,
  ({ value }) => `c60425${le32(PATCHED + 1)}${hex(value % 256)}`,
  ({ value }) => `c60425${le32(LAYOUT.code + 0x1c00 + (value % 64))}${hex(value % 256)}`,
  // call PATCHED, through a register
  () => `b8${le32(PATCHED)}ffd0`,
  ({ value }) => `bf${le32(LAYOUT.data + direct(value))}b9${le32(value % 5)}f3aa`,
  ({ a, value }) => `f00fc1${absolute(a, LAYOUT.data + 8 * direct(value))}`,
];

/** A loop of instructions; before each R15 gets the address behind it, where handlers go on. */
function programOf(choices: readonly Choice[], rounds: number): string {
  const body = choices
    .map((choice) => (MAKERS[choice.what % MAKERS.length] as (it: Choice) => string)(choice))
    .map((bytes) => `4c8d3d${le32(bytes.length / 2)}${bytes}`)
    .join("");
  return `41be${le32(rounds)}${body}41ffce0f85${le32(-(body.length / 2 + 3 + 6))}faf4`;
}

const prepare: Prepare = (machine) => {
  // mov [rsp], r15; iretq, for faults; the error code is dropped where there is one.
  for (const vector of [0, 6]) machine.load(LAYOUT.handlers + 16 * vector, bytesOf("4c893c2448cf"));
  for (const vector of [13, 14]) {
    machine.load(LAYOUT.handlers + 16 * vector, bytesOf("4883c4084c893c2448cf"));
  }
  machine.load(PATCHED, bytesOf("b801000000c3"));
};

const choice: fc.Arbitrary<Choice> = fc.record({
  what: fc.nat(MAKERS.length - 1),
  a: fc.nat(5),
  b: fc.nat(5),
  value: fc.nat(0x7fff_ffff),
});

const OPTIONS: readonly VmmOptions[] = [
  {},
  { chaining: false },
  { adaptive: false },
  { faultsMax: 1 },
  { cacheBytes: 4096 },
  { tableBytes: 65_536 },
];

describe("The translator", () => {
  for (const [index, options] of OPTIONS.entries()) {
    const seed = 1000 + index;
    it(`leaves what the processor alone leaves, ${JSON.stringify(options)}, seed ${seed}`, () => {
      const programs = fc.tuple(fc.array(choice, { minLength: 1, maxLength: 40 }), fc.nat(7));
      fc.assert(
        fc.property(programs, ([choices, rounds]) => {
          const code = programOf(choices, rounds + 1);
          const native = runNative(code, prepare);
          const translated = runTranslated(code, options, prepare);
          expect(visible(translated)).to.deep.equal(visible(native));
        }),
        { seed, numRuns: 25 },
      );
    });
  }
});
