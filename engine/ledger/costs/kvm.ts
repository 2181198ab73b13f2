import { defineCosts } from "../cost.ts";
import { KERNEL_ENTRY_2019, seenOnSvm, seenOnVtx, SOFTNIC_2015 } from "../sources/kvm.ts";
import { agesen2012 } from "../sources/papers.ts";

/** What the counts of this file were seen on. */
const RECORDED =
  "Linux 6.12, VT-x, mitigations=off, without APICv; instructions, cost of tracing taken off";
const MICRO = "Instruction cost: round trip seen by L2, apicv0";

/**
 * KVM's instructions for one VM exit by reason, from the guest's instruction to its next one. Steps
 * between tracepoints lack what lies outside the entry and exit tracepoints: 430 instructions
 * (CPUID: 1110 untraced, 680 between the two). What APICv adds is a primitive of its own.
 */
export const KVM = defineCosts({
  kvmApicvSync: {
    doc: "What APICv adds to every exit: PIR looked at, RVI written; profiles say which parts have it.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 0, typical: 148, high: 163 },
    machine: "Linux 6.12, VT-x, mitigations=off",
    evidence: "derived",
    formula: "1260 − 1112 (CPUID), 5362 − 5199 (OUT to QEMU); × cycles per instruction",
    source: seenOnVtx(MICRO),
  },
  kvmCpuidExit: {
    doc: "An exit that KVM handles by itself with little work: CPUID and the like.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 1110, typical: 1110, high: 1186 },
    machine: RECORDED,
    evidence: "derived",
    formula: "1112 − 2 (CPUID) to 1188 − 2 (VMCALL); × cycles per instruction",
    source: seenOnVtx(MICRO),
  },
  kvmMmioExit: {
    doc: "An EPT misconfiguration up to the search for an ioeventfd, and the way back to the guest.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 1080, typical: 1094, high: 1160 },
    machine: RECORDED,
    evidence: "derived",
    formula:
      "1362 − 2 (notify, nobody woken) − 266 (ioeventfd_write to the eventfd's waiters); × cycles per instruction",
    source: seenOnVtx(`${MICRO}; full.tx64 of vtx-virtio-vhost`),
  },
  kvmNestedPageFaultExit: {
    doc: "The same on SVM: a nested page fault, whose instruction is always emulated.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 2735, typical: 3509, high: 3700 },
    machine: "Linux 6.12, SVM, mitigations=off",
    evidence: "derived",
    formula: "1094 + 189 (page fault) + 1846 (decode) + 380 (access); × cycles per instruction",
    source: seenOnSvm("svm-virtio-vhost: stages.full.json, tx64, dt_net"),
  },
  kvmPortExit: {
    doc: "An I/O instruction up to the search for who handles it, and the way back to the guest.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 900, typical: 982, high: 1406 },
    machine: RECORDED,
    evidence: "derived",
    formula:
      "5278 (IN from QEMU) − 1081 − 1237 − 1978 (QEMU itself); 1406 with an in-kernel PIC; × cycles per instruction",
    source: seenOnVtx(MICRO),
  },
  kvmMsrExit: {
    doc: "Any RDMSR or WRMSR that KVM handles and nothing below names.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 972, typical: 1329, high: 2089 },
    machine: RECORDED,
    evidence: "derived",
    formula:
      "899 + 430 (read of x2APIC TMR); 542 + 430 (TSC deadline), 1659 + 430 (EOI); × cycles per instruction",
    source: seenOnVtx("KVM-side exit-to-entry"),
  },
  kvmPreemptionTimerExit: {
    doc: "The VMX-preemption timer expires in the guest, without the injection.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 761, typical: 791, high: 1390 },
    machine: RECORDED,
    evidence: "derived",
    formula: "509 − 148 + 430; × cycles per instruction",
    source: seenOnVtx("summary.json of vtx-virtio-vhost, exit_class_ticks, PREEMPTION_TIMER"),
  },
  kvmExternalInterruptExit: {
    doc: "An exit for an interrupt of the host: the host's interrupt entry and exit, without the handler.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 1400, typical: 1690, high: 2200 },
    machine: "Linux 6.12, SVM, mitigations=off",
    evidence: "derived",
    formula:
      "(379 + 211 + 1184 − 769 + 570) × 0.8 (2712 measured against 3400 as a sum of steps) + 430; × cycles per instruction",
    source: seenOnSvm("svm-vf-vfio: stages.full.json, tx64, dt_net"),
  },
  kvmHaltExit: {
    doc: "HLT: from the exit to the scheduler, with timers and APIC looked at.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 2000, typical: 2712, high: 3500 },
    machine: RECORDED,
    evidence: "derived",
    formula:
      "4145 − 148 (exit to schedule-out) + 215 − 1500 (schedule itself); × cycles per instruction",
    source: seenOnVtx("KVM-side exit-to-entry: HLT"),
  },
  kvmHaltEntry: {
    doc: "HLT is over: from schedule-in to the VM entry.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 2947, typical: 3349, high: 3550 },
    machine: RECORDED,
    evidence: "derived",
    formula: "3282 − 148 + 215; × cycles per instruction",
    source: seenOnVtx("KVM-side exit-to-entry: HLT, schedule-in to entry"),
  },
  kvmMmioEmulation: {
    doc: "An access that goes to user space: the instruction is fetched, decoded and, for a load, completed.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 2400, typical: 3003, high: 3300 },
    machine: RECORDED,
    evidence: "derived",
    formula:
      "8393 (load from the NIC) − 1094 − 1081 − 1237 − 1978 (QEMU itself); × cycles per instruction",
    source: seenOnVtx(`${MICRO}; full.tx64 of vtx-rtl8139-qemu`),
  },
  kvmUserExit: {
    doc: "From KVM's decision for user space to the return from the ioctl: FPU put away, exit described.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 900, typical: 1081, high: 1300 },
    machine: RECORDED,
    evidence: "derived",
    formula:
      "180 + 182 + 57 (kvm_mmio to sys_exit) and what is left of 3603; × cycles per instruction",
    source: seenOnVtx("full.tx64 of vtx-rtl8139-qemu; exit to userspace 3.6-3.9 k"),
  },
  kvmRun: {
    doc: "The ioctl KVM_RUN from user space to where the way to the guest begins: vCPU loaded, FPU loaded.",
    category: "hypervisor",
    unit: "instructions",
    value: { low: 1100, typical: 1237, high: 1607 },
    machine: RECORDED,
    evidence: "derived",
    formula:
      "(1400 − 646) + (1129 − 646) (sys_enter to FPU load, to the entry's beginning); × cycles per instruction",
    source: seenOnVtx("full.tx64 of vtx-rtl8139-qemu"),
  },
  userKernelSwitch: {
    doc: "SYSCALL and SYSRET with the kernel's entry and exit code, without mitigations.",
    category: "hypervisor",
    unit: "cycles",
    value: { low: 99, typical: 260, high: 320 },
    machine: "Xeon E5-2650 v2 2.6 GHz, Linux 3.14; low: the instructions alone on a part not named",
    evidence: "derived",
    formula: "0.1 µs × 2.6 GHz; low: SYSCALL and SYSRET 99",
    source: [SOFTNIC_2015, KERNEL_ENTRY_2019],
  },
  shadowPagingPerExit: {
    doc: "What shadow page tables and a TLB without tags add to an exit: guest page tables walked, TLB filled again.",
    category: "hypervisor",
    unit: "cycles",
    value: { low: 0, typical: 0, high: 0 },
    machine: "parts with nested paging",
    evidence: "specified",
    source: agesen2012("section 2: nested paging"),
  },
  vmwareExit: {
    doc: "VMware's monitor and kernel for one exit, without the hardware's round trip.",
    category: "hypervisor",
    unit: "cycles",
    value: { low: 1500, typical: 2239, high: 3000 },
    machine: "3.33 GHz, Westmere class",
    evidence: "derived",
    formula: "3000 (hardware and software, the authors' planning number) − 761",
    source: agesen2012("section 9, VMmark paragraph; Table 1"),
  },
});
