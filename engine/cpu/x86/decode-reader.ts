import { OpcodeError, type OpcodeErrorReason } from "./opcode-error.ts";

const LONGEST_BYTES = 15;

/** Reads an instruction's bytes in order and keeps what its prefixes said. */
export class DecodeReader {
  readonly address: bigint;
  /** Bytes read so far. */
  length = 0;
  lock = false;
  repeat: "none" | "rep" | "repne" = "none";
  /** The prefix 66. */
  operand16 = false;
  addressBytes: 4 | 8 = 8;
  segment: "fs" | "gs" | "none" = "none";
  /** One byte, or 0f in the high byte and the second byte in the low one. */
  opcode = 0;
  /** Whether there is a REX prefix: 8-bit registers 4 to 7 are SPL to DIL. */
  rex = false;
  wide = false;
  regExtended = false;
  indexExtended = false;
  baseExtended = false;
  readonly #code: (offset: number) => number | undefined;
  readonly #bytes = new Uint8Array(LONGEST_BYTES);
  #modrm = -1;

  constructor(code: (offset: number) => number | undefined, address: bigint) {
    this.#code = code;
    this.address = address;
  }

  /** Reads prefixes and opcode. A REX prefix counts only directly before the opcode. */
  readPrefixes(): void {
    let byte = this.next();
    let rex = 0;
    while (this.#takePrefix(byte) || (byte & 0xf0) === 0x40) {
      rex = (byte & 0xf0) === 0x40 ? byte : 0;
      byte = this.next();
    }
    this.rex = rex !== 0;
    this.wide = (rex & 8) !== 0;
    this.regExtended = (rex & 4) !== 0;
    this.indexExtended = (rex & 2) !== 0;
    this.baseExtended = (rex & 1) !== 0;
    this.opcode = byte === 0x0f ? 0x0f00 | this.next() : byte;
  }

  #takePrefix(byte: number): boolean {
    if (byte === 0xf0) this.lock = true;
    else if (byte === 0xf2) this.repeat = "repne";
    else if (byte === 0xf3) this.repeat = "rep";
    else if (byte === 0x66) this.operand16 = true;
    else if (byte === 0x67) this.addressBytes = 4;
    else if (byte === 0x64) this.segment = "fs";
    else if (byte === 0x65) this.segment = "gs";
    // ES, CS, SS and DS overrides change nothing in 64-bit mode.
    else return byte === 0x26 || byte === 0x2e || byte === 0x36 || byte === 0x3e;
    return true;
  }

  /** The ModRM byte; read where it is first asked for, behind the opcode. */
  get modrm(): number {
    if (this.#modrm < 0) this.#modrm = this.next();
    return this.#modrm;
  }

  /** The next byte. */
  next(): number {
    if (this.length === LONGEST_BYTES) return this.#throw("is longer than 15 bytes");
    const byte = this.#code(this.length);
    if (byte === undefined) return this.#throw("ends too early");
    this.#bytes[this.length++] = byte;
    return byte;
  }

  /** A little-endian constant of 1 to 8 bytes, sign-extended. */
  signed(byteCount: number): bigint {
    let value = 0n;
    for (let i = 0; i < byteCount; i++) value |= BigInt(this.next()) << BigInt(8 * i);
    return BigInt.asIntN(8 * byteCount, value);
  }

  /** The bytes read so far. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  /** @throws OpcodeError always: outside the subset, or (`invalid`) no instruction at all. */
  refuse(invalid = false): never {
    return this.#throw(
      invalid ? "is not an instruction in 64-bit mode" : "is not in the supported subset",
    );
  }

  #throw(reason: OpcodeErrorReason): never {
    throw new OpcodeError(this.address, this.bytes(), reason);
  }
}
