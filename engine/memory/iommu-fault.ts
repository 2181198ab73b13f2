import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { TraceStore } from "../trace/store.ts";
import type { AccessClock } from "./shared-block.ts";

/**
 * Why a request is refused, by the number in a fault record: Intel VT-d 7.1.3 "Fault Reason
 * Encodings" for legacy mode and interrupt remapping. Only those that the model can come to.
 */
export const FAULT_REASON = {
  rootNotPresent: 0x1,
  contextNotPresent: 0x2,
  contextInvalid: 0x3,
  addressBeyondWidth: 0x4,
  writeNotPermitted: 0x5,
  readNotPermitted: 0x6,
  tableInaccessible: 0x7,
  contextTableInaccessible: 0x9,
  pagingEntryReserved: 0xc,
  interruptReserved: 0x20,
  interruptIndexBeyondTable: 0x21,
  interruptEntryNotPresent: 0x22,
  interruptEntryReserved: 0x24,
  compatibilityFormatBlocked: 0x25,
  sourceNotVerified: 0x26,
  postedDescriptorInaccessible: 0x27,
} as const;
/** The name of a fault reason. */
export type FaultReason = keyof typeof FAULT_REASON;

/** What the trace calls each reason. */
const TEXT: Readonly<Record<FaultReason, string>> = {
  rootNotPresent: "root entry not present",
  contextNotPresent: "context entry not present: the device belongs to no domain",
  contextInvalid: "context entry invalid",
  addressBeyondWidth: "address beyond the domain's width",
  writeNotPermitted: "no write permission",
  readNotPermitted: "no read permission",
  tableInaccessible: "second-level table outside memory",
  contextTableInaccessible: "context table outside memory",
  pagingEntryReserved: "reserved bits in a second-level entry",
  interruptReserved: "reserved bits in a remappable interrupt request",
  interruptIndexBeyondTable: "interrupt index beyond the remapping table",
  interruptEntryNotPresent: "interrupt-remapping entry not present",
  interruptEntryReserved: "reserved bits in an interrupt-remapping entry",
  compatibilityFormatBlocked: "interrupt request in compatibility format blocked",
  sourceNotVerified: "interrupt of a device that does not own the entry",
  postedDescriptorInaccessible: "posted-interrupt descriptor outside memory",
};

/** A fault reason in words. */
export function faultText(reason: FaultReason): string {
  return TEXT[reason];
}

/** One fault recording register as software reads it: VT-d 11.4.14 "Fault Recording Registers". */
export interface FaultRecord {
  /** FI: page address of a DMA request, or index of an interrupt request. */
  readonly information: number;
  /** SID: who made the request. */
  readonly requester: number;
  /** FR: a number of FAULT_REASON. */
  readonly reason: number;
  /** T: whether it was a read. */
  readonly read: boolean;
}

/** Fault recording registers; VT-d leaves their number to the implementation. */
const RECORDS = 8;

/**
 * The IOMMU's memory of what it refused: Intel VT-d 7.2 "Non-Recoverable Faults", primary fault
 * logging. Full registers keep the first faults: what comes then is only counted as overflow.
 */
export class FaultRecords {
  readonly #trace: TraceStore;
  readonly #clock: Pick<AccessClock, "nowCycles">;
  readonly #names: Readonly<Record<FaultReason, number>>;
  readonly #records: FaultRecord[] = [];
  /** FSTS.PFO: a fault found no free register. */
  overflow = false;
  /** Faults so far. */
  count = 0;
  /** The fault event: FSTS.PPF was clear and a fault came; the host's driver reads the records. */
  onEvent: (() => void) | undefined;
  /** Hears of changes of the records. */
  onChange: (() => void) | undefined;

  constructor(trace: TraceStore, clock: Pick<AccessClock, "nowCycles">) {
    this.#trace = trace;
    this.#clock = clock;
    const names = Object.entries(TEXT).map(([reason, text]) => [reason, trace.id(`VT-d: ${text}`)]);
    this.#names = Object.fromEntries(names) as Record<FaultReason, number>;
  }

  /** FSTS.PPF: a record waits to be read. */
  get pending(): boolean {
    return this.#records.length > 0;
  }

  /** The records that wait, oldest first. */
  get records(): readonly FaultRecord[] {
    return this.#records;
  }

  /** Refuses a request: a row, a record if there is room, an event if none was pending. */
  report(reason: FaultReason, requester: number, address: number, write: boolean): void {
    this.count++;
    const row = this.#names[reason];
    const { nowCycles } = this.#clock;
    this.#trace.row(nowCycles, KIND.iommuFault, ACTORS.hardware.code, row, 0, address, requester);
    this.onChange?.();
    const first = !this.pending;
    if (this.#records.length === RECORDS) {
      this.overflow = true;
      return;
    }
    const number = FAULT_REASON[reason];
    const information = number < 0x20 ? address - (address % 4096) : address;
    this.#records.push({ information, requester, reason: number, read: !write });
    if (first) this.onEvent?.();
  }

  /** Reads and clears the oldest record, as the host's driver does (`dmar_fault`). */
  take(): FaultRecord | undefined {
    if (this.#records.length === 1) this.overflow = false;
    this.onChange?.();
    return this.#records.shift();
  }
}
