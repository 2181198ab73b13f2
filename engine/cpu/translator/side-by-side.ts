import type { TranslatedBlock } from "../mode.ts";
import { decodeBytes } from "../x86/decode.ts";
import { formatInstruction, type SymbolOf } from "../x86/format.ts";
import { bytesText, type Instruction } from "../x86/instruction.ts";
import type { Fragment, FragmentExit, TranslatedInstruction } from "./fragment.ts";
import { VCPU, VCPU_PAGE, VMM_ENTRY } from "./vmm-region.ts";

/** Eleven bytes: a store of 32 bits to an absolute address. */
const BYTES_WIDTH = 32;
const SOURCE_BYTES_WIDTH = 23;

/**
 * A fragment with its source: the lines of one instruction and of its translation begin at the same
 * index, shorter ones are filled up with empty lines. Jumps are shown as chaining left them.
 * @param code Its bytes as they stand in the cache now.
 * @param symbolOf Names of the guest's addresses.
 */
export function blockOf(
  fragment: Fragment,
  code: Uint8Array,
  symbolOf: SymbolOf = () => undefined,
): TranslatedBlock {
  const named = namesOf(fragment, symbolOf);
  const source: string[] = [];
  const translated: string[] = [];
  for (const part of fragment.instructions) {
    const lines = linesOf(fragment, code, part.offset, part.offset + part.byteCount, named);
    const text = instructionText(part.instruction, symbolOf, SOURCE_BYTES_WIDTH);
    source.push(`${text}  ; ${part.kind}`);
    translated.push(...lines);
    pad(source, translated);
  }
  for (const exit of fragment.exits) {
    source.push(`  ; exit to ${symbolOf(exit.target) ?? hex(exit.target)}, ${stateOf(exit)}`);
    translated.push(...linesOf(fragment, code, exit.stubAt, exit.stubAt + STUB_BYTES, named));
    pad(source, translated);
  }
  return {
    address: fragment.guestAddress,
    byteCount: fragment.guestByteCount,
    source,
    translated,
    executions: fragment.enteredCount,
  };
}

/** Blocks as text in two columns: the guest's code on the left, the translation on the right. */
export function blocksToText(blocks: readonly TranslatedBlock[]): string {
  const width = Math.max(0, ...blocks.flatMap(({ source }) => source.map((it) => it.length)));
  return blocks
    .map((block) => {
      const times = `${block.executions} ${block.executions === 1 ? "execution" : "executions"}`;
      const title = `block ${hex(block.address)}, ${block.byteCount} bytes, ${times}`;
      const rows = block.source.map((left, row) =>
        `${left.padEnd(width)}  ${block.translated[row] ?? ""}`.trimEnd(),
      );
      return `${title}\n${rows.join("\n")}\n`;
    })
    .join("\n");
}

/** `mov dword [exit], n` and `jmp dispatch`. */
const STUB_BYTES = 16;

function stateOf({ chained }: FragmentExit): string {
  return chained === undefined ? "not chained" : `chained to ${hex(chained.cacheAddress)}`;
}

function pad(source: string[], translated: string[]): void {
  while (source.length < translated.length) source.push("");
  while (translated.length < source.length) translated.push("");
}

function linesOf(
  fragment: Fragment,
  code: Uint8Array,
  from: number,
  to: number,
  symbolOf: SymbolOf,
): string[] {
  const lines: string[] = [];
  for (let at = from; at < to; ) {
    const instruction = decodeBytes(code, fragment.cacheAddress, at);
    lines.push(instructionText(instruction, symbolOf, BYTES_WIDTH));
    at += instruction.length;
  }
  return lines;
}

function instructionText(instruction: Instruction, symbolOf: SymbolOf, width: number): string {
  const bytes = bytesText(instruction.bytes).padEnd(width);
  return `${hex(instruction.address)}  ${bytes}  ${formatInstruction(instruction, symbolOf)}`;
}

/** Names of the VMM's addresses that a fragment may mention, and of what it is chained to. */
function namesOf(fragment: Fragment, guest: SymbolOf): SymbolOf {
  const names = new Map(VMM_NAMES);
  for (const { number, stubAt, target } of fragment.exits) {
    const where = guest(target) ?? hex(target);
    names.set(fragment.cacheAddress + BigInt(stubAt), `exit ${number}: ${where}`);
  }
  for (const { chained } of fragment.exits) {
    if (chained === undefined) continue;
    const where = guest(chained.guestAddress) ?? hex(chained.guestAddress);
    names.set(chained.cacheAddress, `translation of ${where}`);
  }
  return (address) => names.get(address) ?? guest(address);
}

const VMM_NAMES: ReadonlyMap<bigint, string> = new Map([
  ...Object.entries(VMM_ENTRY).map(([name, at]): [bigint, string] => [at, `VMM ${name}`]),
  ...Object.entries(VCPU)
    .filter(([name]) => name !== "stackTop")
    .map(([name, at]): [bigint, string] => [VCPU_PAGE + BigInt(at), `vcpu.${name}`]),
  [VCPU_PAGE + BigInt(VCPU.interruptFlag + 1), "vcpu.interruptFlag + 1"],
]);

/** How many instructions of a fragment became what. */
export function kindCounts(
  fragments: readonly Fragment[],
): Readonly<Record<TranslatedInstruction["kind"], number>> {
  const counts = { identical: 0, relocated: 0, controlFlow: 0, inline: 0, callout: 0 };
  for (const { instructions } of fragments) for (const { kind } of instructions) counts[kind]++;
  return counts;
}

function hex(value: bigint): string {
  return value.toString(16);
}
