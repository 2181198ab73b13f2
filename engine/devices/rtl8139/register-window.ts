import type { RegisterMeaning } from "../../registers/decode.ts";
import type { Region, RegionState } from "../../registers/region.ts";
import type { AnsweredWidths } from "./answered-widths.ts";

/** What the window knows of the chip behind it. */
export interface WindowOwner {
  /** Whether the chip is in C+ mode, where some offsets have other names. */
  readonly cPlus: boolean;
  /** An access hit what the chip does not answer. */
  unanswered(offset: number, sizeBytes: number): void;
}

const CPLUS_NAMES: ReadonlyMap<number, string> = new Map([
  [0x10, "DTCCR.lo"],
  [0x14, "DTCCR.hi"],
  [0x20, "TNPDS.lo"],
  [0x24, "TNPDS.hi"],
  [0x28, "THPDS.lo"],
  [0x2c, "THPDS.hi"],
  [0xe4, "RDSAR.lo"],
  [0xe8, "RDSAR.hi"],
]);

/**
 * The 256 bytes of registers as the bus sees them, in front of the register file: an access whose
 * width the register does not answer falls apart into bytes, bytes that nobody answers read 0 and
 * vanish on writes, a misaligned access is refused. hw/net/rtl8139.c, rtl8139_io_readl; the rule
 * on alignment is the memory core's.
 */
export class RegisterWindow implements Region {
  readonly name = "rtl8139";
  readonly byteCount = 0x100;
  readonly #file: Region;
  readonly #owner: WindowOwner;
  readonly #reads = new Uint8Array(0x100);
  readonly #writes = new Uint8Array(0x100);

  constructor(file: Region, widths: readonly AnsweredWidths[], owner: WindowOwner) {
    this.#file = file;
    this.#owner = owner;
    for (const range of widths) {
      this.#reads.fill(range.read, range.offset, range.offset + range.byteCount);
      this.#writes.fill(range.write, range.offset, range.offset + range.byteCount);
    }
  }

  nameOf(offset: number): string | undefined {
    const cPlusName = this.#owner.cPlus ? CPLUS_NAMES.get(offset) : undefined;
    // Registers of a bank are TSD0 to TSD3 in the datasheet.
    return cPlusName ?? this.#file.nameOf?.(offset)?.replace(/0?\[(\d)\]$/, "$1");
  }

  meaningOf(offset: number): RegisterMeaning | undefined {
    return this.#file.meaningOf?.(offset);
  }

  get state(): RegionState | undefined {
    return this.#file.state;
  }

  read(offset: number, sizeBytes: number): number {
    if (((this.#reads[offset] as number) & sizeBytes) !== 0 && (offset & (sizeBytes - 1)) === 0) {
      return this.#file.read(offset, sizeBytes);
    }
    if (sizeBytes === 8) return this.read(offset, 4) + this.read(offset + 4, 4) * 4294967296;
    let value = 0;
    let answered = (offset & (sizeBytes - 1)) === 0;
    for (let i = 0; answered && i < sizeBytes; i++) {
      if (((this.#reads[offset + i] as number) & 1) === 0) answered = false;
      else value += this.#file.read(offset + i, 1) * 256 ** i;
    }
    if (!answered) this.#owner.unanswered(offset, sizeBytes);
    return value;
  }

  write(offset: number, sizeBytes: number, value: number): void {
    if (((this.#writes[offset] as number) & sizeBytes) !== 0 && (offset & (sizeBytes - 1)) === 0) {
      this.#file.write(offset, sizeBytes, value);
      return;
    }
    if (sizeBytes === 8) {
      this.write(offset, 4, value % 4294967296);
      this.write(offset + 4, 4, Math.floor(value / 4294967296));
      return;
    }
    const aligned = (offset & (sizeBytes - 1)) === 0;
    let answered = aligned;
    for (let i = 0; aligned && i < sizeBytes; i++) {
      if (((this.#writes[offset + i] as number) & 1) === 0) answered = false;
      else this.#file.write(offset + i, 1, (value >>> (8 * i)) & 0xff);
    }
    if (!answered) this.#owner.unanswered(offset, sizeBytes);
  }
}
