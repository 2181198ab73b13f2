import type { ChargePart, TariffRule } from "./rule.ts";

const MODE = "xen-netfront";
const SYSTEM_CALL = ["xenSystemCall", "mitigationXenHypercall"] as const;
/** A fault's way into Xen, or a way out that a hypercall does not come back from: by IRET. */
const FAULT = ["xenSystemCall", "xenInterruptReturn", "mitigationXenHypercall"] as const;
const ADDRESS_SPACE = ["xenAddressSpaceLoad", "xenTlbRefill"] as const;
/** A way between a program and the guest's kernel: with XPTI it changes page tables. */
const USER_CROSSING = ["mitigationXenUserCrossing", "mitigationXenPageTables"] as const;

/** A hypercall of domU, or of dom0, whose names begin so. */
function hypercall(name: string, ...parts: TariffRule["parts"][number][]): TariffRule {
  return {
    kind: "hypercall",
    where: new RegExp(`^(dom0: )?${name}`),
    parts: [...parts, ...SYSTEM_CALL],
  };
}

/** Grant operations: column `a` counts them. */
const each = (cost: ChargePart["cost"]): ChargePart => ({ cost, per: "value" });

/**
 * Hypercalls carry Xen's instructions and the hardware's way in and out. What Linux executes right
 * before and after stands on the same row where it belongs to nothing else: notify_remote_via_irq,
 * the scheduler around stack_switch, the timer interrupt that ends in a new deadline.
 */
const HYPERCALLS: readonly TariffRule[] = [
  hypercall("event_channel_op\\.send", "xenEventSend", "xenNotify"),
  hypercall("event_channel_op", "xenEventSetup"),
  hypercall("grant_table_op\\.copy", "xenGrantCopyCall", each("xenGrantCopyOperation")),
  hypercall(
    "grant_table_op\\.map",
    "xenGrantMapCall",
    each("xenGrantMapOperation"),
    each("xenvifMapPacket"),
  ),
  hypercall(
    "grant_table_op\\.unmap",
    "xenGrantUnmapCall",
    each("xenGrantUnmapOperation"),
    each("xenvifUnmapPacket"),
  ),
  hypercall("sched_op", "xenBlock"),
  hypercall("iret\\.to_user", "xenReturnToUser", "xenInterruptReturn", ...USER_CROSSING),
  hypercall("iret", "xenReturnToKernel", "xenInterruptReturn"),
  hypercall("set_segment_base", "xenSetSegmentBase"),
  hypercall("stack_switch", "xenStackSwitch", "xenThreadSwitch"),
  hypercall("vcpu_op\\.set_singleshot_timer", "xenSetTimer", "xenTimerInterrupt", "xenGuestTimer"),
  hypercall("mmu_update", "xenMmuUpdateCall", "xenMmuUpdateEntry"),
  hypercall("update_va_mapping", "xenUpdateMapping"),
  hypercall("mmuext_op\\.new_", "xenNewAddressSpace", ...ADDRESS_SPACE),
  hypercall("mmuext_op", "xenFlushTlb"),
  hypercall("", "xenHypercall"),
];

