import { EXIT_REASON, exitName } from "../cpu/exit-reason.ts";
import type { Machine } from "../machine.ts";
import { KIND } from "../trace/schema.ts";

/** What a run counted, after set-up, over all its packets. */
export interface Totals {
  /** VM exits in all. */
  readonly exits: number;
  /** VM exits by the name of their basic exit reason. */
  readonly exitsByReason: Readonly<Record<string, number>>;
  /** The driver's accesses to device registers. */
  readonly registerReads: number;
  readonly registerWrites: number;
  /** The driver's loads from and stores to rings. */
  readonly ringLoads: number;
  readonly ringStores: number;
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
  const exitsByReason: Record<string, number> = {};
  for (const reason of Object.values(EXIT_REASON)) {
    const n = machine.exitsByReason[reason] ?? 0;
    if (n > 0) exitsByReason[exitName(reason)] = n;
  }
  return {
    exits: count(KIND.vmExit),
    exitsByReason,
    registerReads: count(KIND.mmioRead) + count(KIND.pioRead) + count(KIND.configRead),
    registerWrites: count(KIND.mmioWrite) + count(KIND.pioWrite) + count(KIND.configWrite),
    ringLoads: count(KIND.ringLoad),
    ringStores: count(KIND.ringStore),
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
