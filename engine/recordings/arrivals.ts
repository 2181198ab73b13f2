import { type ArrivalCounts, place } from "./arrival-counts.ts";
import { rtl8139Arrivals } from "./arrivals-rtl8139.ts";
import { virtioArrivals } from "./arrivals-virtio.ts";
import { vmxnet3Arrivals } from "./arrivals-vmxnet3.ts";
import type { RecordedEvent } from "./event.ts";

/**
 * Where frames reach the device. The far end's own log (`wire_rx`) says when a frame was sent, not
 * when QEMU's main loop read it. virtio and the 82576 trace each frame; RTL8139 and vmxnet3 show it
 * by an interrupt, or later by what the driver finds: such a frame arrives at the last moment at
 * which everything that the recording shows is still explained.
 * @param waiting Sizes of frames that the phase before left in the device.
 */
export function arrivalPlaces(
  events: readonly RecordedEvent[],
  waiting: readonly number[] = [],
): ArrivalCounts {
  const sent = events.filter((event) => event.op === "wire_rx").length;
  if (sent === 0) return new Map();
  const regions = new Set(events.map((event) => ("region" in event ? event.region : "")));
  if (regions.has("rtl8139")) return rtl8139Arrivals(events, sent, waiting);
  if (regions.has("vmxnet3-b0")) return vmxnet3Arrivals(events, sent);
  const counts: ArrivalCounts = new Map();
  const traced = tracedArrivals(events).slice(0, sent);
  for (const at of traced) place(counts, at);
  place(counts, traced.at(-1) ?? events.length - 1, sent - traced.length);
  return counts;
}

function tracedArrivals(events: readonly RecordedEvent[]): number[] {
  const found = virtioArrivals(events);
  for (const [at, event] of events.entries()) {
    if (event.op === "dev" && event.event === "e1000e_rx_written_to_guest") {
      found.push(firstOfFrame(events, at));
    }
  }
  return found;
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
