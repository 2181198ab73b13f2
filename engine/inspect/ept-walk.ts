import { EXIT_REASON } from "../cpu/exit-reason.ts";
import type { Snapshot } from "../history/snapshot.ts";
import { fieldOf, flagsOf, hex, indexAt, pageText, readEntry } from "./table-entry.ts";
import type { Walk, WalkResult, WalkStep } from "./walk-step.ts";

const LEVEL_NAMES = ["", "EPT PTE", "EPT PDE", "EPT PDPTE", "EPT PML4E"] as const;
const RIGHTS = { read: 0, write: 1, execute: 2 } as const;
const MEMORY_TYPES: Readonly<Record<number, string>> = {
  0: "uncacheable",
  1: "write combining",
  4: "write-through",
  5: "write-protected",
  6: "write-back",
};
const ADDRESS = 0x000f_ffff_ffff_f000n;
const SOURCE = "Intel SDM vol. 3C, 29.3.2 “EPT Translation Mechanism”, tables 29-1 to 29-6";

/**
 * The walk of the extended page tables for an access, as they stood at the snapshot's row.
 * @param pointer EPT pointer of the VMCS.
 * @param gpa Guest-physical address, below 2^48.
 */
export function eptWalk(
  snapshot: Snapshot,
  pointer: bigint,
  gpa: number,
  access: "read" | "write",
): Walk {
  const steps: WalkStep[] = [];
  const result = descend(snapshot, pointer, gpa, access, steps);
  return {
    kind: "ept",
    title: "Extended page tables",
    address: gpa,
    addressKind: "guestPhysical",
    access,
    steps,
    result,
    cached: undefined,
    source: SOURCE,
  };
}

function descend(
  snapshot: Snapshot,
  pointer: bigint,
  gpa: number,
  access: "read" | "write",
  steps: WalkStep[],
): WalkResult {
  let table = Number(pointer & ADDRESS);
  let rights = 7n;
  for (let level = 4; ; level--) {
    const index = indexAt(gpa, level);
    const name = LEVEL_NAMES[level] as string;
    const { step, low } = readEntry(snapshot, { level, name, table, index, byteCount: 8 });
    const large = level > 1 && fieldOf(low, 7, 1) === 1;
    const isLeaf = level === 1 || large;
    const next = Number(low & ADDRESS);
    const pageBytes = 2 ** (12 + 9 * (level - 1));
    const wrong = misconfiguration(low, isLeaf);
    const flags = flagsOf(low, level > 1 ? { ...RIGHTS, "large page": 7 } : RIGHTS);
    const add = (text: string): void => void steps.push({ ...step, flags, text });
    if ((low & 7n) === 0n) {
      add("not present");
      return violation("nothing is mapped here");
    }
    if (wrong !== undefined) {
      add(wrong);
      return {
        outcome: "fault",
        name: "EPT misconfiguration",
        reason: EXIT_REASON.eptMisconfiguration,
        text: `${name}: ${wrong}`,
      };
    }
    rights &= low;
    if (!isLeaf) {
      add(`next table at ${hex(next)}`);
      table = next;
      continue;
    }
    const type = MEMORY_TYPES[fieldOf(low, 3, 3)] ?? "reserved type";
    add(`page of ${pageText(pageBytes)} at ${hex(next)}, ${type}`);
    if ((rights & (access === "write" ? 2n : 1n)) === 0n)
      return violation(`no ${access} permission`);
    const hostAddress = next + (gpa % pageBytes);
    const text = `host-physical ${hex(hostAddress)}, page of ${pageText(pageBytes)}, ${type}`;
    return { outcome: "translated", hostAddress, pageBytes, text };
  }
}

/** 29.3.3.1 "EPT Misconfigurations": which rule the entry breaks. */
function misconfiguration(entry: bigint, isLeaf: boolean): string | undefined {
  if ((entry & 7n) === 0n) return undefined;
  if ((entry & 3n) === 2n) return "writable but not readable: KVM's mark for a page without memory";
  const type = fieldOf(entry, 3, 3);
  if (!isLeaf) return (entry & 0xf8n) === 0n ? undefined : "reserved bits set";
  return type === 2 || type === 3 || type === 7 ? "reserved memory type" : undefined;
}

function violation(text: string): WalkResult {
  return { outcome: "fault", name: "EPT violation", reason: EXIT_REASON.eptViolation, text };
}
