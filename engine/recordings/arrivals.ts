import type { RecordedEvent } from "./event.ts";

/** Registers whose writes can raise RTL8139's line from inside: TSD0-3, TPPoll, IMR, ISR. */
const RTL8139_CAUSES = [0x10, 0x14, 0x18, 0x1c, 0xd9, 0x3c, 0x3e];

/**
 * Where frames reach the device, from the traces that show it: how many arrive just before the
 * event with this index. The far end's own log (`wire_rx`) says when a frame was sent, not when
 * QEMU's main loop read it. Where a device has no trace point for it, its interrupt shows it; a
 * frame that raises none arrives with the next that does, or at the end.
 */
export function arrivalPlaces(events: readonly RecordedEvent[]): ReadonlyMap<number, number> {
  const sent = events.filter((event) => event.op === "wire_rx").length;
  const places = sent === 0 ? [] : shownArrivals(events).slice(0, sent);
  const hidden = sent - places.length;
  const counts = new Map<number, number>();
  for (const at of places) counts.set(at, (counts.get(at) ?? 0) + 1);
  if (hidden > 0) {
    // What was hidden came with the first arrival at which the far end had already sent it.
    const last = places.at(-1) ?? Math.max(0, events.length - 1);
    counts.set(last, (counts.get(last) ?? 0) + hidden);
  }
  return counts;
}

function shownArrivals(events: readonly RecordedEvent[]): number[] {
  const virtqueue = indices(events, (e) => e.op === "vq_pop" && e.queue === "rx");
  if (virtqueue.length > 0) return virtqueue;
  const written = indices(
    events,
    (e) => e.op === "dev" && e.event === "e1000e_rx_written_to_guest",
  );
  if (written.length > 0) return written.map((at) => firstOfFrame(events, at));
  const line = indices(events, (e) => e.op === "irq_assert");
  if (line.length > 0) return line.filter((at) => !raisedFromInside(events, at));
  return indices(events, (e) => e.op === "msix" && e.from === "main-loop");
}

/** The first descriptor line of the frame that a "written to guest" line ends. */
function firstOfFrame(events: readonly RecordedEvent[], written: number): number {
  let first = written;
  for (let at = written - 1; at >= 0; at--) {
    const event = events[at] as RecordedEvent;
    if (event.op !== "dev" && event.op !== "wire_tx" && event.op !== "wire_rx") break;
    if (event.op === "dev" && event.event === "e1000e_rx_written_to_guest") break;
    if (event.op === "dev" && event.event === "e1000e_rx_descr") first = at;
  }
  return first;
}

/** Whether the write just before raised the line: a transmit in the doorbell, or ISR or IMR. */
function raisedFromInside(events: readonly RecordedEvent[], at: number): boolean {
  for (let i = at - 1; i >= 0; i--) {
    const event = events[i] as RecordedEvent;
    if (event.op === "mmio_write") return RTL8139_CAUSES.includes(event.offset);
    const between = ["wire_tx", "wire_rx", "irq_deassert", "dma_map", "dev"];
    if (!between.includes(event.op)) return false;
  }
  return false;
}

function indices(
  events: readonly RecordedEvent[],
  test: (event: RecordedEvent) => boolean,
): number[] {
  const found: number[] = [];
  for (const [at, event] of events.entries()) if (test(event)) found.push(at);
  return found;
}
