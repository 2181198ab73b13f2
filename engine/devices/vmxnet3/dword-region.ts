import type { RegisterMeaning } from "../../registers/decode.ts";
import type { Region, RegionState } from "../../registers/region.ts";

/**
 * A region whose registers are 4 bytes wide and are only ever reached so: a narrower access acts
 * on the whole register with the value as it is, a wider one is two accesses, an unaligned one is
 * refused. Source: QEMU 10.0, hw/net/vmxnet3.c, b0_ops and b1_ops (`impl` 4 to 4).
 */
export class DwordRegion implements Region {
  readonly name: string;
  readonly byteCount: number;
  readonly #registers: Region;
  readonly #granuleBytes: number;
  readonly #refused: (offset: number, sizeBytes: number) => void;

  /**
   * @param granuleBytes Offsets within this many bytes (a power of two) mean the same register.
   * @param refused Hears of unaligned accesses.
   */
  constructor(
    registers: Region,
    granuleBytes: number,
    refused: (offset: number, sizeBytes: number) => void,
  ) {
    this.name = registers.name;
    this.byteCount = registers.byteCount;
    this.#registers = registers;
    this.#granuleBytes = granuleBytes;
    this.#refused = refused;
  }

  read(offset: number, sizeBytes: number): number {
    if (!this.#aligned(offset, sizeBytes)) return 0;
    const low = this.#registers.read(this.#granule(offset), 4);
    if (sizeBytes === 4) return low;
    if (sizeBytes < 4) return low % 256 ** sizeBytes;
    return low + this.#registers.read(this.#granule(offset + 4), 4) * 4294967296;
  }

  get state(): RegionState | undefined {
    return this.#registers.state;
  }

  nameOf(offset: number): string | undefined {
    return this.#registers.nameOf?.(offset);
  }

  meaningOf(offset: number): RegisterMeaning | undefined {
    return this.#registers.meaningOf?.(offset);
  }

  write(offset: number, sizeBytes: number, value: number): void {
    if (!this.#aligned(offset, sizeBytes)) return;
    this.#registers.write(this.#granule(offset), 4, value % 4294967296);
    if (sizeBytes <= 4) return;
    this.#registers.write(this.#granule(offset + 4), 4, Math.floor(value / 4294967296));
  }

  #granule(offset: number): number {
    return offset - (offset % this.#granuleBytes);
  }

  #aligned(offset: number, sizeBytes: number): boolean {
    if (offset % sizeBytes === 0) return true;
    this.#refused(offset, sizeBytes);
    return false;
  }
}
