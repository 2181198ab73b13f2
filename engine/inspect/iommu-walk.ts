import type { Snapshot } from "../history/snapshot.ts";
import { machineAddress } from "../memory/host-physical.ts";
import { ADDRESS_END, ADDRESS_WIDTH_48, HOST_ADDRESS_END } from "../memory/iommu-entry.ts";
import { FAULT_REASON, type FaultReason, faultText } from "../memory/iommu-fault.ts";
import {
  fieldOf,
  flagsOf,
  hex,
  indexAt,
  pageText,
  readEntry,
  type TableEntry,
} from "./table-entry.ts";
import type { Walk, WalkResult, WalkStep } from "./walk-step.ts";

const PAGE_BYTES = 4096;
const LARGEST_LEVEL = 3;
const ADDRESS = 0x000f_ffff_ffff_f000n;
const SOURCE =
  "Intel VT-d, 3.4.3 “Legacy Mode Address Translation”, 9.1 “Root Entry”, 9.3 “Context Entry”, 9.8 “Second-Stage Paging Entries”";

/** One request of a device. */
export interface DmaRequest {
  /** Bus in bits 15:8, device and function in bits 7:0. */
  readonly requester: number;
  readonly iova: number;
  readonly access: "read" | "write";
  /** Whether the IOTLB has the translation. */
  readonly cached: boolean;
}

/** Where the tables are. */
export interface IommuPlace {
  /** Host-physical address of the root table. */
  readonly rootTable: number;
  /** Machine address behind the last byte of memory: what lies beyond is no table. */
  readonly memoryEnd: number;
}

/** Walks root, context and second-level tables as they stood at the snapshot's row. */
export function iommuWalk(snapshot: Snapshot, place: IommuPlace, request: DmaRequest): Walk {
  const { iova, access, cached } = request;
  const walker = new Walker(snapshot, place.memoryEnd);
  const result = walker.walk(place.rootTable, request);
  return {
    kind: "iommu",
    title: "IOMMU, second-level tables",
    address: iova,
    addressKind: "iova",
    access,
    steps: walker.steps,
    result,
    cached,
    source: SOURCE,
  };
}

class Walker {
  readonly steps: WalkStep[] = [];
  readonly #snapshot: Snapshot;

  readonly #memoryEnd: number;

  constructor(snapshot: Snapshot, memoryEnd: number) {
    this.#snapshot = snapshot;
    this.#memoryEnd = memoryEnd;
  }

  walk(rootTable: number, { requester, iova, access }: DmaRequest): WalkResult {
    const index = requester >> 8;
    const root = this.#read(0, "root entry", rootTable, index, 16);
    const contexts = Number(root.low & ADDRESS);
    if (fieldOf(root.low, 0, 1) === 0) return this.#refuse(root, "rootNotPresent");
    this.#add(root, { present: 0 }, `context table of bus ${index} at ${hex(contexts)}`);
    if (!this.#isRam(contexts)) return fault("contextTableInaccessible");
    const context = this.#read(0, "context entry", contexts, requester & 0xff, 16);
    if (fieldOf(context.low, 0, 1) === 0) return this.#refuse(context, "contextNotPresent");
    const width = fieldOf(context.high, 0, 3);
    if (fieldOf(context.low, 2, 2) !== 0 || width !== ADDRESS_WIDTH_48) {
      return this.#refuse(context, "contextInvalid");
    }
    const table = Number(context.low & ADDRESS);
    const domain = fieldOf(context.high, 8, 16);
    const text = `domain ${domain}, 48-bit addresses, tables at ${hex(table)}`;
    this.#add(context, { present: 0, "fault processing disable": 1 }, text);
    if (!(iova >= 0 && iova < ADDRESS_END)) return fault("addressBeyondWidth");
    return this.#descend(table, iova, access);
  }

  #descend(top: number, iova: number, access: "read" | "write"): WalkResult {
    let table = top;
    let rights = 3n;
    const refused = access === "write" ? "writeNotPermitted" : "readNotPermitted";
    for (let level = 4; ; level--) {
      if (!this.#isRam(table)) return fault("tableInaccessible");
      const name = `second-level entry, level ${level}`;
      const entry = this.#read(level, name, table, indexAt(iova, level), 8);
      const { low } = entry;
      const next = Number(low & ADDRESS);
      const large = level > 1 && fieldOf(low, 7, 1) === 1;
      const pageBytes = 2 ** (12 + 9 * (level - 1));
      const bits = level > 1 ? { read: 0, write: 1, "large page": 7 } : { read: 0, write: 1 };
      rights &= low;
      if ((low & 3n) === 0n) {
        this.#add(entry, bits, "not present");
        return fault(refused);
      }
      const leaf = level === 1 || large;
      if (
        next >= HOST_ADDRESS_END ||
        (large && level > LARGEST_LEVEL) ||
        (leaf && next % pageBytes !== 0)
      ) {
        this.#add(entry, bits, "reserved bits set");
        return fault("pagingEntryReserved");
      }
      if (!leaf) {
        this.#add(entry, bits, `next table at ${hex(next)}`);
        table = next;
        continue;
      }
      this.#add(entry, bits, `page of ${pageText(pageBytes)} at ${hex(next)}`);
      if ((rights & (access === "write" ? 2n : 1n)) === 0n) return fault(refused);
      const hostAddress = next + (iova % pageBytes);
      const text = `host-physical ${hex(hostAddress)}, page of ${pageText(pageBytes)}`;
      return { outcome: "translated", hostAddress, pageBytes, text };
    }
  }

  #read(level: number, name: string, table: number, index: number, byteCount: 8 | 16): TableEntry {
    return readEntry(this.#snapshot, { level, name, table, index, byteCount });
  }

  #add({ step, low }: TableEntry, bits: Readonly<Record<string, number>>, text: string): void {
    this.steps.push({ ...step, flags: flagsOf(low, bits), text });
  }

  #refuse(entry: TableEntry, reason: FaultReason): WalkResult {
    this.#add(entry, { present: 0 }, faultText(reason));
    return fault(reason);
  }

  #isRam(table: number): boolean {
    const at = machineAddress(table);
    return at >= 0 && at + PAGE_BYTES <= this.#memoryEnd;
  }
}

function fault(reason: FaultReason): WalkResult {
  const text = faultText(reason);
  return { outcome: "fault", name: "IOMMU fault", reason: FAULT_REASON[reason], text };
}
