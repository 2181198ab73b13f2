import { assert } from "../core/assert.ts";
import type { CellStorage } from "../history/cell-scan.ts";
import { meaningOf, type RegisterMeaning } from "./decode.ts";
import { lowBytes, type Register, type RegisterTable, type Registers } from "./define.ts";
import type { Region, RegionState } from "./region.ts";

/** What a device does besides storing, at one register. */
export interface Handler<D> {
  /**
   * What a look at the register shows, where that is not what storage holds; without effects.
   */
  readonly peek?: (device: D, stored: number, bank: number) => number;
  /** Computes what a read returns; `stored` is the value in storage. Called before clear-on-read. */
  readonly read?: (device: D, stored: number, bank: number) => number;
  /** Replaces the storage rule of a write: gets the old value and the guest's, returns the new. */
  readonly write?: (device: D, before: number, written: number, bank: number) => number;
  /** Acts after a guest's write; `after` and `before` are the stored values. */
  readonly wrote?: (device: D, after: number, before: number, bank: number) => void;
}

/** Handlers by register name; a misspelt name does not compile. */
export type Handlers<T extends RegisterTable, D> = { readonly [N in keyof T]?: Handler<D> };

/** What a register file tells its device about accesses that hit nothing. */
export interface RegisterFileOptions<D> {
  readonly name: string;
  /** Size of the region in bytes; offsets wrap or fall outside by the bus, not here. */
  readonly byteCount: number;
  readonly device: D;
  /** Reads the registers do not answer: default 0. Sizes and offsets as the guest used them. */
  readonly unknownRead?: (offset: number, sizeBytes: number) => number;
  /** What the registers are, for those who look at them. */
  readonly sheet?: Pick<RegionState, "title" | "actor" | "source">;
  /** Writes that hit no register. */
  readonly unknownWrite?: (offset: number, sizeBytes: number, value: number) => void;
}

/**
 * A region made of registers: storage, access rules, handlers. An access of a register's own width
 * at its own offset takes the fast path; narrower, wider or straddling accesses are served byte by
 * byte from the registers they touch, each handler called once.
 */
export class RegisterFile<T extends RegisterTable, D> implements Region {
  readonly name: string;
  readonly byteCount: number;
  readonly registers: Registers<T>;
  readonly #values: Float64Array;
  /** Rises with every store. */
  #version = 0;
  readonly #versionOf = (): number => this.#version;
  readonly #slot: Int16Array;
  readonly #register: Register[] = [];
  readonly #bank: number[] = [];
  readonly #handlers: (Handler<D> | undefined)[] = [];
  readonly #options: RegisterFileOptions<D>;

  constructor(registers: Registers<T>, handlers: Handlers<T, D>, options: RegisterFileOptions<D>) {
    this.registers = registers;
    this.name = options.name;
    this.byteCount = options.byteCount;
    this.#options = options;
    this.#slot = new Int16Array(options.byteCount).fill(-1);
    for (const [name, register] of Object.entries(registers) as [string, Register][]) {
      const count = register.banks?.count ?? 1;
      for (let bank = 0; bank < count; bank++) {
        const offset = register.offset + bank * (register.banks?.stride ?? 0);
        assert(offset + register.bytes <= options.byteCount, `${name} lies outside ${this.name}`);
        const slot = this.#register.length;
        assert(slot === register.index + bank, `${name} has its table's index`);
        this.#slot.fill(slot, offset, offset + register.bytes);
        this.#register.push(register);
        this.#bank.push(bank);
        this.#handlers.push(handlers[name as keyof T]);
      }
    }
    this.#values = new Float64Array(this.#register.length);
    this.reset();
  }

  /** Puts every register to its reset value; handlers are not called. */
  reset(): void {
    this.#version++;
    for (let i = 0; i < this.#values.length; i++) {
      this.#values[i] = (this.#register[i] as Register).reset ?? 0;
    }
  }

  nameOf(offset: number): string | undefined {
    const slot = this.#slot[offset] ?? -1;
    if (slot < 0) return undefined;
    const register = this.#register[slot] as Register;
    return register.banks === undefined ? register.name : `${register.name}[${this.#bank[slot]}]`;
  }

  meaningOf(offset: number): RegisterMeaning | undefined {
    const register = this.#register[this.#slot[offset] ?? -1];
    return register && meaningOf(register);
  }

  /** The registers for a look; undefined where nobody said what they are. */
  get state(): RegionState | undefined {
    const { sheet } = this.#options;
    if (sheet === undefined) return undefined;
    return {
      ...sheet,
      tables: [this.registers],
      peek: (offset) => this.peek(offset),
      storage: (offset) => this.#storageOf(offset),
      reader: (offset) => this.#readerOf(offset),
    };
  }

