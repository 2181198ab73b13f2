import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { MacTable, macTail } from "./mac-table.ts";

const HARDWARE = ACTORS.hardware.code;
/** The physical function: whatever goes through the host's own switches is behind it. */
export const PHYSICAL_FUNCTION = 0;
/** Virtual functions that Linux' igb gives out per 82576 port: the eighth pool is the PF's own. */
export const VIRTUAL_FUNCTIONS_MAX = 7;

/** Where the NIC's switch sends a frame of one of its functions. */
export interface NicVerdict {
  /** Guests by their numbers that get the frame over PCIe. */
  readonly guests: readonly number[];
  /** Whether it goes out on the wire as well. */
  readonly wire: boolean;
}

const TO_WIRE: NicVerdict = { guests: [], wire: true };

/**
 * The switch in an 82576's port between the functions that several guests have (Intel 82576EB
 * datasheet 2.63, 7.10.3.4 Tx Packets Switching): by the address tables that the PF's driver writes;
 * nothing is learnt. Addresses of guests behind the host's own switches stand in the PF's entries, as
 * `bridge fdb add … self` puts them there.
 */
export class NicSwitch {
  readonly #guests = new MacTable();
  /** By guest: the function that the guest's frames go through. */
  readonly #functions: number[] = [];
  /** Guests that stand for the PF where a group address reaches it: one for each of its switches. */
  readonly #heads: number[] = [];
  #virtualCount = 0;

  /** Virtual functions in use. */
  get virtualCount(): number {
    return this.#virtualCount;
  }

  /** A guest gets a virtual function of its own; its number, from 1. */
  addVirtual(guest: number, mac: Uint8Array): number {
    this.#virtualCount++;
    this.#guests.set(mac, 0, guest);
    this.#functions[guest] = this.#virtualCount;
    return this.#virtualCount;
  }

  /** A guest is behind a switch of the host's; `head` when it is the first behind that. */
  addPhysical(guest: number, mac: Uint8Array, head: boolean): void {
    this.addOverlaid(guest);
    this.#guests.set(mac, 0, guest);
    if (head) this.#heads.push(guest);
  }

  /** A guest is in an overlay: its frames go through the PF, but nobody on the fabric knows its address. */
  addOverlaid(guest: number): void {
    this.#functions[guest] = PHYSICAL_FUNCTION;
  }

  /** Where a guest's frame at `at` goes; without virtual functions there is no switch. */
  route(machine: Machine, from: number, at: number): NicVerdict {
    if (this.#virtualCount === 0) return TO_WIRE;
    const { bytes } = machine.memory;
    const group = ((bytes[at] as number) & 1) !== 0;
    const verdict = group ? this.#toGroup(from) : this.#toOne(from, bytes, at);
    const name = machine.trace.id(`82576 switch: ${this.#words(verdict, group)}`);
    const result = verdict.guests[0] ?? -1;
    machine.note(KIND.tableLookup, HARDWARE, name, macTail(bytes, at), result);
    return verdict;
  }

  #toOne(from: number, bytes: Uint8Array, at: number): NicVerdict {
    const guest = this.#guests.get(bytes, at);
    // A function's own frames do not come back to it: two guests behind the PF are its bridge's.
    const known = guest >= 0 && this.#functions[guest] !== this.#functions[from];
    return known ? { guests: [guest], wire: false } : TO_WIRE;
  }

  #toGroup(from: number): NicVerdict {
    const own = this.#functions[from];
    const guests = this.#heads.filter(() => own !== PHYSICAL_FUNCTION);
    this.#functions.forEach((each, guest) => {
      if (each !== PHYSICAL_FUNCTION && each !== own) guests.push(guest);
    });
    return { guests, wire: true };
  }

  #words({ guests, wire }: NicVerdict, group: boolean): string {
    if (group) return "group, to every function and the wire";
    if (wire) return "no function of this port, to the wire";
    const physical = this.#functions[guests[0] as number] === PHYSICAL_FUNCTION;
    return physical ? "behind the PF, over PCIe" : "another guest's VF, over PCIe";
  }
}
