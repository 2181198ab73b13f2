import { type ArrivalCounts, place } from "./arrival-counts.ts";
import type { RecordedEvent } from "./event.ts";
import { BufferRoom, type Outcome, type ReceiveRoom, RingRoom } from "./receive-room.ts";

const ISR = 0x3e;
const IMR = 0x3c;
const CR = 0x37;
const CAPR = 0x38;
/** TSD0-3 and TPPoll: writes in which the chip transmits and raises its line itself. */
const DOORBELLS = [0x10, 0x14, 0x18, 0x1c, 0xd9];
const ROK = 1n;
const RXOVW = 0x10n;
const OWN = 1n << 31n;
/** 8139cp's NAPI weight: a poll that handles that many is followed by another at once. */
const WEIGHT = 16;

/** What the recording has shown so far. */
interface State {
  readonly events: readonly RecordedEvent[];
  readonly counts: ArrivalCounts;
  readonly room: ReceiveRoom;
  /** Frame sizes on the wire in bytes, in order. */
  readonly sizes: readonly number[];
  /** Frames that the driver never takes because the ring was full, and that are not placed yet. */
  lost: number;
  /** ISR has ROK set, and RXOVW. */
  rok: boolean;
  overflow: boolean;
  /** IMR keeps receive interrupts back. */
  masked: boolean;
  /** The last write that cleared ROK, the last write to CAPR, or -1. */
  lastClear: number;
  lastCapr: number;
  arrived: number;
}

/**
 * Frames arriving at an RTL8139, shown by its line, by ROK and RXOVW in ISR, by the receive buffer
 * not being empty (8139too) and by descriptors without OWN (8139cp, where rings are recorded).
 * @param waiting Sizes of frames that the phase before left in the chip's receive buffer.
 */
export function rtl8139Arrivals(
  events: readonly RecordedEvent[],
  sent: number,
  waiting: readonly number[],
): ArrivalCounts {
  const counts: ArrivalCounts = new Map();
  const usesBuffer = events.some((e) => e.op === "mmio_read" && e.offset === CR);
  const ring = events.some((e) => e.op === "mem_read" && isOwnWord(e));
  const room = usesBuffer ? new BufferRoom(waiting) : new RingRoom(ring);
  const sizes = events.flatMap((event) => (event.op === "wire_rx" ? [event.byteCount] : []));
  const state: State = {
    events,
    counts,
    room,
    sizes,
    lost: ring ? lostFrames(events, sent) : 0,
    rok: false,
    overflow: false,
    masked: false,
    lastClear: -1,
    lastCapr: -1,
    arrived: 0,
  };
  for (let at = 0; at < events.length && state.arrived < sent; at++) look(state, at);
  shareHidden(state, sent - state.arrived);
  return counts;
}

/** Frames that 8139cp never took, if its ring overflowed. */
function lostFrames(events: readonly RecordedEvent[], sent: number): number {
  const overflows = events.some(
    (e) => e.op === "mmio_read" && e.offset === ISR && (e.value & RXOVW) !== 0n,
  );
  if (!overflows) return 0;
  const loads = events.filter((e) => e.op === "mem_read" && isOwnWord(e));
  return sent - loads.filter((e) => e.op === "mem_read" && (e.value & OWN) === 0n).length;
}

function look(state: State, at: number): void {
  const event = state.events[at] as RecordedEvent;
  const write = lastWrite(state.events, at);
  if (event.op === "irq_assert" && write >= 0) {
    const offset = offsetOf(state.events, write);
    if (!DOORBELLS.includes(offset) && !state.rok) arrive(state, write);
  } else if (event.op === "irq_assert") arrive(state, at);
  else if (event.op === "mmio_read" && event.offset === ISR) statusRead(state, at, event.value);
  else if (event.op === "mmio_write" && event.offset === ISR) {
    if ((event.value & RXOVW) !== 0n) state.overflow = false;
    if ((event.value & ROK) === 0n) return;
    state.rok = false;
    state.lastClear = at;
  } else if (event.op === "mmio_write" && event.offset === IMR) {
    state.masked = (event.value & ROK) === 0n;
  } else if (event.op === "mmio_read" && event.offset === CR) {
    if ((event.value & 1n) === 0n) found(state, at);
  } else if (event.op === "mmio_write" && event.offset === CAPR) {
    state.lastCapr = at;
    settle(state, state.room.take());
  } else if (event.op === "mem_read" && isOwnWord(event) && (event.value & OWN) === 0n) {
    found(state, at);
  } else if (event.op === "mem_write" && isOwnWord(event)) state.room.take();
}

