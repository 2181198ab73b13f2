import type { AccessCrossing, AddressSpace } from "../core/crossing.ts";
import type { Machine } from "../machine.ts";
import type { HostedWorld } from "./hosted-world.ts";
import type { TranslatedSites } from "./translated-site.ts";

/** Who models the registers behind an access. */
export type RegisterModel = "vmm" | "application";

/**
 * Dynamic recompilation: the access comes from translated code, by a hidden page fault or a callout.
 * The VMM answers it where it models the register, or else switches to the host's world, where the
 * VMApp does.
 */
export class TranslatedAccess implements AccessCrossing {
  readonly #machine: Machine;
  readonly #sites: TranslatedSites;
  readonly #world: HostedWorld;
  readonly #model: RegisterModel;
  readonly #names: readonly number[];

  constructor(machine: Machine, sites: TranslatedSites, world: HostedWorld, model: RegisterModel) {
    this.#machine = machine;
    this.#sites = sites;
    this.#world = world;
    this.#model = model;
    const whose = model === "vmm" ? "VMM's device" : "VMApp's device";
    this.#names = ["load", "store", "IN", "OUT"].map((what) =>
      machine.trace.id(`${what}, ${whose}`),
    );
  }

  enter(space: AddressSpace, address: number, sizeBytes: number, write: boolean): boolean {
    const machine = this.#machine;
    this.#world.toGuest();
    machine.exited = true;
    const name = this.#names[(space === "mmio" ? 0 : 2) + (write ? 1 : 0)] as number;
    this.#sites.reach(space, address, sizeBytes, write, name);
    if (this.#model === "application") this.#world.toApplication(address);
    return true;
  }

  leave(): void {
    this.#world.toGuest();
    this.#machine.exited = false;
  }
}
