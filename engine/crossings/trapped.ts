import type { AccessCrossing, AddressSpace } from "../core/crossing.ts";
import { EXIT_REASON, exitName, type ExitReason } from "../cpu/exit-reason.ts";
import type { Machine } from "../machine.ts";

/**
 * VT-x: the access leaves the guest with a VM exit and comes back with a VM entry. It counts only;
 * how an exit is handled, and what that costs, belongs to the hypervisor. Exit reasons: Intel SDM
 * vol. 3D, appendix C "VMX Basic Exit Reasons": 30 for port I/O, 49 for MMIO as KVM marks device
 * pages. The qualification of port I/O: vol. 3C, table 28-5 "Exit Qualification for I/O
 * Instructions" (bits 2:0 size - 1, bit 3 direction, bits 31:16 port).
 */
export class TrappedAccess implements AccessCrossing {
  readonly #machine: Machine;
  readonly #mmioName: number;
  readonly #portName: number;
  #reason: ExitReason = EXIT_REASON.eptMisconfiguration;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#mmioName = machine.trace.id(exitName(EXIT_REASON.eptMisconfiguration));
    this.#portName = machine.trace.id(exitName(EXIT_REASON.ioInstruction));
  }

  enter(space: AddressSpace, address: number, sizeBytes: number, write: boolean): boolean {
    const mmio = space === "mmio";
    this.#reason = mmio ? EXIT_REASON.eptMisconfiguration : EXIT_REASON.ioInstruction;
    const qualification = mmio
      ? 0
      : (((address & 0xffff) << 16) | (write ? 0 : 8) | (sizeBytes - 1)) >>> 0;
    this.#machine.vmExit(this.#name(), this.#reason, qualification);
    return true;
  }

  leave(): void {
    this.#machine.vmEntry(this.#name(), this.#reason);
  }

  #name(): number {
    return this.#reason === EXIT_REASON.ioInstruction ? this.#portName : this.#mmioName;
  }
}
