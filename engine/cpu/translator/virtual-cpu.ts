import { FLAG } from "../x86/flags.ts";
import { CpuState } from "../x86/state.ts";
import { VCPU } from "./vmm-region.ts";
import type { VmmMemory } from "./vmm-memory.ts";

/** IF and IOPL: flags of which the guest has virtual ones. */
const VIRTUAL_FLAGS = FLAG.IF | FLAG.IOPL;

/** The ring that the guest's kernel really runs in: ring 0 belongs to the VMM. */
const COMPRESSED_RING = 1;

/**
 * Two states of one virtual CPU: what the guest believes (ring 0, its own IF, CR3 and tables), and
 * what the real processor holds while it runs the guest (ring 1, IF set, the shadow tables). IF and
 * IOPL lie in a page that translated code works on.
 */
export class VirtualCpu {
  /** What the guest believes; up to date while the VMM runs. */
  readonly guest: CpuState;
  /** What the real processor holds; up to date while the guest runs. */
  readonly real = new CpuState();
  readonly #memory: VmmMemory;
  readonly #page: number;

  /** @param page Physical address of the page with the virtual CPU's state. */
  constructor(guest: CpuState, memory: VmmMemory, page: number) {
    this.guest = guest;
    this.#memory = memory;
    this.#page = page;
  }

  /** The virtual IF, which translated code changes by itself. */
  get interruptsEnabled(): boolean {
    return this.#memory.read(this.#page + VCPU.interruptFlag, 8) !== 0n;
  }

  /** Reads a 32-bit field of the page. */
  field(offset: number): number {
    return Number(this.#memory.read(this.#page + offset, 4));
  }

  /** Where the last indirect branch goes to. */
  get target(): bigint {
    return this.#memory.read(this.#page + VCPU.target, 8);
  }

  /** Loads the real processor for the guest: translated kernel code, or user code as it is. */
  enter(rip: bigint, shadowRoot: bigint): void {
    const { guest, real } = this;
    real.gpr.set(guest.gpr);
    real.rip = rip;
    real.rflags = (guest.rflags & ~VIRTUAL_FLAGS) | FLAG.IF;
    real.cpl = guest.cpl === 3 ? 3 : COMPRESSED_RING;
    real.selectors.set(guest.selectors);
    real.cr3 = shadowRoot;
    real.fsBase = guest.fsBase;
    real.gsBase = guest.gsBase;
    real.interruptShadow = false;
    guest.interruptShadow = false;
    this.#memory.write(this.#page + VCPU.interruptFlag, 8, guest.rflags & FLAG.IF);
    this.#memory.write(this.#page + VCPU.ioPrivilege, 8, guest.rflags & FLAG.IOPL);
  }

  /** Takes the guest's state back from the real processor. */
  leave(guestRip: bigint): void {
    const { guest, real } = this;
    guest.gpr.set(real.gpr);
    guest.rip = guestRip;
    guest.rflags =
      (real.rflags & ~VIRTUAL_FLAGS) |
      this.#memory.read(this.#page + VCPU.interruptFlag, 8) |
      this.#memory.read(this.#page + VCPU.ioPrivilege, 8);
  }
}
