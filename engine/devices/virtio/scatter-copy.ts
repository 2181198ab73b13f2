import type { DmaPort } from "../../memory/dma-port.ts";
import type { VirtqueueElement } from "./virtqueue-element.ts";

/**
 * Copies host memory into an element's device-writable descriptors, from `offset` bytes into them
 * on, as much as fits.
 * @param purpose Dictionary number for the rows.
 * @returns Bytes copied.
 */
export function copyIntoElement(
  dma: DmaPort,
  element: VirtqueueElement,
  offset: number,
  hostAddress: number,
  byteCount: number,
  purpose: number,
): number {
  let skip = offset;
  let done = 0;
  for (let i = element.outCount; i < element.count && done < byteCount; i++) {
    const length = element.lengths[i] as number;
    const from = Math.min(skip, length);
    skip -= from;
    const part = Math.min(length - from, byteCount - done);
    if (part <= 0) continue;
    dma.write(hostAddress + done, (element.addresses[i] as number) + from, part, purpose);
    done += part;
  }
  return done;
}

/** Copies an element's device-readable bytes behind `offset` into host memory; bytes copied. */
export function copyFromElement(
  dma: DmaPort,
  element: VirtqueueElement,
  offset: number,
  hostAddress: number,
  byteCountMax: number,
  purpose: number,
): number {
  let skip = offset;
  let done = 0;
  for (let i = 0; i < element.outCount; i++) {
    const length = element.lengths[i] as number;
    const from = Math.min(skip, length);
    skip -= from;
    const part = Math.min(length - from, byteCountMax - done);
    if (part <= 0) continue;
    dma.read((element.addresses[i] as number) + from, hostAddress + done, part, purpose);
    done += part;
  }
  return done;
}

/** Guest-physical address `offset` bytes into an element's device-writable part; 0 beyond its end. */
export function writableAddress(element: VirtqueueElement, offset: number): number {
  let skip = offset;
  for (let i = element.outCount; i < element.count; i++) {
    const length = element.lengths[i] as number;
    if (skip < length) return (element.addresses[i] as number) + skip;
    skip -= length;
  }
  return 0;
}
