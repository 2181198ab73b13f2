import type { RecordedRun } from "./folder.ts";

/** A vmxnet3 data-ring entry, `VMXNET3_TXDATA_DESC_SIZE`. */
const ENTRY_BYTES = 128;
/** The upper half of 256 bytes: as a signed byte, such an address is below the ring's entries. */
const UPPER_HALF = 128;

/**
 * Where in 256 bytes the guest's allocator put the heads of small packets, 0 or 128: an address
 * like those of other buffers, and as little the driver's choice. It shows only in the direction in
 * which the kernel's memcpy fills an entry of vmxnet3's data ring (arch/x86/lib/memcpy_64.S,
 * memcpy_orig): a copy that begins at the entry's end came from a head in the upper half.
 */
export function readSmallHeadOffset(run: RecordedRun): number {
  for (const { events } of run.phases.values()) {
    let entry = -1;
    for (const event of events) {
      const copies = event.op === "mem_write" && event.block.startsWith("tx_data_ring");
      if (!copies) {
        entry = -1;
        continue;
      }
      const begins = Math.floor(event.offset / ENTRY_BYTES) !== entry;
      entry = Math.floor(event.offset / ENTRY_BYTES);
      if (begins && event.offset % ENTRY_BYTES !== 0) return UPPER_HALF;
    }
  }
  return 0;
}
