import type { Snapshot } from "../history/snapshot.ts";
import { FAULT_REASON, type FaultReason, faultText } from "../memory/iommu-fault.ts";
import { fieldOf, flagsOf, hex, readEntry } from "./table-entry.ts";
import type { Walk, WalkResult } from "./walk-step.ts";

const ENTRY_BYTES = 16;
const ENTRIES = 256;
const SOURCE =
  "Intel VT-d, 5.1 “Interrupt Remapping”, 9.10 and 9.11 “Interrupt Remapping Table Entry”";
const BITS = { present: 0, "fault processing disable": 1, urgent: 14, posted: 15 } as const;

/**
 * What the interrupt-remapping table makes of a message, as it stood at the snapshot's row.
 * @param table Host-physical address of the table (IRTA).
 * @param cached Whether the interrupt entry cache has the entry; undefined when that is not known.
 */
export function interruptWalk(
  snapshot: Snapshot,
  table: number,
  index: number,
  requester: number | undefined,
  cached: boolean | undefined,
): Walk {
  const walk = {
    kind: "interruptRemapping",
    title: "Interrupt remapping",
    address: index,
    addressKind: "interruptIndex",
    access: "interrupt",
    cached,
    source: SOURCE,
  } as const;
  if (index >= ENTRIES) return { ...walk, steps: [], result: fault("interruptIndexBeyondTable") };
  const place = {
    level: 0,
    name: "interrupt-remapping entry",
    table,
    index,
    byteCount: ENTRY_BYTES,
  } as const;
  const { step, low, high } = readEntry(snapshot, place);
  const result = judge(low, high, requester);
  const flags = flagsOf(low, BITS);
  return { ...walk, steps: [{ ...step, flags, text: entryText(low, high) }], result };
}

function judge(low: bigint, high: bigint, requester: number | undefined): WalkResult {
  if (fieldOf(low, 0, 1) === 0) return fault("interruptEntryNotPresent");
  const posted = fieldOf(low, 15, 1) === 1;
  if (fieldOf(low, 1, posted ? 7 : 0) !== 0 || fieldOf(low, 12, posted ? 2 : 3) !== 0) {
    return fault("interruptEntryReserved");
  }
  const verifies = fieldOf(high, 18, 2) === 1;
  if (verifies && requester !== undefined && fieldOf(high, 0, 16) !== requester) {
    return fault("sourceNotVerified");
  }
  const vector = fieldOf(low, 16, 8);
  const text = posted
    ? `posted: vector ${hex(vector)} into the descriptor at ${hex(descriptorOf(low, high))}`
    : `remapped: vector ${hex(vector)} to APIC ${fieldOf(low, 40, 8)}`;
  return { outcome: "interrupt", vector, posted, text };
}

function entryText(low: bigint, high: bigint): string {
  if (fieldOf(low, 0, 1) === 0) return "not present";
  const vector = `vector ${hex(fieldOf(low, 16, 8))}`;
  const source = `of requester ${requesterText(fieldOf(high, 0, 16))}`;
  if (fieldOf(low, 15, 1) === 0) return `${vector} to APIC ${fieldOf(low, 40, 8)}, ${source}`;
  return `${vector}, descriptor at ${hex(descriptorOf(low, high))}, ${source}`;
}

/** Bits 31:6 of the descriptor's address lie in bits 63:38, bits 63:32 in the upper half's top. */
function descriptorOf(low: bigint, high: bigint): number {
  return Number((high >> 32n) << 32n) + Number((low >> 32n) & 0xffff_ffc0n);
}

/** Bus, device and function as lspci writes them. */
export function requesterText(requester: number): string {
  const two = (value: number): string => value.toString(16).padStart(2, "0");
  return `${two(requester >> 8)}:${two((requester >> 3) & 31)}.${requester & 7}`;
}

function fault(reason: FaultReason): WalkResult {
  const text = faultText(reason);
  return { outcome: "fault", name: "IOMMU fault", reason: FAULT_REASON[reason], text };
}
