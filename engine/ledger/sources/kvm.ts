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

/** Wanpeng Li's series with the TSC deadline timer on Skylake-SP. */
export const TSC_DEADLINE_FASTPATH_2020: Source = {
  cite: "Wanpeng Li: [PATCH v4 0/7] KVM: VMX: Tscdeadline timer emulation fastpath, kvm@vger, 2020-04-28",
  where: "cover letter",
};

/** The mail with the steps of a KVM_RUN on AMD. */
export const SVM_VMLOAD_2020: Source = {
  cite: "Discussion of KVM: SVM: use vmsave/vmload for saving/restoring additional host state, 2020-12",
  where: "mail body, current v2 patch, samples 1 and 2",
  url: "https://lkml.iu.edu/hypermail/linux/kernel/2012.2/00527.html",
};

/** The mail with outl_to_kernel on a processor with enhanced IBRS. */
export const PBRSB_2022: Source = {
  cite: "Discussion of x86/speculation: a WRMSR instead of INT3 against PBRSB, lkml, 2022-10",
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
