import { PostedInterruptDescriptor } from "../cpu/vtx/posted-interrupt.ts";
import type { GuestMemory } from "../memory/guest-memory.ts";
import type { Iommu } from "../memory/iommu.ts";

/** Host vector that Linux gives a VFIO interrupt handler; only its being there matters. */
const HOST_VECTOR = 0x31;
const HOST_CPU = 0;
const DESCRIPTOR_BYTES = 64;

/** A vCPU's posted-interrupt descriptor in host memory, where the IOMMU finds it. */
export function takePostedDescriptor(memory: GuestMemory): PostedInterruptDescriptor {
  return postedDescriptorAt(
    memory,
    memory.allocateHost(DESCRIPTOR_BYTES, "posted-interrupt descriptor"),
  );
}

/** A posted-interrupt descriptor at a machine address; nothing is posted in it. */
export function postedDescriptorAt(
  memory: GuestMemory,
  address: number,
): PostedInterruptDescriptor {
  memory.bytes.fill(0, address, address + DESCRIPTOR_BYTES);
  return new PostedInterruptDescriptor(memory.window(address, DESCRIPTOR_BYTES));
}

/**
 * A device's messages on their way through the IOMMU's interrupt remapping. VFIO programs the device
 * with messages that name table entries, one for each of the guest's vectors; with posting KVM
 * rewrites them to the vCPU's descriptor. drivers/vfio/pci/vfio_pci_intrs.c,
 * vfio_msi_set_vector_signal; arch/x86/kvm/vmx/posted_intr.c, vmx_pi_update_irte. The entry of a
 * vector is written when it is first used; Linux does so when the guest unmasks it.
 */
export class RemappedInterrupts {
  readonly #iommu: Iommu;
  readonly #requester: number;
  readonly #posted: PostedInterruptDescriptor | undefined;
  /** Entry of each guest vector, or -1. */
  readonly #entries = new Int32Array(256).fill(-1);
  #notified = false;

  /** @param posted Descriptor to post into; without one the entries name a host vector. */
  constructor(iommu: Iommu, requester: number, posted?: PostedInterruptDescriptor) {
    this.#iommu = iommu;
    this.#requester = requester;
    this.#posted = posted;
  }

  /** After `deliver` of a posted one: whether the IOMMU sent the notification event. */
  get notified(): boolean {
    return this.#notified;
  }

  /** The message for the guest's `vector`; false when the IOMMU blocks it. */
  deliver(vector: number): boolean {
    const { interrupts } = this.#iommu;
    const entry = this.#entries[vector] as number;
    const index = entry >= 0 ? entry : this.#program(vector);
    const address = interrupts.messageAddress(index);
    const request = interrupts.remap(this.#requester, address, 0);
    this.#notified = false;
    if (request === undefined) return false;
    if (request.posted && this.#posted !== undefined) {
      this.#notified = this.#posted.post(request.vector, request.urgent);
    }
    return true;
  }

  /** The descriptor that its entries post into, if they do. */
  get descriptor(): PostedInterruptDescriptor | undefined {
    return this.#posted;
  }

  /** Table entry of a vector, or -1 while it has none: for tests and inspection. */
  entryOf(vector: number): number {
    return this.#entries[vector] as number;
  }

  #program(vector: number): number {
    const { interrupts } = this.#iommu;
    const index = interrupts.allocate();
    this.#entries[vector] = index;
    if (this.#posted === undefined) {
      interrupts.writeRemapped(index, this.#requester, HOST_VECTOR, HOST_CPU);
    } else interrupts.writePosted(index, this.#requester, vector, this.#posted.address);
    return index;
  }
}
