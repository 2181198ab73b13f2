import { EXIT_REASON, exitName } from "../cpu/exit-reason.ts";
import type { Machine } from "../machine.ts";
import { KIND } from "../trace/schema.ts";

/** What a run counted, after set-up, over all its packets. */
export interface Totals {
  /** VM exits in all. */
  readonly exits: number;
  /** VM exits by the name of their basic exit reason. */
  readonly exitsByReason: Readonly<Record<string, number>>;
  /** VM exits (or faults in translated code) whose handling left the kernel for user space. */
  readonly userExits: number;
  /** Hypercalls by any domain, and by name. */
  readonly hypercalls: number;
  readonly hypercallsByName: Readonly<Record<string, number>>;
  /** Callouts out of translated code. */
  readonly callouts: number;
  readonly calloutsByName: Readonly<Record<string, number>>;
  /** Exceptions of the guest that a hypervisor took: hidden page faults and the like. */
  readonly exceptions: number;
  /** Interrupts that a hypervisor injected, and that were posted without it. */
  readonly injectedInterrupts: number;
  readonly postedInterrupts: number;
  /** Switches of a host CPU from one thread or domain to another, and wake-ups of sleeping ones. */
  readonly contextSwitches: number;
  readonly wakeUps: number;
  /** Times that a hypervisor entered a domain's event callback. */
  readonly upcalls: number;
  /** System calls that reached a hypervisor, or that the host's user space made. */
  readonly systemCalls: number;
  /** Polls that found nothing, of all cores that poll, and by who polled. */
  readonly emptyPolls: number;
  readonly emptyPollsByLoop: Readonly<Record<string, number>>;
  /** Accesses that the IOMMU refused. */
  readonly iommuFaults: number;
  /** The driver's accesses to device registers. */
  readonly registerReads: number;
  readonly registerWrites: number;
  /** The driver's loads from and stores to rings. */
  readonly ringLoads: number;
  readonly ringStores: number;
  /** Loads from and stores to shared rings by others: the driver domain's backend, Xen. */
  readonly foreignRingLoads: number;
  readonly foreignRingStores: number;
  /** Interrupts the vCPU took. */
  readonly interrupts: number;
  /** MSI-X messages and INTx assertions that the device made. */
  readonly interruptMessages: number;
  /** Copies of a payload by a CPU, and their bytes. */
  readonly copies: number;
  readonly copiedBytes: number;
  /** Accesses of the device to guest memory (descriptors, and payload by a chip), and their bytes. */
  readonly dmaReads: number;
  readonly dmaReadBytes: number;
  readonly dmaWrites: number;
  readonly dmaWrittenBytes: number;
  /** Frames on the wire. */
  readonly transmittedFrames: number;
  readonly arrivedFrames: number;
  /** Frames that reached the guest's socket. */
  readonly deliveredFrames: number;
  readonly droppedFrames: number;
  readonly guestErrors: number;
  /** Rows of the trace, whether kept or not. */
  readonly events: number;
}

/** Reads the totals off a machine's counters. */
export function readTotals(machine: Machine): Totals {
  const { counts, sums } = machine.trace;
  const count = (kind: number): number => counts[kind] ?? 0;
  const sum = (kind: number): number => sums[kind] ?? 0;
  const [foreignLoads = 0, foreignStores = 0] = machine.foreignRingAccesses;
  const exitsByReason: Record<string, number> = {};
  for (const reason of Object.values(EXIT_REASON)) {
    const n = machine.exitsByReason[reason] ?? 0;
    if (n > 0) exitsByReason[exitName(reason)] = n;
  }
  return {
    exits: count(KIND.vmExit),
    exitsByReason,
    userExits: count(KIND.userExit),
    hypercalls: count(KIND.hypercall),
    hypercallsByName: Object.fromEntries(machine.hypercallsByName),
    callouts: count(KIND.callout),
    calloutsByName: named(machine, machine.calloutsByName),
    exceptions: count(KIND.exception),
    injectedInterrupts: count(KIND.interruptInjected),
    postedInterrupts: count(KIND.interruptPosted),
    contextSwitches: count(KIND.contextSwitch),
    wakeUps: count(KIND.wakeUp),
    upcalls: count(KIND.upcall),
    systemCalls: count(KIND.systemCall),
    emptyPolls: [...machine.emptyPollsByLoop.values()].reduce((sum, n) => sum + n, 0),
    emptyPollsByLoop: Object.fromEntries(machine.emptyPollsByLoop),
    iommuFaults: count(KIND.iommuFault),
    registerReads: count(KIND.mmioRead) + count(KIND.pioRead) + count(KIND.configRead),
    registerWrites: count(KIND.mmioWrite) + count(KIND.pioWrite) + count(KIND.configWrite),
    ringLoads: count(KIND.ringLoad) - foreignLoads,
    ringStores: count(KIND.ringStore) - foreignStores,
    foreignRingLoads: foreignLoads,
    foreignRingStores: foreignStores,
    interrupts: count(KIND.interruptTaken),
    interruptMessages: count(KIND.msix) + count(KIND.intxAssert),
    copies: count(KIND.copy),
    copiedBytes: sum(KIND.copy),
    dmaReads: count(KIND.dmaRead),
    dmaReadBytes: sum(KIND.dmaRead),
    dmaWrites: count(KIND.dmaWrite),
    dmaWrittenBytes: sum(KIND.dmaWrite),
    transmittedFrames: count(KIND.wireTransmit),
    arrivedFrames: count(KIND.wireReceive),
    deliveredFrames: count(KIND.deliver),
    droppedFrames: count(KIND.frameDropped),
    guestErrors: count(KIND.guestError),
    events: counts.reduce((total, n) => total + n, 0),
  };
}

/** Counts by dictionary number as counts by name. */
function named(machine: Machine, counts: ReadonlyMap<number, number>): Record<string, number> {
  return Object.fromEntries([...counts].map(([name, n]) => [machine.trace.name(name), n]));
}
