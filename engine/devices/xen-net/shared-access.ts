import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { KIND } from "../../trace/schema.ts";

/** Loads and stores to memory that domains share, whoever does them; SharedBlock is the guest's. */
export interface SharedAccess {
  load8(offset: number): number;
  load16(offset: number): number;
  load32(offset: number): number;
  store8(offset: number, value: number): void;
  store16(offset: number, value: number): void;
  store32(offset: number, value: number): void;
  /** An atomic change; returns what was there before. */
  update32(offset: number, change: (value: number) => number): number;
}

/**
 * The same block seen by another domain or by Xen: each load and store is one row of that actor.
 * It takes no time of the guest.
 */
export class SharedView implements SharedAccess {
  readonly #machine: Machine;
  readonly #view: DataView;
  readonly #id: number;
  readonly #actor: number;

  /** @param actor Who looks: deviceModel for the driver domain, hypervisor for Xen. */
  constructor(machine: Machine, block: SharedBlock, actor: number) {
    this.#machine = machine;
    this.#view = machine.memory.window(block.base, block.byteCount);
    this.#id = machine.trace.id(block.name);
    this.#actor = actor;
  }

  load8(offset: number): number {
    return this.#loaded(offset, 1, this.#view.getUint8(offset));
  }

  load16(offset: number): number {
    return this.#loaded(offset, 2, this.#view.getUint16(offset, true));
  }

  load32(offset: number): number {
    return this.#loaded(offset, 4, this.#view.getUint32(offset, true));
  }

  /** An 8-byte load; its parts are then looked at by `peek16` and `peek32`. */
  load64(offset: number): void {
    const { trace } = this.#machine;
    const row = this.#row(KIND.ringLoad, offset, 8, 0);
    trace.setBits(row, this.peek32(offset), this.peek32(offset + 4));
  }

  /** Reads without a row: a part of what was just loaded. */
  peek16(offset: number): number {
    return this.#view.getUint16(offset, true);
  }

  /** Reads without a row: a part of what was just loaded. */
  peek32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  store8(offset: number, value: number): void {
    this.#row(KIND.ringStore, offset, 1, value & 0xff);
    this.#view.setUint8(offset, value);
  }

  store16(offset: number, value: number): void {
    this.#row(KIND.ringStore, offset, 2, value & 0xffff);
    this.#view.setUint16(offset, value, true);
  }

  store32(offset: number, value: number): void {
    this.#row(KIND.ringStore, offset, 4, value >>> 0);
    this.#view.setUint32(offset, value, true);
  }

  update32(offset: number, change: (value: number) => number): number {
    const before = this.load32(offset);
    this.store32(offset, change(before));
    return before;
  }

  #loaded(offset: number, sizeBytes: number, value: number): number {
    this.#row(KIND.ringLoad, offset, sizeBytes, value);
    return value;
  }

  #row(kind: number, offset: number, sizeBytes: number, value: number): number {
    const { trace, foreignRingAccesses } = this.#machine;
    const which = kind === KIND.ringLoad ? 0 : 1;
    foreignRingAccesses[which] = (foreignRingAccesses[which] as number) + 1;
    return trace.row(
      this.#machine.nowCycles,
      kind,
      this.#actor,
      this.#id,
      sizeBytes,
      offset,
      value,
    );
  }
}
