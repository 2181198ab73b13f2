import type { Hooks } from "./hooks.ts";
import type { OperandBytes } from "./instruction.ts";
import type { Access } from "./paging.ts";
import type { Platform } from "./platform.ts";

const PAGE_BYTES = 4096;

/** Loads and stores by linear address, translated by the hooks; an access may cross a page. */
export class LinearMemory {
  readonly #platform: Platform;
  readonly #hooks: Hooks;

  constructor(platform: Platform, hooks: Hooks) {
    this.#platform = platform;
    this.#hooks = hooks;
  }

  /** Reads an unsigned value. `system`: with the rights of CPL 0. */
  load(linear: bigint, byteCount: OperandBytes, system = false): bigint {
    if (!crosses(linear, byteCount)) {
      return this.#platform.read(this.#translate(linear, "read", system), byteCount);
    }
    let value = 0n;
    this.#eachByte(linear, byteCount, "read", system).forEach((physical, index) => {
      value |= this.#platform.read(physical, 1) << BigInt(8 * index);
    });
    return value;
  }

  /** Writes the low bytes of a value. Nothing is written if a part of it faults. */
  store(linear: bigint, byteCount: OperandBytes, value: bigint, system = false): void {
    const stored = BigInt.asUintN(8 * byteCount, value);
    if (!crosses(linear, byteCount)) {
      this.#platform.write(this.#translate(linear, "write", system), byteCount, stored);
      return;
    }
    this.#eachByte(linear, byteCount, "write", system).forEach((physical, index) => {
      this.#platform.write(physical, 1, (stored >> BigInt(8 * index)) & 0xffn);
    });
  }

  /** Faults as a store would, and stores nothing: for read-modify-write. */
  probeStore(linear: bigint, byteCount: OperandBytes): void {
    this.#translate(linear, "write", false);
    if (crosses(linear, byteCount)) {
      this.#translate(linear + BigInt(byteCount - 1), "write", false);
    }
  }

  /**
   * Reads code from `rip` on, byte by byte as the decoder asks: one translation for each page, as
   * an instruction is fetched at once.
   */
  code(rip: bigint): (offset: number) => number {
    let page = -1n;
    let physicalPage = 0;
    return (offset) => {
      const linear = BigInt.asUintN(64, rip + BigInt(offset));
      const inPage = Number(linear & 0xfffn);
      if (linear >> 12n !== page) {
        physicalPage = this.#translate(linear, "fetch", false) - inPage;
        page = linear >> 12n;
      }
      return Number(this.#platform.read(physicalPage + inPage, 1));
    };
  }

  #translate(linear: bigint, access: Access, system: boolean): number {
    return this.#hooks.translate(BigInt.asUintN(64, linear), access, system);
  }

  #eachByte(linear: bigint, byteCount: number, access: Access, system: boolean): number[] {
    const physical: number[] = [];
    for (let i = 0; i < byteCount; i++) {
      physical.push(this.#translate(linear + BigInt(i), access, system));
    }
    return physical;
  }
}

function crosses(linear: bigint, byteCount: number): boolean {
  return Number(linear & 0xfffn) + byteCount > PAGE_BYTES;
}
