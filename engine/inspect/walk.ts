import type { Snapshot } from "../history/snapshot.ts";
import { machineAddress } from "../memory/host-physical.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { Trace } from "../trace/store.ts";
import { eptWalk } from "./ept-walk.ts";
import { interruptWalk } from "./interrupt-walk.ts";
import { iommuWalk } from "./iommu-walk.ts";
import { nptWalk } from "./npt-walk.ts";
import type { Walk } from "./walk-step.ts";

const PAGE_BYTES = 4096;
/** Beginnings of the IOMMU's names in rows: its root entry and second-level entries, its interrupts. */
const LOOKUP = { interrupt: "VT-d: interrupt", levels: /^VT-d: .*second-level/ } as const;

/** What walks need of a run. */
export interface WalkedRun {
  readonly trace: Trace;
}

/**
 * The page walks behind a row: of the guest's physical address that it accesses, of the address that
 * a device reads or writes, of its interrupt. Tables are read as they stood when the row was over.
 * Empty for rows without such an address, and in modes without such tables.
 */
export function walksAt({ trace }: WalkedRun, snapshot: Snapshot, row: number): Walk[] {
  const kind = trace.kind[row];
  const a = trace.a[row] as number;
  const b = trace.b[row] as number;
  const where = trace.names[trace.where[row] as number] ?? "";
  switch (kind) {
    case KIND.mmioRead:
    case KIND.mmioWrite:
      return windowWalk(snapshot, where, a, kind === KIND.mmioWrite);
    case KIND.vmExit:
      return exitWalk(trace, snapshot, row);
    case KIND.dmaRead:
    case KIND.dmaWrite:
      if (trace.actor[row] !== ACTORS.hardware.code) return [];
      return dmaWalks(snapshot, b, a, kind === KIND.dmaWrite);
    case KIND.tableLookup:
      if (where.startsWith(LOOKUP.interrupt)) return interruptWalks(snapshot, a, undefined, false);
      return LOOKUP.levels.test(where) ? missWalk(trace, snapshot, row) : [];
    case KIND.iommuFault:
      return faultWalk(snapshot, where, a, b);
    case KIND.msix:
      return messageWalk(snapshot, a & 0xff);
    case KIND.interruptPosted:
      return messageWalk(snapshot, a);
    default:
      return [];
  }
}

/** A guest's access through a window onto a device's region. */
function windowWalk(snapshot: Snapshot, region: string, offset: number, write: boolean): Walk[] {
  const base = snapshot.value("device-windows", region, 1);
  const owner = snapshot.value("device-windows", region, 3);
  if (typeof base !== "number" || owner !== "guest") return [];
  return guestWalk(snapshot, base + offset, write);
}

/** An exit that the tables caused: the address stands in the control structure. */
function exitWalk(trace: Trace, snapshot: Snapshot, row: number): Walk[] {
  const gpa = snapshot.value("vmcs", "guestPhysicalAddress") ?? snapshot.value("vmcb", "exitInfo2");
  if (gpa === undefined || typeof gpa === "string") return [];
  return guestWalk(snapshot, Number(gpa), accessBehind(trace, row));
}

/** The access that an exit is about is the row of it that follows. */
function accessBehind(trace: Trace, row: number): boolean {
  for (let at = row + 1; at < trace.length && trace.kind[at] !== KIND.vmEntry; at++) {
    if (trace.kind[at] === KIND.mmioWrite) return true;
    if (trace.kind[at] === KIND.mmioRead) return false;
  }
  return false;
}

function guestWalk(snapshot: Snapshot, gpa: number, write: boolean): Walk[] {
  const access = write ? "write" : "read";
  const pointer = snapshot.value("vmcs", "eptPointer");
  if (typeof pointer === "bigint") return [eptWalk(snapshot, pointer, gpa, access)];
  const root = snapshot.value("vmcb", "nestedCr3");
  return typeof root === "bigint" ? [nptWalk(snapshot, root, gpa, access)] : [];
}

/** A device's request: one walk for each page that it touches, first and last. */
function dmaWalks(snapshot: Snapshot, iova: number, byteCount: number, write: boolean): Walk[] {
  const requester = onlyRequester(snapshot);
  if (requester === undefined) return [];
  const last = iova + Math.max(0, byteCount - 1);
  const pages = [iova];
  if (Math.floor(last / PAGE_BYTES) !== Math.floor(iova / PAGE_BYTES)) {
    pages.push(last - (last % PAGE_BYTES));
  }
  return pages.flatMap((address) =>
    requestWalk(snapshot, requester, address, write, isCached(snapshot, address)),
  );
}

/** Rows of a miss: the request that missed is the row that encloses or precedes them. */
function missWalk(trace: Trace, snapshot: Snapshot, row: number): Walk[] {
  const requester = onlyRequester(snapshot);
  if (requester === undefined) return [];
  let at = row;
  while (at > 0 && trace.kind[at] === KIND.tableLookup) at--;
  const write = trace.kind[at] === KIND.dmaWrite;
  return requestWalk(snapshot, requester, trace.a[row] as number, write, false);
}

function faultWalk(snapshot: Snapshot, reason: string, address: number, requester: number): Walk[] {
  if (/interrupt/.test(reason)) return interruptWalks(snapshot, address, requester, undefined);
  return requestWalk(
    snapshot,
    requester,
    address,
    /write/.test(reason),
    isCached(snapshot, address),
  );
}

function requestWalk(
  snapshot: Snapshot,
  requester: number,
  iova: number,
  write: boolean,
  cached: boolean,
): Walk[] {
  const root = snapshot.value("iommu", "RTADDR");
  const end = snapshot.value("iommu", "end of memory");
  if (typeof root !== "number" || typeof end !== "number") return [];
  const request = { requester, iova, access: write ? "write" : "read", cached } as const;
  return [iommuWalk(snapshot, { rootTable: root, memoryEnd: machineAddress(end) }, request)];
}

/** The message of a guest's vector: the table entry that the host keeps for it. */
function messageWalk(snapshot: Snapshot, vector: number): Walk[] {
  const line = snapshot
    .section("interrupt-remapping")
    ?.lines.find(({ values }) => values[7] === vector);
  if (line === undefined) return [];
  return interruptWalks(
    snapshot,
    Number(line.name.slice("entry ".length)),
    undefined,
    line.values[6] === 1,
  );
}

function interruptWalks(
  snapshot: Snapshot,
  index: number,
  requester: number | undefined,
  cached: boolean | undefined,
): Walk[] {
  const table = snapshot.value("iommu", "IRTA");
  if (typeof table !== "number") return [];
  return [interruptWalk(snapshot, table, index, requester ?? onlyRequester(snapshot), cached)];
}

/** The function that the guest was given: of several, rows do not say whose request it is. */
function onlyRequester(snapshot: Snapshot): number | undefined {
  const lines = snapshot.section("iommu-contexts")?.lines ?? [];
  const requester = lines.length === 1 ? lines[0]?.values[0] : undefined;
  return typeof requester === "number" ? requester : undefined;
}

/** Whether the IOTLB has an address when the row is over and its look-up has not left rows yet. */
function isCached(snapshot: Snapshot, iova: number): boolean {
  const lines = snapshot.section("iotlb")?.lines ?? [];
  return lines.some(({ values: [, first, end] }) => iova >= Number(first) && iova < Number(end));
}
