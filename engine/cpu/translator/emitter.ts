import { assert } from "../../core/assert.ts";

/**
 * Writes machine code byte by byte into a buffer whose first byte will lie at `base`. It knows the
 * few instructions that a translator makes itself; they leave the flags alone.
 */
export class Emitter {
  /** Linear address of the first byte. */
  readonly base: bigint;
  readonly #bytes: number[] = [];

  constructor(base: bigint) {
    this.base = base;
  }

  /** Number of bytes so far. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Linear address of the next byte. */
  get address(): bigint {
    return BigInt.asUintN(64, this.base + BigInt(this.#bytes.length));
  }

  /** What was written. */
  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  /** Bytes as they are. */
  put(...bytes: readonly number[]): void {
    this.#bytes.push(...bytes);
  }

  /** Bytes as they are. */
  copy(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  /** A 32-bit number, little-endian. */
  put32(value: number): void {
    this.put(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff);
  }

  /** `jmp rel32`. @returns Offset of the displacement, for `patch32`. */
  jump(target: bigint): number {
    this.put(0xe9);
    return this.#displacement(target);
  }

  /** `jcc rel32`. @param condition 0 to 15. */
  jumpIf(condition: number, target: bigint): number {
    this.put(0x0f, 0x80 + condition);
    return this.#displacement(target);
  }

  /** `mov byte [disp32], imm8`. */
  storeByte(field: number, value: number): void {
    this.put(0xc6, 0x04, 0x25);
    this.put32(field);
    this.put(value);
  }

  /** `mov dword [disp32], imm32`. */
  storeDword(field: number, value: number): void {
    this.put(0xc7, 0x04, 0x25);
    this.put32(field);
    this.put32(value);
  }

  /** `mov [disp32], r64`. @param register 0 to 7. */
  save(register: number, field: number): void {
    this.put(0x48, 0x89, 0x04 | (register << 3), 0x25);
    this.put32(field);
  }

  /** `mov r64, [disp32]`. @param register 0 to 7. */
  restore(register: number, field: number): void {
    this.put(0x48, 0x8b, 0x04 | (register << 3), 0x25);
    this.put32(field);
  }

  /** Takes back what was written behind an offset. */
  truncate(length: number): void {
    this.#bytes.length = length;
  }

  /** Replaces a 32-bit number at an offset. */
  patch32(at: number, value: number): void {
    for (let byte = 0; byte < 4; byte++) this.#bytes[at + byte] = (value >>> (8 * byte)) & 0xff;
  }

  /** Pushes a 64-bit constant without a register and without flags. */
  push(value: bigint): void {
    this.put(0x68);
    this.put32(Number(BigInt.asIntN(32, value)));
    if (BigInt.asUintN(64, BigInt.asIntN(32, value)) === value) return;
    // mov dword [rsp+4], imm32: PUSH has sign-extended its 32 bits.
    this.put(0xc7, 0x44, 0x24, 0x04);
    this.put32(Number(BigInt.asIntN(32, value >> 32n)));
  }

  #displacement(target: bigint): number {
    const at = this.length;
    this.put32(displacement32(this.address + 4n, target));
    return at;
  }
}

/** The 32-bit displacement from the address behind a jump to its target. */
export function displacement32(from: bigint, target: bigint): number {
  const distance = BigInt.asIntN(64, target - from);
  assert(
    BigInt.asIntN(32, distance) === distance,
    `a jump from ${from.toString(16)} reaches ${target.toString(16)}`,
  );
  return Number(distance);
}
