import { type AccessCrossing, directAccess } from "../core/crossing.ts";
import type { Machine } from "../machine.ts";
import { lowBytes, type Register } from "../registers/define.ts";
import type { Region } from "../registers/region.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";

const DRIVER = ACTORS.guestDriver.code;

/** Where a region appears in the guest's address space, and who handles accesses to it. */
export interface BarOptions {
  readonly space: "mmio" | "pio";
  /** Guest-physical address or port of the region's first byte. */
  readonly base: number;
  /** Who handles ordinary accesses. */
  readonly control: AccessCrossing;
  /** Who handles stores to registers marked `doorbell`, default `control`. */
  readonly doorbell?: AccessCrossing;
  /** Offsets that are doorbells although no register says so (a notify region): default none. */
  readonly doorbellOffsets?: readonly number[];
  /** Whose window it is, default the guest's. */
  readonly owner?: "guest" | "host";
}

/**
 * A driver's window onto a region of its device: loads and stores only, each one a trace row, a
 * crossing and a guest access. Registers come from the device's register table.
 */
export class Bar {
  readonly #machine: Machine;
  readonly #region: Region;
  readonly #options: BarOptions;
  readonly #id: number;
  readonly #readKind: number;
  readonly #writeKind: number;
  readonly #doorbells: Uint8Array;

  constructor(machine: Machine, region: Region, options: BarOptions) {
    this.#machine = machine;
    this.#region = region;
    this.#options = options;
    this.#id = machine.trace.id(region.name);
    const { name, byteCount } = region;
    const { space, base, control, owner = "guest" } = options;
    machine.addWindow(region, {
      name,
      space,
      base,
      byteCount,
      owner,
      direct: control === directAccess,
    });
    this.#readKind = options.space === "mmio" ? KIND.mmioRead : KIND.pioRead;
    this.#writeKind = options.space === "mmio" ? KIND.mmioWrite : KIND.pioWrite;
    this.#doorbells = new Uint8Array(region.byteCount);
    for (const offset of options.doorbellOffsets ?? []) this.#doorbells[offset] = 1;
  }

  /** Says which registers are doorbells: those that the table marks. */
  withDoorbells(registers: Readonly<Record<string, Register>>): this {
    for (const register of Object.values(registers)) {
      if (register.doorbell !== true) continue;
      for (let bank = 0; bank < (register.banks?.count ?? 1); bank++) {
        this.#doorbells[register.offset + bank * (register.banks?.stride ?? 0)] = 1;
      }
    }
    return this;
  }

  /** Loads a register at its own width. */
  load(register: Register, bank = 0): number {
    return this.read(register.offset + bank * (register.banks?.stride ?? 0), register.bytes);
  }

  /** Stores to a register at its own width. */
  store(register: Register, value: number, bank = 0): void {
    const offset =
      bank === 0 ? register.offset : register.offset + bank * (register.banks?.stride ?? 0);
    this.write(offset, register.bytes, value);
  }

  /** A load of any width at any offset, as `ioread8/16/32` make it. */
  read(offset: number, sizeBytes: number): number {
    const machine = this.#machine;
    const trace = machine.trace;
    const crossing = this.#options.control;
    const reached = crossing.enter(
      this.#options.space,
      this.#options.base + offset,
      sizeBytes,
      false,
      0,
    );
    const row = trace.row(
      machine.scheduler.nowCycles,
      this.#readKind,
      DRIVER,
      this.#id,
      sizeBytes,
      offset,
      0,
    );
    const parent = trace.parent;
    if (row >= 0) trace.parent = row;
    machine.journal?.accessBegins(this.#region.name, offset);
    const value = reached ? this.#region.read(offset, sizeBytes) : 0;
    machine.journal?.accessEnds();
    trace.parent = parent;
    trace.setResult(row, value);
    crossing.leave();
    machine.scheduler.guestAccess(this.#readKind, this.#id, offset);
    return value;
  }

  /** A store of any width at any offset, as `iowrite8/16/32` make it; what is wider is cut off. */
  write(offset: number, sizeBytes: number, wide: number): void {
    const value = lowBytes(wide, sizeBytes);
    const machine = this.#machine;
    const trace = machine.trace;
    const options = this.#options;
    const crossing =
      this.#doorbells[offset] === 1 && options.doorbell !== undefined
        ? options.doorbell
        : options.control;
    const reached = crossing.enter(options.space, options.base + offset, sizeBytes, true, value);
    const row = trace.row(
      machine.scheduler.nowCycles,
      this.#writeKind,
      DRIVER,
      this.#id,
      sizeBytes,
      offset,
      value,
    );
    const parent = trace.parent;
    if (row >= 0) trace.parent = row;
    machine.journal?.accessBegins(this.#region.name, offset);
    if (reached) this.#region.write(offset, sizeBytes, value);
    machine.journal?.accessEnds();
    trace.parent = parent;
    crossing.leave();
    machine.scheduler.guestAccess(this.#writeKind, this.#id, offset);
  }
}
