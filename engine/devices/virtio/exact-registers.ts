import { meaningOf, type RegisterMeaning } from "../../registers/decode.ts";
import type { Register, RegisterTable, Registers } from "../../registers/define.ts";
import type { Region, RegionState } from "../../registers/region.ts";

/** What a device answers at one register. */
export interface ExactHandler<D> {
  /** The value of a load; absent: write-only, reads as `unknownValue`. */
  readonly read?: (device: D) => number;
  /** What a look shows, where a load has effects. */
  readonly peek?: (device: D) => number;
  /** Acts on a store of `value`; absent: read-only, stores are ignored. */
  readonly write?: (device: D, value: number) => void;
}

/** Handlers by register name; a misspelt name does not compile. */
export type ExactHandlers<T extends RegisterTable, D> = {
  readonly [N in keyof T]?: ExactHandler<D>;
};

/** How a region of exact registers answers what hits none. */
export interface ExactRegistersOptions<D> {
  readonly name: string;
  readonly byteCount: number;
  readonly device: D;
  /** What the registers are, for those who look at them. */
  readonly sheet?: Pick<RegionState, "title" | "actor" | "source">;
  /** Rises when a register may have changed other than by an access of a guest. */
  readonly version?: () => number;
  /** What loads give that hit no register's first byte, cut to the width of the load. */
  readonly unknownValue: number;
  /** Hears of accesses that hit no register's first byte, or one that may not be written. */
  readonly unknown: (offset: number, sizeBytes: number, write: boolean) => void;
}

/**
 * A region that knows registers only by their first byte and takes any width there, as QEMU's
 * virtio-pci regions do: a load is cut to its width, a store passes its value on whole. An access
 * of 8 bytes is two of 4.
 */
export class ExactRegisters<T extends RegisterTable, D> implements Region {
  readonly name: string;
  readonly byteCount: number;
  readonly registers: Registers<T>;
  readonly #options: ExactRegistersOptions<D>;
  readonly #handlers: (ExactHandler<D> | undefined)[];

  constructor(
    registers: Registers<T>,
    handlers: ExactHandlers<T, D>,
    options: ExactRegistersOptions<D>,
  ) {
    this.name = options.name;
    this.byteCount = options.byteCount;
    this.registers = registers;
    this.#options = options;
    this.#handlers = new Array(options.byteCount).fill(undefined);
    for (const [name, register] of Object.entries(registers) as [string, Register][]) {
      this.#handlers[register.offset] = handlers[name as keyof T] ?? {};
    }
  }

  nameOf(offset: number): string | undefined {
    return this.#at(offset)?.name;
  }

  meaningOf(offset: number): RegisterMeaning | undefined {
    const register = this.#at(offset);
    return register && meaningOf(register);
  }

  get state(): RegionState | undefined {
    const { sheet } = this.#options;
    if (sheet === undefined) return undefined;
    const { version } = this.#options;
    return {
      ...sheet,
      tables: [this.registers],
      peek: (offset) => this.peek(offset),
      reader: (offset) => this.readerOf(offset),
      ...(version === undefined ? {} : { version }),
    };
  }

  /** The same as `peek` for one register, found once. */
  readerOf(offset: number): () => number {
    const handler = this.#handlers[offset];
    const look = handler?.peek ?? handler?.read;
    const { device } = this.#options;
    return look === undefined ? () => 0 : () => look(device);
  }

  /** What the register at an offset holds, without any effect; 0 where none is or nothing is read. */
  peek(offset: number): number {
    const handler = this.#handlers[offset];
    return (handler?.peek ?? handler?.read)?.(this.#options.device) ?? 0;
  }

  read(offset: number, sizeBytes: number): number {
    if (sizeBytes === 8) return this.read(offset + 4, 4) * 4294967296 + this.read(offset, 4);
    const handler = this.#handlers[offset];
    if (handler?.read !== undefined) return cut(handler.read(this.#options.device), sizeBytes);
    if (handler === undefined) this.#options.unknown(offset, sizeBytes, false);
    return cut(this.#options.unknownValue, sizeBytes);
  }

  write(offset: number, sizeBytes: number, value: number): void {
    if (sizeBytes === 8) {
      this.write(offset, 4, value >>> 0);
      this.write(offset + 4, 4, Math.floor(value / 4294967296));
      return;
    }
    const handler = this.#handlers[offset];
    if (handler?.write !== undefined) handler.write(this.#options.device, value);
    else this.#options.unknown(offset, sizeBytes, true);
  }

  #at(offset: number): Register | undefined {
    return Object.values<Register>(this.registers).find((register) => register.offset === offset);
  }
}

function cut(value: number, sizeBytes: number): number {
  return sizeBytes >= 4 ? value >>> 0 : value & (sizeBytes === 1 ? 0xff : 0xffff);
}