function statusRead(state: State, at: number, value: bigint): void {
  if ((value & ROK) === 0n) state.rok = false;
  else if (!state.rok) mustHaveRaised(state, at);
  if ((value & RXOVW) === 0n) return;
  while (!state.overflow && state.arrived < state.sizes.length) arrive(state, at);
  for (; state.lost > 0 && state.arrived < state.sizes.length; state.lost--) arrive(state, at);
}

/** A frame has set ROK: it came at last now, or the host had kept it until CAPR was written. */
function mustHaveRaised(state: State, at: number): void {
  if (!state.masked || state.room.hasRoom || state.lastCapr < 0) arrive(state, at);
  else {
    place(state.counts, state.lastCapr);
    state.room.store(state.sizes[state.arrived++] ?? 0);
    state.rok = true;
  }
}

function isOwnWord(event: { block: string; offset: number; sizeBytes: number }): boolean {
  return event.block === "rx_ring" && event.offset % 16 === 0 && event.sizeBytes === 4;
}

/** The driver finds a frame: it must have arrived, at the latest now. */
function found(state: State, at: number): void {
  if (state.room.count > 0) return;
  if (staysClear(state.events, at) && state.lastClear >= 0) {
    place(state.counts, state.lastClear);
    state.room.store(state.sizes[state.arrived++] ?? 0);
  } else arrive(state, at);
}

function arrive(state: State, at: number): void {
  place(state.counts, at);
  settle(state, state.room.offer(state.sizes[state.arrived++] ?? 0, state.masked));
}

function settle(state: State, outcome: Outcome): void {
  if (outcome === "stored") state.rok = true;
  if (outcome === "overflow") {
    if (state.room instanceof RingRoom && state.overflow) return;
    if (state.room instanceof RingRoom && state.lost > 0) state.lost--;
    state.overflow = true;
  }
}

/** Whether ROK is seen clear after `from` before anything cleared it: it was cleared before. */
function staysClear(events: readonly RecordedEvent[], from: number): boolean {
  for (let at = from + 1; at < events.length; at++) {
    const event = events[at] as RecordedEvent;
    if (event.op === "mmio_read" && event.offset === ISR) return (event.value & ROK) === 0n;
    if (event.op !== "mmio_write") continue;
    if (event.offset === ISR && (event.value & ROK) !== 0n) return false;
    if (event.offset === IMR && (event.value & ROK) !== 0n) {
      return events[at + 1]?.op !== "irq_assert";
    }
  }
  return false;
}

/** The guest's write directly before an event, or -1 when something else came last. */
function lastWrite(events: readonly RecordedEvent[], at: number): number {
  const passed = ["wire_tx", "wire_rx", "irq_deassert", "dma_map", "dev"];
  for (let i = at - 1; i >= 0; i--) {
    const event = events[i] as RecordedEvent;
    if (event.op === "mmio_write") return i;
    if (!passed.includes(event.op)) return -1;
  }
  return -1;
}

function offsetOf(events: readonly RecordedEvent[], at: number): number {
  const event = events[at];
  return event !== undefined && "offset" in event ? event.offset : -1;
}

/** A stretch of polls without unmasking between: its first ISR write, and how many polls. */
interface PollGroup {
  readonly at: number;
  polls: number;
}

/**
 * Frames that nothing shows (8139cp in a plain recording): each poll but the last of a group has
 * handled the weight, the last fewer. They arrive before the group begins.
 */
function shareHidden(state: State, hidden: number): void {
  let left = hidden;
  const { events, counts } = state;
  let carried = 0;
  let from = 0;
  const groups = pollGroups(events);
  const room: { at: number; room: number }[] = [];
  for (const { at, polls } of groups) {
    for (; from <= at; from++) carried += counts.get(from) ?? 0;
    const least = WEIGHT * (polls - 1);
    const extra = Math.min(left, Math.max(0, least - carried));
    place(counts, at, extra);
    left -= extra;
    room.push({ at, room: WEIGHT * polls - 1 - carried - extra });
    carried = 0;
  }
  for (const group of room) {
    const extra = Math.max(0, Math.min(left, group.room));
    place(counts, group.at, extra);
    left -= extra;
  }
  place(counts, Math.max(0, ...counts.keys()), left);
}

function pollGroups(events: readonly RecordedEvent[]): PollGroup[] {
  const groups: PollGroup[] = [];
  let open = false;
  for (const [at, event] of events.entries()) {
    if (event.op !== "mmio_write") continue;
    if (event.offset === ISR && (event.value & ROK) !== 0n) {
      if (open) (groups.at(-1) as PollGroup).polls++;
      else groups.push({ at, polls: 1 });
      open = true;
    } else if (event.offset === IMR) open = false;
  }
  return groups;
}
