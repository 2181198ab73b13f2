import { assert } from "../../core/assert.ts";
import type { OperandBytes } from "../x86/instruction.ts";

/** Physical address of the VMM's own memory: far above any guest's. */
export const VMM_PHYSICAL = 2 ** 40;

const PAGE_BYTES = 4096;

/** Host-physical memory of the VMM: the virtual CPU's page, the translation cache, shadow tables. */
export class VmmMemory {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView<ArrayBuffer>;
  #next = 0;

  /** @param byteCount A multiple of 4096. */
  constructor(byteCount: number) {
    this.bytes = new Uint8Array(byteCount);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Whether a physical address lies in here. */
  contains(physical: number): boolean {
    return physical >= VMM_PHYSICAL && physical < VMM_PHYSICAL + this.bytes.length;
  }

  /** Pages that are still free. */
  get freePageCount(): number {
    return (this.bytes.length - this.#next) / PAGE_BYTES;
  }

  /** Takes zeroed pages that follow each other. @returns Their physical address. */
  allocatePages(count: number): number {
    const at = this.#next;
    this.#next += count * PAGE_BYTES;
    assert(this.#next <= this.bytes.length, `the VMM has ${count} pages left`);
    this.bytes.fill(0, at, this.#next);
    return VMM_PHYSICAL + at;
  }

  /** Position up to which pages are taken, for `release`. */
  mark(): number {
    return this.#next;
  }

  /** Gives back all pages that were taken since `mark`. */
  release(mark: number): void {
    this.#next = mark;
  }

  read(physical: number, byteCount: OperandBytes): bigint {
    const at = physical - VMM_PHYSICAL;
    if (byteCount === 8) return this.#view.getBigUint64(at, true);
    if (byteCount === 4) return BigInt(this.#view.getUint32(at, true));
    if (byteCount === 2) return BigInt(this.#view.getUint16(at, true));
    return BigInt(this.#view.getUint8(at));
  }

  write(physical: number, byteCount: OperandBytes, value: bigint): void {
    const at = physical - VMM_PHYSICAL;
    if (byteCount === 8) this.#view.setBigUint64(at, value, true);
    else if (byteCount === 4) this.#view.setUint32(at, Number(value), true);
    else if (byteCount === 2) this.#view.setUint16(at, Number(value), true);
    else this.#view.setUint8(at, Number(value));
  }
}
