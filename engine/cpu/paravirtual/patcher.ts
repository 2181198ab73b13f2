import { assemble } from "../assembler/assemble.ts";
import type { Image, PatchSite } from "../assembler/image.ts";
import { nops } from "../assembler/nop.ts";
import { LAYOUT } from "../guest/layout.ts";
import { symbolsOf } from "../guest-step.ts";
import { decodeBytes } from "../x86/decode.ts";
import { formatInstruction } from "../x86/format.ts";
import { bytesText, type Instruction } from "../x86/instruction.ts";
import { replacementOf } from "./replacement.ts";
import { WINDOW, WINDOW_NAMES } from "./xen-window.ts";

/** A site whose instruction a PV kernel does not have any more. */
export interface Patch {
  readonly site: PatchSite;
  /** What stood there, decoded; the first of two where STI and HLT are one site. */
  readonly original: Instruction;
  /** The site's bytes before and after. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Code outside the site, at this address in the window; empty when everything fits. */
  readonly stubAddress: number;
  readonly stub: Uint8Array;
  /** Both sides as text, addresses and bytes included. */
  readonly source: readonly string[];
  readonly replaced: readonly string[];
}

/** Bytes of MOV RAX, imm64 and the like are never longer: a jump and its displacement. */
const JUMP_BYTES = 5;

/**
 * Replaces the sensitive instructions of a kernel as its PV build would: in place where the new
 * code fits, else by a jump to it. User code keeps its own: it is not the kernel's to change.
 */
export function patchKernel(image: Image): Patch[] {
  const patches: Patch[] = [];
  let next = WINDOW.CODE;
  for (const site of image.patchSites) {
    if (site.address >= LAYOUT.USER_CODE && site.address < LAYOUT.USER_STACK) continue;
    const before = bytesAt(image, site.address, site.byteCount);
    if (before === undefined) continue;
    const patch = patchSite(image, site, before, next);
    if (patch === undefined) continue;
    patches.push(patch);
    next += Math.ceil(patch.stub.length / 16) * 16;
  }
  return patches;
}

function patchSite(
  image: Image,
  site: PatchSite,
  before: Uint8Array,
  stubAddress: number,
): Patch | undefined {
  const original = decodeBytes(before, BigInt(site.address));
  const together = original.length < site.instructionBytes;
  const replacement = replacementOf(original, together);
  if (replacement === undefined) return undefined;
  const inPlace = assembleAt(site.address, replacement.lines);
  const fits = inPlace.length <= site.byteCount;
  const back = replacement.returns ? site.address + site.byteCount : undefined;
  const stub = fits ? new Uint8Array() : assembleAt(stubAddress, replacement.lines, back);
  const code = fits ? inPlace : jump(site.address, stubAddress);
  const after = Uint8Array.from([...code, ...nops(site.byteCount - code.length)]);
  const symbols = symbolsOf(image);
  const text = together ? "sti; hlt" : formatInstruction(original, symbols);
  const first = fits ? replacement.lines.join("; ") : `jmp ${hex(stubAddress)}`;
  return {
    site,
    original,
    before,
    after,
    stubAddress,
    stub,
    source: [`${hex(site.address)}  ${bytesText(before)}  ${text}`],
    replaced: [
      `${hex(site.address)}  ${bytesText(after)}  ${first}`,
      ...(fits ? [] : replacement.lines.map((line) => `  ${line.replaceAll("_#", "")}`)),
      ...(fits || back === undefined ? [] : [`  jmp ${hex(back)}`]),
    ],
  };
}

/** Instructions that the assembler would pad for patching: here they are what patches. */
const PLAIN_BYTES: Readonly<Record<string, string>> = {
  syscall: "db 0x0f, 0x05",
  pushfq: "db 0x9c",
  popfq: "db 0x9d",
  pushf: "db 0x66, 0x9c",
  popf: "db 0x66, 0x9d",
  wrmsr: "db 0x0f, 0x30",
};
const NAMES = Object.entries(WINDOW_NAMES).map(([name, address]) => `${name} equ ${address}`);

/** Assembles lines at an address, and a jump back to another where there is one. */
function assembleAt(address: number, lines: readonly string[], back?: number): Uint8Array {
  const plain = lines.map((line) =>
    line.replaceAll("_#", "_here").replace(/\b(\w+)$/, (word) => PLAIN_BYTES[word] ?? word),
  );
  const { segments } = assemble([...NAMES, `org ${address}`, "start:", ...plain].join("\n"));
  const code = segments.flatMap(({ bytes }) => [...bytes]);
  if (back !== undefined) code.push(...jump(address + code.length, back));
  return Uint8Array.from(code);
}

function jump(from: number, to: number): number[] {
  const distance = to - (from + JUMP_BYTES);
  return [0xe9, ...[0, 8, 16, 24].map((shift) => (distance >> shift) & 0xff)];
}

function bytesAt(image: Image, address: number, byteCount: number): Uint8Array | undefined {
  const segment = image.segments.find(
    (it) => address >= it.address && address + byteCount <= it.address + it.bytes.length,
  );
  return segment?.bytes.slice(address - segment.address, address - segment.address + byteCount);
}

function hex(value: number): string {
  return value.toString(16);
}
