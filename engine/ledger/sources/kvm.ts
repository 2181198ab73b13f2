import type { Source } from "../cost.ts";

/** A recording of KVM of this project's set, for the field or table `where`. */
export function kvmRecording(name: string, where: string): Source {
  return { cite: `Recording recordings/kvm/${name}`, where };
}

/** What was seen in the recordings of KVM on VT-x, for the place `where`. */
export function seenOnVtx(where: string): Source {
  return { cite: "Recordings recordings/kvm, WHAT-WAS-SEEN-VTX.md", where };
}

/** What was seen in the recordings of KVM on SVM, for the place `where`. */
export function seenOnSvm(where: string): Source {
  return { cite: "Recordings recordings/kvm, WHAT-WAS-SEEN-SVM.md", where };
}

/** The commit of kvm-unit-tests whose message has cycles of 2012. */
export const KVM_UNIT_TESTS_2012: Source = {
  cite: "Bonzini: kvm-unit-tests, x86/vmexit.c: time the number of cycles for simple PIO, 2012-12-13",
  where: "commit 00bfecaaa5a4, message",
  url: "https://gitlab.com/kvm-unit-tests/kvm-unit-tests",
};

/** The commit of kvm-unit-tests that times the TSC deadline timer on a Haswell Xeon. */
export const KVM_UNIT_TESTS_2017: Source = {
  cite: "Bonzini: kvm-unit-tests, x86/vmexit.c: add tscdeadline benchmarks, 2017-06-29",
  where: "commit cfbd129ca4c8, message",
  url: "https://gitlab.com/kvm-unit-tests/kvm-unit-tests",
};

/** The commit of Linux whose message has inl_from_qemu with and without APICv. */
export const APICV_VM_ENTRY_2016: Source = {
  cite: "Bonzini: kvm: x86: avoid atomic operations on APICv vmentry, Linux 4.10",
  where: "commit ad3610919e6f, message",
};

/** The mail with the steps of a KVM_RUN on AMD. */
export const SVM_VMLOAD_2020: Source = {
  cite: "Discussion of KVM: SVM: use vmsave/vmload for saving/restoring additional host state, 2020-12",
  where: "mail body, current v2 patch, samples 1 and 2",
  url: "https://lkml.iu.edu/hypermail/linux/kernel/2012.2/00527.html",
};

/** Wanpeng Li's measurement of vmcall on Skylake-SP. */
export const VMCALL_SKX_2020: Source = {
  cite: "Wanpeng Li: [PATCH v2] KVM: VMX: Micro-optimize vmexit time when not exposing PMU, kvm@vger, 2020-03-13",
  where: "commit message: vmcall 1559 before, 1529 after, on a SKX server",
};

/** Sean Christopherson's measurement of CPUID with and without mitigations. */
export const CPUID_EXIT_2024: Source = {
  cite: "Christopherson: Re: [PATCH v2] KVM: x86: Drop the kvm_has_noapic_vcpu optimization, kvm@vger, 2024-12-09",
  where:
    "mail body: a CPUID exit takes 1018 cycles, 1600+ with mitigations; the processor is not named",
};

/** The mail with outl_to_kernel on a processor with enhanced IBRS. */
export const PBRSB_2022: Source = {
  cite: "Jitindar Singh: patch on the PBRSB mitigation at VM exit (a WRMSR instead of INT3), lkml, 2022-10",
  where: "mail body, Testing",
  url: "https://lkml.iu.edu/hypermail/linux/kernel/2210.0/05508.html",
};

/** DVH, seen quoted. */
export const DVH_2020: Source = {
  cite: "Lim, Nieh: Optimizing Nested Virtualization Performance Using Direct Virtual Hardware, ASPLOS 2020",
  where: "Table 3",
  through: "notes of this project on published costs, entry kvm.virtio_notify.skylake",
};

/** Turtles, seen quoted. */
export const TURTLES_2010: Source = {
  cite: "Ben-Yehuda et al.: The Turtles Project, OSDI 2010",
  where: "section 4.3, Figure 10",
  through: "notes of this project on published costs, entry kvm.cpuid.turtles",
};

/** SplitX, its measurements on a Xeon X5570. */
export const SPLITX_2011: Source = {
  cite: "Landau, Ben-Yehuda, Gordon: SplitX: Split Guest/Hypervisor Execution on Multi-Core, WIOV 2011",
  where: "section 1: the direct cost on its own is 2,000 cycles",
};

/** SoftNIC, section 4.1. */
export const SOFTNIC_2015: Source = {
  cite: "Han et al.: SoftNIC: A Software NIC to Augment Hardware, UC Berkeley, 2015",
  where: "section 4.1",
};

/** Linux's table of idle states, for the array `table`. */
export function intelIdle(table: string): Source {
  return {
    cite: "Linux, drivers/idle/intel_idle.c",
    where: `${table}, exit_latency`,
    url: "https://github.com/torvalds/linux/blob/master/drivers/idle/intel_idle.c",
  };
}

/** Stecklina's measurements of ways into the kernel. */
export const KERNEL_ENTRY_2019: Source = {
  cite: "Stecklina: kernel_entry_benchmark, 2019",
  where: "README: Interrupt Gate 610, Syscall 99 cycles for a round trip",
  url: "https://github.com/blitz/kernel_entry_benchmark",
};
