import type { RecordedEvent } from "./event.ts";
import { PHASES, type RecordedRun } from "./folder.ts";

/** IPv4 identification in an Ethernet frame. */
const IDENTIFICATION_OFFSET = 18;
/** A vmxnet3 data-ring entry, `VMXNET3_TXDATA_DESC_SIZE`. */
const DATA_RING_ENTRY_BYTES = 128;

/**
 * The identification of the guest's first datagram. Linux begins at a random number and counts up
 * (net/ipv4/inetpeer, inet_id); a run without a capture shows it only where a driver copies packets
 * through memory that the recorder watched. Otherwise 1: nothing recorded depends on it then.
 */
export function firstIdentification(run: RecordedRun): number {
  // A run under the plugin does not show its warmup: half of its frames were the guest's.
  const warmupFrames = run.manifest.wireFrames.get("warmup") ?? 0;
  let sent = run.phases.has("warmup") ? 0 : warmupFrames / 2;
  for (const name of PHASES) {
    const events = run.phases.get(name)?.events ?? [];
    const found = sightings(events, name === "echo")[0];
    if (found !== undefined) return (found - sent) & 0xffff;
    sent += events.filter((event) => event.op === "wire_tx").length;
  }
  return 1;
}

/** Identifications of guest datagrams that pass through watched memory, in order. */
function sightings(events: readonly RecordedEvent[], echoed: boolean): number[] {
  const found: number[] = [];
  let header = -1;
  for (const event of events) {
    if (event.op !== "mem_read" && event.op !== "mem_write") continue;
    let frame = -1;
    if (event.block.startsWith("tx_data_ring") && event.op === "mem_write") {
      frame = event.offset - (event.offset % DATA_RING_ENTRY_BYTES);
    } else if (event.block === "rx_buffer" && echoed) {
      if (event.sizeBytes === 4) header = event.offset;
      if (header >= 0) frame = header + 4;
    }
    const at = frame + IDENTIFICATION_OFFSET - event.offset;
    if (frame < 0 || at < 0 || at + 2 > event.sizeBytes) continue;
    const low = Number((event.value >> BigInt(8 * at)) & 0xffffn);
    found.push(((low & 0xff) << 8) | (low >> 8));
  }
  return found;
}
