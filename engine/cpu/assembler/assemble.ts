import { InputError } from "../../core/input-error.ts";
import { LAYOUT, SELECTOR } from "../guest/layout.ts";
import { decodeBytes } from "../x86/decode.ts";
import { classify } from "../x86/sensitivity.ts";
import { little } from "./encode-form.ts";
import { encode } from "./encode.ts";
import { type Constant, evaluate, type Lookup } from "./expression.ts";
import {
  type Image,
  type ImageSegment,
  type InterruptHandler,
  type ListingLine,
  PATCH_BYTES,
  type PatchSite,
} from "./image.ts";
import { nops } from "./nop.ts";
import { parseOperand } from "./source-operand.ts";
import { type SourceLine, splitLine } from "./source-line.ts";

const DATA_SIZES: Readonly<Record<string, number>> = { db: 1, dw: 2, dd: 4, dq: 8 };

/** Instructions that belong together: one patch site, as Linux's `safe_halt`. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = { safe_halt: ["sti", "hlt"] };

/**
 * Assembles a source text: instructions of the subset in Intel's syntax, labels, `NAME equ VALUE`,
 * `db dw dd dq`, `resb COUNT`, `align BYTES`, `org ADDRESS`, and `handler VECTOR, LABEL[, user]`
 * for the interrupt table. The names of `LAYOUT` and `SELECTOR` are defined. Two passes: the first
 * finds the labels, the second knows them.
 * @throws InputError naming the line.
 */
export function assemble(source: string): Image {
  const lines = source.split("\n");
  const labels = new Map<string, number>();
  new Pass(lines, labels, false).run();
  const pass = new Pass(lines, labels, true);
  pass.run();
  const entry = labels.get("start");
  if (entry === undefined) throw new InputError("the source has no label start");
  const symbols = new Map<string, number>(labels);
  for (const [name, { value }] of pass.constants) symbols.set(name, Number(value));
  return {
    segments: pass.segments(),
    symbols,
    labels: new Set(labels.keys()),
    lines: pass.listing,
    patchSites: pass.patchSites,
    handlers: pass.handlers,
    entry,
  };
}

class Pass {
  readonly listing: ListingLine[] = [];
  readonly patchSites: PatchSite[] = [];
  readonly handlers: InterruptHandler[] = [];
  readonly constants = new Map<string, Constant>();
  readonly #lines: readonly string[];
  readonly #labels: Map<string, number>;
  readonly #last: boolean;
  readonly #pieces: { address: number; bytes: number[] }[] = [];
  #address: number = LAYOUT.CODE;

  constructor(lines: readonly string[], labels: Map<string, number>, last: boolean) {
    this.#lines = lines;
    this.#labels = labels;
    this.#last = last;
    for (const [name, value] of Object.entries({ ...LAYOUT, ...SELECTOR })) {
      this.constants.set(name, { value: BigInt(value), isAddress: false });
    }
  }

  run(): void {
    this.#lines.forEach((text, index) => {
      const address = this.#address;
      try {
        const bytes = this.#take(splitLine(text));
        this.listing.push({ line: index + 1, address, bytes: Uint8Array.from(bytes), text });
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        throw new InputError(`line ${index + 1}, "${text.trim()}": ${error.message}`);
      }
    });
  }

  segments(): ImageSegment[] {
    return this.#pieces
      .filter(({ bytes }) => bytes.length > 0)
      .map(({ address, bytes }) => ({ address, bytes: Uint8Array.from(bytes) }));
  }

  readonly #lookup: Lookup = (name) => {
    if (name === "$") return { value: BigInt(this.#address), isAddress: true };
    const constant = this.constants.get(name);
    if (constant !== undefined) return constant;
    const label = this.#labels.get(name);
    if (label !== undefined) return { value: BigInt(label), isAddress: true };
    // Later labels are not known in the first pass; any near address serves.
    return this.#last ? undefined : { value: BigInt(this.#address), isAddress: true };
  };

  /** @returns The bytes of the line without padding. */
  #take(line: SourceLine): readonly number[] {
    if (line.equals !== undefined) {
      this.constants.set(line.label ?? "", evaluate(line.equals, this.#lookup));
      return [];
    }
    if (line.label !== undefined) this.#define(line.label);
    const size = DATA_SIZES[line.word];
    if (size !== undefined) return this.#emit(line.operands.flatMap((it) => this.#data(it, size)));
    switch (line.word) {
      case "":
        return [];
      case "org":
        this.#address = this.#number(line.operands[0]);
        this.#pieces.push({ address: this.#address, bytes: [] });
        return [];
      case "resb":
        return this.#emit(Array.from({ length: this.#number(line.operands[0]) }, () => 0));
      case "align":
        this.#emit(nops(-this.#address & (this.#number(line.operands[0]) - 1)));
        return [];
      case "handler":
        this.#handler(line.operands);
        return [];
      default:
        return this.#instruction(line);
    }
  }

  #define(name: string): void {
    if (this.#last) return;
    if (this.#labels.has(name) || this.constants.has(name)) {
      throw new InputError(`${name} is defined twice`);
    }
    this.#labels.set(name, this.#address);
  }

  #number(text = ""): number {
    return Number(evaluate(text, this.#lookup).value);
  }

  #data(text: string, size: number): number[] {
    const [, string] = /^"([^"]*)"$/.exec(text) ?? [];
    if (string !== undefined) return Array.from(string, (letter) => letter.charCodeAt(0) & 0xff);
    return little(evaluate(text, this.#lookup).value, size);
  }

  #handler([vector = "", label = "", user]: readonly string[]): void {
    const address = this.#number(label);
    this.handlers.push({ vector: this.#number(vector), address, user: user === "user" });
  }

  #instruction(line: SourceLine): readonly number[] {
    const names = TOGETHER[line.word] ?? [line.word];
    const bytes: number[] = [];
    let sensitive = false;
    for (const mnemonic of names) {
      const operands = line.operands.map((text) => parseOperand(text, this.#lookup));
      const address = this.#address + bytes.length;
      const code = encode({ mnemonic, prefixes: line.prefixes, operands, address });
      sensitive ||= classify(decodeBytes(code, BigInt(address))).kind !== "none";
      bytes.push(...code);
    }
    const site = { address: this.#address, instructionBytes: bytes.length };
    this.#emit(bytes);
    if (sensitive) {
      const padding = nops(Math.max(0, PATCH_BYTES - bytes.length));
      this.#emit(padding);
      this.patchSites.push({ ...site, byteCount: bytes.length + padding.length });
    }
    return bytes;
  }

  #emit(bytes: readonly number[]): readonly number[] {
    if (this.#pieces.length === 0) this.#pieces.push({ address: this.#address, bytes: [] });
    this.#pieces.at(-1)?.bytes.push(...bytes);
    this.#address += bytes.length;
    return bytes;
  }
}
