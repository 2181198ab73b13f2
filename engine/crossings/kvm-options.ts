import type { RemappedInterrupts } from "./remapped-interrupts.ts";

/** How KVM and the host around it are set up. */
export interface KvmOptions {
  /** Whose processor: which exits there are, and what they are called. */
  readonly vendor: "intel" | "amd";
  /** Intel's APICv: interrupts are posted, EOI is virtualized. AMD's AVIC is not modelled. */
  readonly apicv: boolean;
  /** KVM_FEATURE_PV_EOI: the guest's EOI is a store to shared memory while nothing else waits. */
  readonly pvEoi: boolean;
  /** The guest reaches its local APIC by MSRs; else by its page at 0xfee00000. */
  readonly x2apic: boolean;
  /** CPUs of the host, at least 1. With one, a thread that is woken takes the guest's. */
  readonly hostCpus: number;
  /** Longest time that a vCPU polls before it blocks (`halt_poll_ns`), 0 for never. */
  readonly haltPollMicroseconds: number;
  /** Who acts on exits that KVM does not handle: QEMU in user space, or the hypervisor's kernel. */
  readonly backend: "qemu" | "kernel";
  /** Where interrupts come from: the device model, a VF through VFIO, or a VF posted by the IOMMU. */
  readonly interruptsFrom: "backend" | "vfio" | "iommu";
  /** The device's interrupts are signalled through irqfds by a backend other than QEMU. */
  readonly irqfd: boolean;
  /** The IOMMU's interrupt remapping before a VF's messages; none: they are not checked. */
  readonly remapped: RemappedInterrupts | undefined;
  /** The guest halts when it has nothing to do; false for one that polls. */
  readonly halts: boolean;
}

/** KVM with QEMU on a processor of Intel with APICv, two host CPUs. */
export const DEFAULT_KVM: KvmOptions = {
  vendor: "intel",
  apicv: true,
  pvEoi: true,
  x2apic: true,
  hostCpus: 2,
  haltPollMicroseconds: 0,
  backend: "qemu",
  interruptsFrom: "backend",
  irqfd: false,
  remapped: undefined,
  halts: true,
};
