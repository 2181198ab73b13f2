import { assert } from "../core/assert.ts";
import type { AccessCrossing, AddressSpace } from "../core/crossing.ts";
import type { Machine } from "../machine.ts";
import type { Region } from "../registers/region.ts";
import type { HostedWorld } from "./hosted-world.ts";
import type { TranslatedSites } from "./translated-site.ts";

/**
 * Send combining: the VMM keeps the news that there is something to send, and does not switch
 * worlds for it, until so many wait or the CPU goes to the host for another reason. The frames
 * themselves wait in the guest's ring. Sugerman et al. (USENIX 2001), 3.4 "Reducing network
 * virtualization overheads", "Send combining".
 */
export class CombinedDoorbell implements AccessCrossing {
  readonly #machine: Machine;
  readonly #sites: TranslatedSites;
  readonly #world: HostedWorld;
  readonly #countMax: number;
  readonly #goes: number;
  readonly #waits: number;
  #region: Region | undefined;
  #base = 0;
  #waitingCount = 0;
  #offset = 0;
  #sizeBytes = 1;
  #value = 0;

  /** @param countMax Doorbells that are answered by one world switch, from 1. */
  constructor(machine: Machine, sites: TranslatedSites, world: HostedWorld, countMax: number) {
    this.#machine = machine;
    this.#sites = sites;
    this.#world = world;
    this.#countMax = countMax;
    this.#goes = machine.trace.id("store, VMApp's device");
    this.#waits = machine.trace.id("store, kept by VMM");
    world.onHost(() => this.#deliver());
  }

  /** Says where the registers are that doorbells are stores to. */
  connect(region: Region, base: number): void {
    this.#region = region;
    this.#base = base;
  }

  enter(
    space: AddressSpace,
    address: number,
    sizeBytes: number,
    write: boolean,
    value: number,
  ): boolean {
    this.#world.toGuest();
    this.#machine.exited = true;
    const offset = address - this.#base;
    const isAnother = offset !== this.#offset || value !== this.#value;
    if (this.#waitingCount + 1 >= this.#countMax || (this.#waitingCount > 0 && isAnother)) {
      // One look at the ring finds the frames of all that are alike.
      if (!isAnother) this.#waitingCount = 0;
      this.#sites.reach(space, address, sizeBytes, write, this.#goes);
      this.#world.toApplication(address);
      return true;
    }
    this.#sites.reach(space, address, sizeBytes, write, this.#waits);
    this.#waitingCount++;
    this.#offset = offset;
    this.#sizeBytes = sizeBytes;
    this.#value = value;
    return false;
  }

  leave(): void {
    this.#world.toGuest();
    this.#machine.exited = false;
  }

  /** The host has the CPU: the VMApp hears of what waits. */
  #deliver(): void {
    if (this.#waitingCount === 0) return;
    this.#waitingCount = 0;
    assert(this.#region !== undefined, "doorbells are stores to a connected device");
    // The frames are not the packet's in whose time they are sent.
    const { trace } = this.#machine;
    const before = trace.packet;
    this.#region.write(this.#offset, this.#sizeBytes, this.#value);
    trace.packet = before;
  }
}