  /** What the register at an offset holds, without any effect; 0 where there is none. */
  peek(offset: number): number {
    const slot = this.#slot[offset] ?? -1;
    if (slot < 0) return 0;
    const stored = this.#values[slot] as number;
    const peek = this.#handlers[slot]?.peek;
    return peek === undefined
      ? stored
      : peek(this.#options.device, stored, this.#bank[slot] as number);
  }

  /** The stored value of a register, unsigned. */
  get(register: Register, bank = 0): number {
    return this.#values[register.index + bank] as number;
  }

  /** Stores a value as the device, past all access rules. */
  set(register: Register, value: number, bank = 0): void {
    this.#version++;
    this.#values[register.index + bank] = lowBytes(value, register.bytes);
  }

  /** A guest's read. */
  read(offset: number, sizeBytes: number): number {
    const slot = offset < this.byteCount ? (this.#slot[offset] as number) : -1;
    if (slot >= 0) {
      const register = this.#register[slot] as Register;
      if (register.bytes === sizeBytes && this.#offsetOf(slot) === offset) {
        return this.#readSlot(slot, register);
      }
    }
    return this.#readParts(offset, sizeBytes);
  }

  /** A guest's write. */
  write(offset: number, sizeBytes: number, value: number): void {
    const slot = offset < this.byteCount ? (this.#slot[offset] as number) : -1;
    if (slot >= 0) {
      const register = this.#register[slot] as Register;
      if (register.bytes === sizeBytes && this.#offsetOf(slot) === offset) {
        this.#writeSlot(slot, register, lowBytes(value, sizeBytes));
        return;
      }
    }
    this.#writeParts(offset, sizeBytes, value);
  }

  #storageOf(offset: number): CellStorage | undefined {
    const index = this.#slot[offset] ?? -1;
    const isStored = index >= 0 && this.#handlers[index]?.peek === undefined;
    return isStored ? { array: this.#values, index, version: this.#versionOf } : undefined;
  }

  #readerOf(offset: number): () => number {
    const slot = this.#slot[offset] ?? -1;
    const peek = this.#handlers[slot]?.peek;
    if (peek === undefined) return () => this.peek(offset);
    const { device } = this.#options;
    const bank = this.#bank[slot] as number;
    return () => peek(device, this.#values[slot] as number, bank);
  }

  #offsetOf(slot: number): number {
    const register = this.#register[slot] as Register;
    const bank = this.#bank[slot] as number;
    return bank === 0 ? register.offset : register.offset + bank * (register.banks?.stride ?? 0);
  }

  #readSlot(slot: number, register: Register): number {
    const stored = this.#values[slot] as number;
    const handler = this.#handlers[slot];
    const value =
      handler?.read !== undefined
        ? handler.read(this.#options.device, stored, this.#bank[slot] as number)
        : register.access === "wo"
          ? 0
          : stored;
    if (register.access === "rc") {
      this.#version++;
      this.#values[slot] = 0;
    }
    return value;
  }

  #writeSlot(slot: number, register: Register, written: number): void {
    const before = this.#values[slot] as number;
    const handler = this.#handlers[slot];
    const bank = this.#bank[slot] as number;
    const device = this.#options.device;
    let after: number;
    if (handler?.write !== undefined) after = handler.write(device, before, written, bank);
    else if (register.access === "ro" || register.access === "rc") after = before;
    else if (register.access === "w1c") after = (before & ~written) >>> 0;
    else after = written;
    const fixed = register.readOnlyMask;
    if (fixed !== undefined) after = ((after & ~fixed) | (before & fixed)) >>> 0;
    this.#version++;
    this.#values[slot] = after;
    if (handler?.wrote !== undefined) handler.wrote(device, after, before, bank);
  }

  #readParts(offset: number, sizeBytes: number): number {
    let value = 0;
    let hit = false;
    let last = -1;
    let lastValue = 0;
    for (let i = 0; i < sizeBytes; i++) {
      const slot = offset + i < this.byteCount ? (this.#slot[offset + i] as number) : -1;
      if (slot < 0) continue;
      hit = true;
      if (slot !== last) {
        last = slot;
        lastValue = this.#readSlot(slot, this.#register[slot] as Register);
      }
      const shift = offset + i - this.#offsetOf(slot);
      value += (Math.floor(lastValue / 256 ** shift) % 256) * 256 ** i;
    }
    return hit ? value : (this.#options.unknownRead?.(offset, sizeBytes) ?? 0);
  }

  #writeParts(offset: number, sizeBytes: number, value: number): void {
    let hit = false;
    for (let i = 0; i < sizeBytes; ) {
      const slot = offset + i < this.byteCount ? (this.#slot[offset + i] as number) : -1;
      if (slot < 0) {
        i++;
        continue;
      }
      hit = true;
      const register = this.#register[slot] as Register;
      const start = this.#offsetOf(slot);
      // Bytes of the register that this access does not cover keep their value (0 for w1c).
      let merged = register.access === "w1c" ? 0 : (this.#values[slot] as number);
      for (; i < sizeBytes && offset + i < start + register.bytes; i++) {
        const place = 256 ** (offset + i - start);
        const old = Math.floor(merged / place) % 256;
        merged += ((Math.floor(value / 256 ** i) % 256) - old) * place;
      }
      this.#writeSlot(slot, register, merged);
    }
    if (!hit) this.#options.unknownWrite?.(offset, sizeBytes, value);
  }
}
