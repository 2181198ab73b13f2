import { DESC_F, EVENT, EVENT_FLAG } from "../devices/virtio/ring-layout.ts";
import type { RecordedEvent } from "./event.ts";

const AVAIL_FLAGS = 0;
const USED_IDX = 2;
const DESC_BYTES = 16;
const ID_OFFSET = 12;
const FLAGS_OFFSET = 14;

/**
 * Frames arriving at a virtio-net: each when the driver can see its element. QEMU traces a flush
 * before it stores the index (packed: a fill before it stores the flags), so a load of the driver
 * just behind that line may still find nothing; such loads move the arrival behind them.
 */
export function virtioArrivals(events: readonly RecordedEvent[]): number[] {
  const traced: number[] = [];
  for (const [at, event] of events.entries()) {
    if (event.op === "vq_pop" && event.queue === "rx") traced.push(publication(events, at));
  }
  const packed = events.some((event) => "block" in event && event.block === "rx_desc_ring");
  const seen = packed ? afterFlagLoads(events, traced) : afterIndexLoads(events, traced);
  return afterEnabling(events, traced, seen);
}

/**
 * Moves arrivals that interrupted although the driver's last store said no: the store that allows it
 * had been done, but is logged a moment later, as the driver's next access.
 */
function afterEnabling(
  events: readonly RecordedEvent[],
  traced: readonly number[],
  seen: readonly number[],
): number[] {
  const plain = events.some((event) => isStore(event, "rx_avail", AVAIL_FLAGS));
  let wanted = true;
  let next = 0;
  return seen.map((moved, number) => {
    const at = traced[number] as number;
    for (; next < at; next++) wanted = saysWanted(events[next] as RecordedEvent, plain) ?? wanted;
    if (wanted || !interrupts(events, at)) return moved;
    const store = events.findIndex(
      (event, index) => index > at && (event.op === "mem_read" || event.op === "mem_write"),
    );
    const allows = store >= 0 && saysWanted(events[store] as RecordedEvent, plain) === true;
    return allows ? Math.max(moved, store + 1) : moved;
  });
}

/** Whether the frame published at an event got an interrupt of its own. */
function interrupts(events: readonly RecordedEvent[], published: number): boolean {
  for (let at = published + 1; at < events.length; at++) {
    const event = events[at] as RecordedEvent;
    if (!("queue" in event) || event.queue !== "rx") continue;
    if (event.op === "vq_interrupt") return true;
    if (event.op === "vq_pop") return false;
  }
  return false;
}

/**
 * Whether a store of the driver wants interrupts of the receive queue, or not; undefined for what
 * says neither.
 * @param plain The ring is a split one without event index.
 */
function saysWanted(event: RecordedEvent, plain: boolean): boolean | undefined {
  if (event.op !== "mem_write") return undefined;
  if (isStore(event, "rx_driver_event", EVENT.flags)) {
    return event.value !== BigInt(EVENT_FLAG.DISABLE);
  }
  if (plain) return isStore(event, "rx_avail", AVAIL_FLAGS) ? event.value === 0n : undefined;
  // With an event index, "no" is an event that lies far off: index 0.
  const isEvent = event.block === "rx_avail" && event.field === "used_event";
  return isEvent ? event.value !== 0n : undefined;
}

function isStore(event: RecordedEvent, block: string, offset: number): boolean {
  return event.op === "mem_write" && event.block === block && event.offset === offset;
}

/** Where the driver can see an element: when it is flushed, or filled into a packed ring. */
function publication(events: readonly RecordedEvent[], popped: number): number {
  let filled = popped;
  for (let at = popped + 1; at < events.length; at++) {
    const event = events[at] as RecordedEvent;
    if (!event.op.startsWith("vq_") || !("queue" in event) || event.queue !== "rx") continue;
    if (event.op === "vq_flush") return at;
    if (event.op === "vq_fill") filled = at;
    else break;
  }
  return filled;
}

/** Moves arrivals behind loads of the used index that do not count them yet. */
function afterIndexLoads(events: readonly RecordedEvent[], traced: readonly number[]): number[] {
  const loads = events.flatMap((event, at) =>
    event.op === "mem_read" && event.block === "rx_used" && event.offset === USED_IDX
      ? [{ at, index: Number(event.value) }]
      : [],
  );
  const last = loads.at(-1);
  // The last load says how far the index came; without it behind the last frame, nothing is known.
  if (last === undefined || last.at < (traced.at(-1) ?? 0)) return [...traced];
  const first = last.index - traced.length;
  let next = 0;
  return traced.map((at, number) => {
    let moved = at;
    while (next < loads.length && (loads[next]?.at ?? 0) < at) next++;
    for (let i = next; i < loads.length; i++) {
      const load = loads[i] as { at: number; index: number };
      if (!isBefore(load.index, (first + number + 1) & 0xffff)) break;
      moved = load.at + 1;
    }
    return moved;
  });
}

/** Whether an index stands before another, modulo 2^16. */
function isBefore(index: number, other: number): boolean {
  const distance = (other - index) & 0xffff;
  return distance > 0 && distance < 0x8000;
}

/** Moves arrivals behind loads of their descriptor's flags that do not show them used yet. */
function afterFlagLoads(events: readonly RecordedEvent[], traced: readonly number[]): number[] {
  const moved = [...traced];
  let taken = 0;
  for (const [at, event] of events.entries()) {
    if (event.op !== "mem_read" || event.block !== "rx_desc_ring") continue;
    const offset = event.offset % DESC_BYTES;
    const arrival = moved[taken];
    if (offset === ID_OFFSET) taken++;
    else if (offset === FLAGS_OFFSET && !isUsed(Number(event.value))) {
      if (arrival !== undefined && arrival <= at) moved[taken] = at + 1;
    }
  }
  return moved;
}

/** Whether flags are those of a used descriptor: both bits are equal. */
function isUsed(flags: number): boolean {
  return ((flags & DESC_F.AVAIL) !== 0) === ((flags & DESC_F.USED) !== 0);
}
