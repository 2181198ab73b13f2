import { type CostPrimitive, defineCosts } from "../cost.ts";
import { lutomirski2014, molnar2015, ptiDocument } from "../sources/address-space.ts";
import { xenRecording } from "../sources/xen-recording.ts";
import { counted, type InstructionCount } from "./instruction-count.ts";

const MACHINE =
  "Xen 4.20 and Linux 6.12 on QEMU's processor model, one CPU; no mitigations, no cache or TLB misses";

/** Instructions of Xen between the guest's last and its next, out of the recording's table. */
function xen(count: Omit<InstructionCount, "source"> & { where?: string }): CostPrimitive {
  const where = count.where ?? "summary.json, xen_instruction_costs";
  return counted(MACHINE, { ...count, source: xenRecording(where) });
}

/** Instructions that Xen executes for a paravirtual guest, and what its switches cost the hardware. */
export const XEN = defineCosts({
  xenEventSend: xen({
    doc: "Hypercall event_channel_op.send: entry, port look-up and return, without setting the event pending.",
    category: "notification",
    value: { low: 293, typical: 293, high: 361 },
    formula: "540 (target pending or running; 608 in bursts) - 247 of evtchn_fifo_set_pending",
  }),
  xenEventSetPending: xen({
    doc: "Xen sets an event pending: event word, queue, control block and the vCPU's upcall flag.",
    category: "notification",
    value: { low: 60, typical: 247, high: 253 },
    formula:
      "184 from evtchn_send to the event word + 63 to vcpu_kick; 63 alone where it is linked already",
    where: "steady-tx64.insn.jsonl, instructions 4914 to 5161",
  }),
  xenVcpuWake: xen({
    doc: "Xen's credit2 scheduler wakes a vCPU that an event came for.",
    category: "scheduling",
    value: { low: 965, typical: 1033, high: 1089 },
    formula: "1573 of a send that wakes - 540 of one that does not",
  }),
  xenGrantCopyCall: xen({
    doc: "Hypercall grant_table_op.copy: entry and return, whatever it copies.",
    category: "hypervisor",
    value: { low: 640, typical: 672, high: 690 },
    formula: "1599 for one - 927 for each = (59982 for 64 - 1599 for one) / 63",
  }),
  xenGrantCopyOperation: xen({
    doc: "One operation of a grant copy: both frames found, pinned and released; the bytes not counted.",
    category: "hypervisor",
    value: { low: 880, typical: 911, high: 993 },
    formula: "(59982 for 64 - 1599 for one) / 63 = 927, less 128 bytes / 8 per REP iteration = 16",
  }),
  xenGrantMapCall: xen({
    doc: "Hypercall grant_table_op.map_grant_ref: entry and return.",
    category: "hypervisor",
    value: { low: 300, typical: 300, high: 332 },
    formula: "1208 for one - 908 for each",
  }),
  xenGrantMapOperation: xen({
    doc: "One page mapped by its grant reference: entry pinned, page-table entry written.",
    category: "hypervisor",
    value: 908,
    formula: "(58412 for 64 - 1208 for one) / 63",
  }),
  xenGrantUnmapCall: xen({
    doc: "Hypercall grant_table_op.unmap_grant_ref: entry, TLB flush and return.",
    category: "hypervisor",
    value: 488,
    formula: "1365 for one - 877 for each",
  }),
  xenGrantUnmapOperation: xen({
    doc: "One page unmapped: page-table entry cleared, grant released.",
    category: "hypervisor",
    value: 877,
    formula: "(56619 for 64 - 1365 for one) / 63",
  }),
  xenBlock: xen({
    doc: "Hypercall sched_op.block, until Xen's scheduler has chosen who runs next.",
    category: "scheduling",
    value: { low: 1400, typical: 1499, high: 1769 },
    formula: "1499 (median of 526; 1400 to 1769)",
  }),
  xenDomainSwitch: xen({
    doc: "From Xen's context_switch until the other domain's vCPU is ready to run: its state loaded.",
    category: "scheduling",
    value: { low: 1088, typical: 1625, high: 1660 },
    formula: '1779 ("xen switch to dom0") - 154 of the upcall; 749 + 187 + 152 out of idle',
    where: "summary.json, per_packet, instructions_by_owner; tx.insn.jsonl",
  }),
  xenIdleLeave: xen({
    doc: "What the switch out of Xen's idle loop costs more than one between domains.",
    category: "scheduling",
    value: { low: 0, typical: 624, high: 1200 },
    formula:
      "738 + 1456 to context_switch + 1088 to the guest - 1033 of the wake-up - 1625 of a switch",
    where: "tx.insn.jsonl, idle to domU",
  }),
  xenUpcall: xen({
    doc: "Xen builds a frame on the guest's stack and enters its event-channel callback.",
    category: "interrupt",
    value: 154,
    formula: "96 + 58 from the test for events to the callback",
    where: "steady-tx64.insn.jsonl, instructions 18686 to 18840",
  }),
  xenInterrupt: xen({
    doc: "A device's interrupt in Xen: do_IRQ and its exit, without the event that it becomes.",
    category: "interrupt",
    value: { low: 367, typical: 367, high: 1400 },
    formula: "614 of irq 0x40 - 247 of evtchn_fifo_set_pending",
  }),
  xenTimerInterrupt: xen({
    doc: "The local APIC's timer in Xen: interrupt, timer softirq and next deadline.",
    category: "interrupt",
    value: { low: 765, typical: 901, high: 1803 },
    formula: "1148 of irq 0xfa - 247 of evtchn_fifo_set_pending",
  }),
  xenSetTimer: xen({
    doc: "Hypercall vcpu_op.set_singleshot_timer.",
    category: "hypervisor",
    value: { low: 596, typical: 686, high: 1097 },
    formula: "686 (median of 709)",
  }),
  xenSyscallBounce: xen({
    doc: "A guest program's SYSCALL enters Xen, which enters the guest's kernel.",
    category: "transition",
    value: 309,
    formula: "309 (all of 5673)",
  }),
  xenReturnToUser: xen({
    doc: "Hypercall iret from the guest's kernel to a program.",
    category: "transition",
    value: { low: 413, typical: 413, high: 876 },
    formula: "413 (median of 7270)",
  }),
  xenReturnToKernel: xen({
    doc: "Hypercall iret from an upcall or exception back into the guest's kernel.",
    category: "transition",
    value: 355,
    formula: "355 (all of 849)",
  }),
  xenSetSegmentBase: xen({
    doc: "Hypercall set_segment_base.",
    category: "hypervisor",
    value: { low: 239, typical: 239, high: 246 },
    formula: "239 (all of 1785 for the user's GS; 246 by selector)",
  }),
  xenStackSwitch: xen({
    doc: "Hypercall stack_switch: the kernel stack of the thread that runs next.",
    category: "hypervisor",
    value: 233,
    formula: "233 (all of 1785)",
  }),
  xenEmulateMsrRead: xen({
    doc: "RDMSR in the guest's kernel: #GP, decoded and emulated by Xen.",
    category: "hypervisor",
    value: 1147,
    formula: "1147 (all of 1811)",
  }),
  xenEmulatePort: xen({
    doc: "Port I/O in the guest's kernel: #GP, decoded and emulated by Xen.",
    category: "hypervisor",
    value: { low: 1414, typical: 1700, high: 3922 },
    formula: "mean of 1429 (IN, median of 1602) and 1972 (OUT, median of 704)",
  }),
  xenPageFaultInjected: xen({
    doc: "A page fault of the guest's own: Xen hands it to the guest's kernel.",
    category: "transition",
    value: { low: 407, typical: 463, high: 611 },
    formula: "463 (median of 1561 from user mode; 423 from the kernel)",
  }),
  xenPageTableWrite: xen({
    doc: "A guest's store to a page table: #PF, decoded, checked and done by Xen.",
    category: "hypervisor",
    value: { low: 1341, typical: 1639, high: 1917 },
    formula: "1639 (median of 1003 in unmap_page_range)",
  }),
  xenLazyFpu: xen({
    doc: "First FPU instruction after a switch: #NM, Xen loads the registers.",
    category: "hypervisor",
    value: 252,
    formula: "252 (all of 127)",
  }),
  xenMmuUpdateCall: xen({
    doc: "Hypercall mmu_update: entry and return.",
    category: "hypervisor",
    value: { low: 387, typical: 624, high: 660 },
    formula: "873 for one entry - 249 for each",
  }),
  xenMmuUpdateEntry: xen({
    doc: "One page-table entry of an mmu_update: checked and written.",
    category: "hypervisor",
    value: { low: 166, typical: 249, high: 440 },
    formula: "(1632 for five entries - 1134 for three) / 2",
  }),
  xenUpdateMapping: xen({
    doc: "Hypercall update_va_mapping.",
    category: "hypervisor",
    value: { low: 783, typical: 824, high: 1103 },
    formula: "824 (median of 81)",
  }),
  xenNewAddressSpace: xen({
    doc: "Hypercall mmuext_op with new_baseptr and new_user_baseptr: the guest's next process.",
    category: "hypervisor",
    value: { low: 1167, typical: 1299, high: 1301 },
    formula: "1299 (median of 480)",
  }),
  xenFlushTlb: xen({
    doc: "Hypercall mmuext_op.tlb_flush_local or invlpg_local.",
    category: "hypervisor",
    value: { low: 479, typical: 484, high: 488 },
    formula: "mean of 488 and 479 (all of 42 and of 293)",
  }),
  xenEventSetup: xen({
    doc: "Hypercalls of event_channel_op that set a channel up: alloc, bind, unmask.",
    category: "hypervisor",
    value: { low: 381, typical: 1004, high: 2001 },
    formula: "1004 (alloc_unbound; bind_vcpu 381, unmask 654, bind_interdomain 2001)",
  }),
  xenHypercall: xen({
    doc: "A hypercall that does next to nothing, like xen_version with events to deliver.",
    category: "hypervisor",
    value: { low: 360, typical: 360, high: 933 },
    formula: "360 (all of 50 xen_version)",
  }),
  xenAddressSpaceLoad: {
    doc: "CR3 is written: the TLB is empty but for global pages.",
    category: "scheduling",
    unit: "cycles",
    value: { low: 80, typical: 96, high: 300 },
    machine: "x86-64, not named (2015)",
    evidence: "measured",
    source: molnar2015("Cost of: __flush_tlb()"),
  },
  xenTlbRefill: {
    doc: "The TLB fills again behind a switch of address spaces.",
    category: "scheduling",
    unit: "cycles",
    value: { low: 100, typical: 1000, high: 5000 },
    machine: "x86-64 servers",
    evidence: "assumed",
    why: "50 pages touched again at 20 cycles each; the mail calls the refill hard to measure and gives no number.",
    source: molnar2015("on the hidden costs of a full flush"),
  },
  xenSystemCall: {
    doc: "Hardware's part of a way into Xen and back: SYSCALL and SYSRET, which a count of instructions misses.",
    category: "transition",
    unit: "cycles",
    value: { low: 50, typical: 100, high: 250 },
    machine: "x86-64 servers",
    evidence: "assumed",
    why: "No primary text with this number was seen; a way by IRET is measured to take 80 ns more.",
    source: lutomirski2014("commit message"),
  },
  xenInterruptReturn: {
    doc: "What a return by IRET takes more than one by SYSRET.",
    category: "transition",
    unit: "nanoseconds",
    value: { low: 40, typical: 80, high: 100 },
    machine: "x86-64, not named (2014)",
    evidence: "measured",
    source: lutomirski2014("commit message: nearly 80 ns, getpid from 360 to 280 ns"),
  },
  mitigationXenUserCrossing: xen({
    doc: "More instructions of a way between a program and the guest's kernel with XPTI and spec-ctrl.",
    category: "transition",
    value: 536,
    formula: "845 - 309 for the bounce; 949 - 413 for iret",
    where: "summary.json, xen_instruction_costs_mitigations",
  }),
  mitigationXenDomainSwitch: xen({
    doc: "More instructions of a domain switch with XPTI and spec-ctrl.",
    category: "scheduling",
    value: 544,
    formula: "2323 - 1779",
    where: "summary.json, per_packet_mitigations, instructions_by_owner",
  }),
  mitigationXenHypercall: xen({
    doc: "More instructions of any other hypercall or emulated instruction with XPTI and spec-ctrl.",
    category: "transition",
    value: { low: 9, typical: 9, high: 24 },
    formula: "248 - 239 for set_segment_base; 1171 - 1147 for RDMSR",
    where: "summary.json, xen_instruction_costs_mitigations",
  }),
  mitigationXenPageTables: {
    doc: "XPTI writes CR3 on a way between a program and the guest's kernel.",
    category: "transition",
    unit: "cycles",
    value: { low: 80, typical: 100, high: 300 },
    machine: "x86 with page-table isolation",
    evidence: "derived",
    formula:
      "a CR3 write on the order of a hundred cycles, one for each way into Xen from a program and out to it",
    source: ptiDocument("Overhead, 2a"),
  },
});
