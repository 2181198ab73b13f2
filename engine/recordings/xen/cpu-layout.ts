import type { AddressSpace } from "../../cpu/paravirtual/address-space.ts";
import { privatePage } from "../../cpu/paravirtual/address-space.ts";
import type { Area } from "../../cpu/paravirtual/area.ts";
import type { ProgramImage } from "../../cpu/paravirtual/pv-process.ts";
import { entryIndex, entrySpan, PAGE_BYTES } from "../../cpu/paravirtual/table-page.ts";
import type { CpuEvent, TableEntry } from "./cpu-event.ts";

/** The recorder's agent, a static program: its segments by page number, as its ELF header has them. */
const AGENT = {
  header: [0x400, 0x401],
  text: [0x401, 0x49a],
  constants: [0x49a, 0x4c4],
  /** Data that becomes read-only once it is relocated (RELRO), before the rest of the data. */
  relocated: [0x4c4, 0x4c8],
  data: [0x4c8, 0x4cb],
  zeroed: [0x4cb, 0x4e7],
} as const;

/** Where x86 programs have what the kernel maps for them: mmap's region and the stack. */
const MMAP_LOWEST = 0x7000_0000_0000;
/** What setup_arg_pages lets a stack grow to at once, with the arguments' page. */
const STACK_BYTES = (128 << 10) + PAGE_BYTES;
/** A place for the kernel's pages when the recording does not show where mmap's region is. */
const UNKNOWN_MMAP = 0x7f00_0000_0000;

/** An access that faulted, as the recording shows it: what the program did. */
export interface RecordedAccess {
  readonly address: number;
  readonly write: boolean;
}

/** Range of RELRO in bytes: what `mprotect` makes read-only. */
export const RELOCATED = { start: bytes(AGENT.relocated[0]), end: bytes(AGENT.relocated[1]) };

/**
 * The agent as exec maps it, with places taken from what it then touches (they are random):
 * the heap, the stack, the kernel's page of code.
 */
export function agentImage(accesses: readonly RecordedAccess[]): ProgramImage {
  const high = accesses.filter(({ address }) => address >= MMAP_LOWEST);
  const stack = high.filter(({ write }) => write).map(({ address }) => pageOf(address));
  const areas = [...segments(false)];
  const heap = heapArea(accesses);
  if (heap !== undefined) areas.push(heap);
  const code = high.find(({ write }) => !write);
  if (code !== undefined) areas.push(oneArea("vdso", pageOf(code.address), PAGE_BYTES, false));
  // exec leaves the arguments in the page above the one that the program touches first.
  const stackPage = Math.max(...stack, MMAP_LOWEST) + PAGE_BYTES;
  return { areas, stackPage, stackBytes: STACK_BYTES };
}

/** What stands in the agent's memory when it forks. */
export interface ResidentAgent {
  /** Accesses by which addresses of heap and stack are known. */
  readonly accesses: readonly RecordedAccess[];
  /** Entries that fork copies, in the order of addresses: which pages are there. */
  readonly copied: readonly TableEntry[];
  /** Pages that it writes between forks in the recording: those are writable again. */
  readonly written: readonly number[];
  /** Entries that its first fork write-protects. */
  readonly writeProtected: readonly TableEntry[];
  /** An address in mmap's region, 0 when none is known. */
  readonly mmapAddress: number;
}

/**
 * Lays the running agent out in an address space that Xen already has.
 * @returns How many pages are writable only because it wrote them before the recording begins.
 */
export function layOutAgent(memory: AddressSpace, resident: ResidentAgent): number {
  const { accesses, copied, written, writeProtected } = resident;
  let earlier = 0;
  const frames = [...new Set(copied.map(({ frame }) => frame))];
  const bases = tableBases(frames, copied, accesses);
  for (const area of segments(true)) memory.map(area);
  for (const [at, frame] of frames.entries()) {
    const base = bases[at] as number;
    if (at > 0) memory.map(oneArea("anonymous", base, entrySpan(2), true));
    for (const { index } of copied.filter((entry) => entry.frame === frame)) {
      const address = base + index * PAGE_BYTES;
      const page = privatePage();
      const before =
        !written.includes(address) &&
        writeProtected.some((entry) => entry.frame === frame && entry.index === index);
      if (before) earlier++;
      const writable = before || written.includes(address);
      page.exclusive = writable;
      // Pages that a child copied or let go are the agent's alone, but it has not noticed yet.
      memory.place(address, page, writable);
    }
  }
  const mmap = resident.mmapAddress === 0 ? UNKNOWN_MMAP : resident.mmapAddress;
  memory.map(oneArea("vvar", pageOf(mmap), PAGE_BYTES, false));
  memory.placeTables(pageOf(mmap));
  memory.tables.pin();
  return earlier;
}

/** Addresses that faulting user or kernel code touched, in a stretch of a recording. */
export function accessesIn(events: readonly CpuEvent[]): RecordedAccess[] {
  return events.flatMap((event) =>
    event.op === "exception" && event.vector === "#PF" && event.result === "injected"
      ? [{ address: event.address, write: (event.errorCode & 2) !== 0 }]
      : [],
  );
}

/** The address that each table covers from: known where an access of its pages is. */
function tableBases(
  frames: readonly number[],
  copied: readonly TableEntry[],
  accesses: readonly RecordedAccess[],
): number[] {
  const span = entrySpan(2);
  return frames.map((frame, at) => {
    const first = Math.floor(bytes(AGENT.header[0]) / span) * span;
    if (at === 0) return first;
    const indices = copied.filter((entry) => entry.frame === frame).map(({ index }) => index);
    const isStack = at === frames.length - 1;
    const known = accesses.find(({ address }) => {
      const here = address >= MMAP_LOWEST === isStack && address >= first + span;
      return here && indices.includes(entryIndex(address, 1));
    });
    if (known !== undefined) return Math.floor(known.address / span) * span;
    return isStack ? MMAP_LOWEST + 0xfff * 2 ** 32 : first + at * span;
  });
}

function segments(started: boolean): Area[] {
  const area = (
    [first, last]: readonly [number, number],
    backing: Area["backing"],
    writable: boolean,
  ): Area => ({
    ...oneArea(backing, bytes(first), bytes(last - first), writable),
    hasPrivatePages: started && (writable || first === AGENT.relocated[0]),
  });
  return [
    area(AGENT.header, "file", false),
    area(AGENT.text, "file", false),
    area(AGENT.constants, "file", false),
    ...(started
      ? [area(AGENT.relocated, "file", false), area(AGENT.data, "file", true)]
      : [area([AGENT.relocated[0], AGENT.data[1]], "file", true)]),
    area(AGENT.zeroed, "anonymous", true),
  ];
}

/** The heap as far as the program touches it. */
function heapArea(accesses: readonly RecordedAccess[]): Area | undefined {
  const pages = accesses
    .map(({ address }) => pageOf(address))
    .filter((page) => page >= bytes(AGENT.zeroed[1]) && page < MMAP_LOWEST);
  if (pages.length === 0) return undefined;
  const start = Math.min(...pages);
  return oneArea("anonymous", start, Math.max(...pages) + PAGE_BYTES - start, true);
}

function oneArea(
  backing: Area["backing"],
  start: number,
  byteCount: number,
  writable: boolean,
): Area {
  const hasPrivatePages = false;
  return { start, end: start + byteCount, backing, writable, hasPrivatePages };
}

function bytes(pages: number): number {
  return pages * PAGE_BYTES;
}

function pageOf(address: number): number {
  return Math.floor(address / PAGE_BYTES) * PAGE_BYTES;
}
