import type { CellStorage } from "../history/cell-scan.ts";
import type { Machine } from "../machine.ts";
import type { Region } from "../registers/region.ts";
import type { ConfigSpace } from "./config-space.ts";

const ENTRY_BYTES = 16;
const MASKED = 1;
const ENABLE = 0x8000;
const FUNCTION_MASK = 0x4000;
const MESSAGE_CONTROL = 2;

/** Where a function's MSI-X structures lie. */
export interface MsixOptions {
  /** Number of table entries, 1 to 2,048. */
  readonly vectorCount: number;
  /** Offset of the capability in configuration space. */
  readonly capabilityOffset: number;
  /** BAR number and offset of the table, as the capability's Table Offset/BIR says. */
  readonly table: { readonly bar: number; readonly offset: number };
  readonly pba: { readonly bar: number; readonly offset: number };
  /** Region name: `msix-table`, `msix-table(pf)` … */
  readonly regionName?: string;
  /** Prefix of vector names in the trace: "" gives `vec0`, "vf." gives `vf.vec0`. */
  readonly vectorPrefix?: string;
  /** Who sends the messages. */
  readonly actor: number;
}

/**
 * MSI-X of one function: capability, table, pending bits. A masked vector that fires is pending
 * and is sent when it is unmasked. PCI Local Bus 3.0, 6.8.2 "MSI-X Capability and Table Structures".
 */
export class Msix implements Region {
  readonly name: string;
  readonly byteCount: number;
  readonly vectorCount: number;
  readonly #machine: Machine;
  readonly #config: ConfigSpace;
  readonly #options: MsixOptions;
  readonly #table: Uint32Array;
  readonly #pending: Uint8Array;
  readonly #names: readonly number[];
  /** Number of pending vectors, so that unmasking is cheap. */
  #pendingCount = 0;
  /** Rises with every store to table or pending bits. */
  #version = 0;
  readonly #versionOf = (): number => this.#version;

  constructor(machine: Machine, config: ConfigSpace, options: MsixOptions) {
    this.#machine = machine;
    this.#config = config;
    this.#options = options;
    this.name = options.regionName ?? "msix-table";
    this.vectorCount = options.vectorCount;
    this.byteCount = options.vectorCount * ENTRY_BYTES;
    this.#table = new Uint32Array(options.vectorCount * 4);
    this.#pending = new Uint8Array(options.vectorCount);
    const prefix = options.vectorPrefix ?? "";
    this.#names = Array.from({ length: options.vectorCount }, (_, i) =>
      machine.trace.id(`${prefix}vec${i}`),
    );
    config.addCapability(0x11, options.capabilityOffset, 12);
    config
      .set(options.capabilityOffset + MESSAGE_CONTROL, 2, options.vectorCount - 1)
      .allowWrites(options.capabilityOffset + MESSAGE_CONTROL, 2, ENABLE | FUNCTION_MASK)
      .set(options.capabilityOffset + 4, 4, options.table.offset | options.table.bar)
      .set(options.capabilityOffset + 8, 4, options.pba.offset | options.pba.bar);
    this.reset();
  }

  /** Masks all entries and forgets pending vectors. */
  reset(): void {
    this.#version++;
    this.#table.fill(0);
    for (let v = 0; v < this.vectorCount; v++) this.#table[v * 4 + 3] = MASKED;
    this.#pending.fill(0);
    this.#pendingCount = 0;
  }

  /** MSI-X Enable in Message Control. */
  get enabled(): boolean {
    return (this.#control() & ENABLE) !== 0;
  }

  /** Whether a vector is masked by itself or with the whole function. */
  isMasked(vector: number): boolean {
    return (
      (this.#control() & FUNCTION_MASK) !== 0 ||
      ((this.#table[vector * 4 + 3] as number) & MASKED) !== 0
    );
  }

  /** Masks a vector as the device (vmxnet3's automatic masking). */
  setMask(vector: number, masked: boolean): void {
    this.#version++;
    this.#table[vector * 4 + 3] = masked ? MASKED : 0;
    if (!masked) this.#sendPending();
  }

  /** The device's event: sends the message, or sets the pending bit of a masked vector. */
  notify(vector: number): void {
    if (vector >= this.vectorCount || !this.enabled) return;
    if (this.isMasked(vector)) {
      if (this.#pending[vector] === 0) this.#pendingCount++;
      this.#version++;
      this.#pending[vector] = 1;
      return;
    }
    const at = vector * 4;
    this.#machine.sendMsix(
      this.#options.actor,
      this.#names[vector] as number,
      this.#table[at] as number,
      this.#table[at + 2] as number,
    );
  }

  /** Tells that configuration space was written: unmasking the function sends what is pending. */
  configWritten(): void {
    if (this.enabled) this.#sendPending();
  }

  /** Who sends the messages. */
  get actor(): number {
    return this.#options.actor;
  }

  /** A vector's name in the trace. */
  vectorName(vector: number): string {
    return this.#machine.trace.name(this.#names[vector] as number);
  }

  /** Where a vector's entry stands: its four words (the last one its mask), at 4 its pending bit. */
  storage(vector: number, place: number): CellStorage {
    const version = this.#versionOf;
    return place < 4
      ? { array: this.#table, index: vector * 4 + place, version }
      : { array: this.#pending, index: vector, version };
  }

  /** A guest's read; narrower than 4 bytes it answers nothing, as the specification leaves it open. */
  read(offset: number, sizeBytes: number): number {
    if (sizeBytes < 4) return 0;
    const word = this.#table[offset >> 2] ?? 0;
    return sizeBytes === 8 ? word + (this.#table[(offset >> 2) + 1] ?? 0) * 4294967296 : word;
  }

  /** A guest's write of 4 or 8 bytes; narrower ones do nothing. */
  write(offset: number, sizeBytes: number, value: number): void {
    if (sizeBytes < 4) return;
    this.#writeWord(offset >> 2, value);
    if (sizeBytes === 8) this.#writeWord((offset >> 2) + 1, value / 4294967296);
  }

  #writeWord(at: number, value: number): void {
    if (at >= this.#table.length) return;
    this.#version++;
    const isControl = (at & 3) === 3;
    this.#table[at] = isControl ? value & MASKED : value;
    if (isControl) this.#sendPending();
  }

  #control(): number {
    return this.#config.get(this.#options.capabilityOffset + MESSAGE_CONTROL, 2);
  }

  #sendPending(): void {
    for (let v = 0; this.#pendingCount > 0 && v < this.vectorCount; v++) {
      if (this.#pending[v] === 0 || this.isMasked(v)) continue;
      this.#version++;
      this.#pending[v] = 0;
      this.#pendingCount--;
      this.notify(v);
    }
  }
}
