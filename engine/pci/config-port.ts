import type { AccessCrossing } from "../core/crossing.ts";
import type { Machine } from "../machine.ts";
import { lowBytes } from "../registers/define.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { ConfigSpace } from "./config-space.ts";

const DRIVER = ACTORS.guestDriver.code;

/** The guest's way to one function's configuration space; each access is traced and counted. */
export class ConfigPort {
  readonly #machine: Machine;
  readonly #space: ConfigSpace;
  readonly #crossing: AccessCrossing;
  readonly #name: string;
  readonly #id: number;

  /** @param name The function's name in the trace, as recordings name it: `virtio-net-pci` … */
  constructor(machine: Machine, name: string, space: ConfigSpace, crossing: AccessCrossing) {
    this.#machine = machine;
    this.#name = name;
    machine.configSpaces.set(name, space);
    this.#space = space;
    this.#crossing = crossing;
    this.#id = machine.trace.id(name);
  }

  /** `pci_read_config_byte`, `_word`, `_dword`. */
  read(offset: number, sizeBytes: 1 | 2 | 4): number {
    this.#crossing.enter("config", 0xcfc + (offset & 3), sizeBytes, false, 0);
    const value = this.#space.read(offset, sizeBytes);
    this.#row(KIND.configRead, offset, sizeBytes, value);
    this.#leave(KIND.configRead, offset);
    return value;
  }

  /** `pci_write_config_byte`, `_word`, `_dword`; what the device does then lies inside the row. */
  write(offset: number, sizeBytes: 1 | 2 | 4, value: number): void {
    const trace = this.#machine.trace;
    this.#crossing.enter("config", 0xcfc + (offset & 3), sizeBytes, true, value);
    const row = this.#row(KIND.configWrite, offset, sizeBytes, lowBytes(value, sizeBytes));
    const parent = trace.parent;
    if (row >= 0) trace.parent = row;
    this.#machine.journal?.accessBegins(this.#name, offset);
    this.#space.write(offset, sizeBytes, value);
    this.#machine.journal?.accessEnds();
    trace.parent = parent;
    this.#leave(KIND.configWrite, offset);
  }

  #row(kind: number, offset: number, sizeBytes: number, value: number): number {
    const { trace, nowCycles } = this.#machine;
    return trace.row(nowCycles, kind, DRIVER, this.#id, sizeBytes, offset, value);
  }

  #leave(kind: number, offset: number): void {
    this.#crossing.leave();
    this.#machine.scheduler.guestAccess(kind, this.#id, offset);
  }
}
