import { SVM_EXIT } from "../cpu/svm-exit.ts";
import type { Snapshot } from "../history/snapshot.ts";
import { fieldOf, flagsOf, hex, indexAt, pageText, readEntry } from "./table-entry.ts";
import type { Walk, WalkResult, WalkStep } from "./walk-step.ts";

const LEVEL_NAMES = ["", "nested PTE", "nested PDE", "nested PDPE", "nested PML4E"] as const;
const BITS = { present: 0, writable: 1, user: 2, accessed: 5 } as const;
const LEAF_BITS = { ...BITS, "write-through": 3, "cache disable": 4, dirty: 6 } as const;
const ADDRESS = 0x0007_ffff_ffff_f000n;
/** The address bit that no processor with encrypted or narrower addresses has. */
const RESERVED_BIT = 51;
const SOURCE = "AMD64 APM vol. 2, 15.25 “Nested Paging”, 5.3 “Long-Mode Page Translation”";

/**
 * The walk of the nested page tables for an access, as they stood at the snapshot's row.
 * @param root N_CR3 of the VMCB.
 * @param gpa Guest-physical address, below 2^48.
 */
export function nptWalk(
  snapshot: Snapshot,
  root: bigint,
  gpa: number,
  access: "read" | "write",
): Walk {
  const steps: WalkStep[] = [];
  const result = descend(snapshot, root, gpa, steps);
  return {
    kind: "npt",
    title: "Nested page tables",
    address: gpa,
    addressKind: "guestPhysical",
    access,
    steps,
    result,
    cached: undefined,
    source: SOURCE,
  };
}

function descend(snapshot: Snapshot, root: bigint, gpa: number, steps: WalkStep[]): WalkResult {
  let table = Number(root & ADDRESS);
  for (let level = 4; ; level--) {
    const index = indexAt(gpa, level);
    const name = LEVEL_NAMES[level] as string;
    const { step, low } = readEntry(snapshot, { level, name, table, index, byteCount: 8 });
    const isLeaf = level === 1 || fieldOf(low, 7, 1) === 1;
    const next = Number(low & ADDRESS);
    const named = isLeaf ? LEAF_BITS : BITS;
    const size = level > 1 ? { "large page": 7 } : {};
    const flags = flagsOf(low, { ...named, ...size, "reserved bit 51": RESERVED_BIT });
    const add = (text: string): void => void steps.push({ ...step, flags, text });
    if (fieldOf(low, 0, 1) === 0) {
      add("not present");
      return fault("nothing is mapped here");
    }
    if (fieldOf(low, RESERVED_BIT, 1) === 1) {
      add("reserved bit set: KVM's mark for a page without memory");
      return fault(`${name}: reserved bit set`);
    }
    if (!isLeaf) {
      add(`next table at ${hex(next)}`);
      table = next;
      continue;
    }
    const pageBytes = 2 ** (12 + 9 * (level - 1));
    const hostAddress = next + (gpa % pageBytes);
    const type = fieldOf(low, 3, 2) === 3 ? "uncacheable" : "write-back";
    add(`page of ${pageText(pageBytes)} at ${hex(next)}, ${type}`);
    const text = `host-physical ${hex(hostAddress)}, page of ${pageText(pageBytes)}, ${type}`;
    return { outcome: "translated", hostAddress, pageBytes, text };
  }
}

function fault(text: string): WalkResult {
  return { outcome: "fault", name: "nested page fault", reason: SVM_EXIT.npf, text };
}