/** Exceptions that Xen takes for a paravirtual guest; those of other guests cost no row of Xen's. */
const EXCEPTIONS: readonly TariffRule[] = [
  { kind: "exception", where: /#GP.*msr/, parts: ["xenEmulateMsrRead", ...FAULT] },
  { kind: "exception", where: /#GP.*emulated/, parts: ["xenEmulatePort", ...FAULT] },
  { kind: "exception", where: /#PF.*emulated/, parts: ["xenPageTableWrite", ...FAULT] },
  { kind: "exception", where: /#PF.*injected/, parts: ["xenPageFaultInjected", ...FAULT] },
  { kind: "exception", where: /#NM .*fixed/, parts: ["xenLazyFpu", ...FAULT] },
];

/** Xen's scheduler: the wake-up, the switch of domains, the way into the guest. */
const SCHEDULER: readonly TariffRule[] = [
  { kind: "wakeUp", mode: MODE, actor: "hypervisor", parts: ["xenVcpuWake"] },
  {
    kind: "contextSwitch",
    mode: MODE,
    actor: "hypervisor",
    where: "idle",
    parts: ["xenIdleLeave"],
  },
  {
    kind: "contextSwitch",
    mode: MODE,
    actor: "hypervisor",
    parts: ["xenDomainSwitch", ...ADDRESS_SPACE, "mitigationXenDomainSwitch"],
  },
  { kind: "upcall", parts: ["xenUpcall", "xenInterruptReturn"] },
];

/** Processes of dom0 (a switch's handler, an agent): their switches and calls go through Xen too. */
const DOM0_PROCESSES: readonly TariffRule[] = [
  {
    kind: "contextSwitch",
    mode: MODE,
    actor: "hostNetwork",
    parts: [
      "xenThreadSwitch",
      "xenEmulateMsrRead",
      "xenSetSegmentBase",
      "xenStackSwitch",
      ...FAULT,
    ],
  },
  {
    kind: "systemCall",
    mode: MODE,
    actor: "hostNetwork",
    parts: [
      "hostControlCall",
      "xenSyscallBounce",
      "xenReturnToUser",
      "xenSystemCall",
      "xenInterruptReturn",
      ...USER_CROSSING,
    ],
  },
];

/** A program's system call: what the kernel does for it stands on its copy, except for a sleep. */
const SYSTEM_CALLS: readonly TariffRule[] = [
  {
    kind: "systemCall",
    mode: MODE,
    actor: "guestApplication",
    where: "clock_nanosleep",
    parts: ["xenSyscallBounce", "xenSystemCall", ...USER_CROSSING, "xenGuestSleep"],
  },
  {
    kind: "systemCall",
    mode: MODE,
    actor: "guestApplication",
    parts: ["xenSyscallBounce", "xenSystemCall", ...USER_CROSSING],
  },
];

/**
 * Linux in both domains, and Xen's event code, by function. dom0's bridge and uplink are the host
 * stack's, but for the TAP that it has not: a frame for the guest is queued by netback.
 */
const FUNCTIONS: readonly TariffRule[] = [
  {
    kind: "tableLookup",
    mode: MODE,
    where: "bridge FDB: known at this guest's port",
    parts: ["hostBridge", "hostNicReceive"],
  },
  { kind: "call", where: "evtchn_fifo_set_pending", parts: ["xenEventSetPending"] },
  { kind: "call", where: "xen_evtchn_do_upcall", parts: ["xenEventDispatch"] },
  { kind: "call", where: "xen_irq_lateeoi", parts: ["xenLateEoi"] },
  { kind: "call", where: "xennet_start_xmit", parts: ["xennetTransmit", "xennetEndGrant"] },
  { kind: "call", where: "xennet_tx_interrupt", parts: ["xennetTransmitInterrupt"] },
  { kind: "call", where: "xennet_poll", parts: ["xennetPoll"] },
  {
    kind: "deliver",
    mode: MODE,
    where: "socket",
    parts: ["xennetEndGrant", "xennetReceivePacket", "xennetReceiveBuffer", "guestReceive"],
  },
  { kind: "call", where: "xenvif_tx_interrupt", parts: ["xenvifTransmitInterrupt"] },
  { kind: "call", where: "vif-guest-rx", parts: ["xenvifReceiveThread"] },
  { kind: "call", where: "vif-dealloc", parts: ["xenvifDeallocThread"] },
  {
    kind: "call",
    where: "NIC driver's poll in dom0",
    parts: ["xenInterrupt", "igbPoll"],
  },
];

/**
 * netback takes requests in batches: what each packet costs stands on the stores that each makes,
 * three to a ring. The index that is stored once a poll pays for the poll itself, which is why
 * xenvif_tx_action and xenvif_rx_action are free. netfront's packets stand on xennet_start_xmit
 * (with the response that each will have) and on the socket that gets them.
 */
const RINGS: readonly TariffRule[] = [
  {
    kind: "ringStore",
    mode: MODE,
    actor: "deviceModel",
    where: "tx ring",
    parts: [{ cost: "xenvifTransmitPacket", times: 1 / 3 }],
  },
  {
    kind: "ringStore",
    mode: MODE,
    actor: "deviceModel",
    where: "rx ring",
    parts: [{ cost: "xenvifReceivePacket", times: 1 / 3 }],
  },
  { kind: "ringLoad", mode: MODE, parts: [] },
  { kind: "ringStore", mode: MODE, parts: [] },
];

/** What Xen, netfront and netback cost. */
export const XEN_RULES: readonly TariffRule[] = [
  ...HYPERCALLS,
  ...EXCEPTIONS,
  ...SCHEDULER,
  ...DOM0_PROCESSES,
  ...SYSTEM_CALLS,
  ...FUNCTIONS,
  ...RINGS,
];
