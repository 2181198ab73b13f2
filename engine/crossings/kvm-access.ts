import type { AccessCrossing, AddressSpace } from "../core/crossing.ts";
import { EXIT_REASON, type ExitReason } from "../cpu/exit-reason.ts";
import type { Kvm } from "./kvm.ts";

/** Whether KVM itself acts on a store of this value, because an ioeventfd is registered for it. */
export type IoeventfdTest = (value: number) => boolean;

/**
 * A guest's access to a device that QEMU or the hypervisor emulates: it leaves the guest. MMIO comes
 * out as an EPT misconfiguration, as KVM marks pages without memory, or on AMD as a nested page
 * fault; a port as an I/O instruction. arch/x86/kvm/vmx/vmx.c, handle_ept_misconfig, handle_io.
 */
export class KvmAccess implements AccessCrossing {
  readonly #kvm: Kvm;
  readonly #ioeventfd: IoeventfdTest;

  /** @param ioeventfd Stores that stay in the kernel; default none. */
  constructor(kvm: Kvm, ioeventfd: IoeventfdTest = () => false) {
    this.#kvm = kvm;
    this.#ioeventfd = ioeventfd;
  }

  enter(
    space: AddressSpace,
    address: number,
    sizeBytes: number,
    write: boolean,
    value: number,
  ): boolean {
    const kvm = this.#kvm;
    const memory = space === "mmio";
    const reason: ExitReason = memory ? EXIT_REASON.eptMisconfiguration : EXIT_REASON.ioInstruction;
    const qualification = memory
      ? kvm.labels.memoryAccess(write)
      : kvm.labels.portAccess(address, sizeBytes, write);
    kvm.exit(reason, qualification, -1, memory ? address : -1);
    if (!(write && this.#ioeventfd(value))) kvm.leaveToBackend(memory, address, write ? value : 0);
    return true;
  }

  leave(): void {
    this.#kvm.backToGuest();
  }
}
