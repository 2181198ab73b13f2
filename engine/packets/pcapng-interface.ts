import type { CaptureBytes } from "./capture-bytes.ts";
import { countBytes } from "./capture-bytes.ts";
import type { CaptureInterface } from "./captured-packet.ts";

/** An interface description block: where its packets come from, and how its clock counts. */
export interface PcapngInterface extends CaptureInterface {
  /** Most bytes captured of each packet; 0 means no limit. */
  readonly snapBytes: number;
  /** Clock units are `clockBase` to the power of minus `clockExponent` seconds. */
  readonly clockBase: 2n | 10n;
  readonly clockExponent: bigint;
  /** Seconds to add to every time stamp. */
  readonly offsetSeconds: bigint;
}

const IF_TSRESOL = 9;
const IF_FCSLEN = 13;
const IF_TSOFFSET = 14;
const EPB_FLAGS = 2;

/** Reads an interface description block whose length has been checked. */
export function readInterface(
  source: CaptureBytes,
  offset: number,
  blockBytes: number,
): PcapngInterface {
  const start = offset + 16;
  const end = offset + blockBytes - 4;
  const resolutionAt = findOption(source, start, end, IF_TSRESOL, 1);
  const fcsAt = findOption(source, start, end, IF_FCSLEN, 1);
  const offsetAt = findOption(source, start, end, IF_TSOFFSET, 8);
  // Microseconds unless the option says otherwise; bit 7 chooses powers of 2.
  const resolution = resolutionAt === undefined ? 6 : (source.bytes[resolutionAt] ?? 6);
  return {
    linkType: source.uint16(offset + 8),
    linkTypeOffset: offset + 8,
    snapBytes: source.uint32(offset + 12),
    fcsBytes: fcsAt === undefined ? 0 : (source.bytes[fcsAt] ?? 0),
    clockBase: (resolution & 0x80) === 0 ? 10n : 2n,
    clockExponent: BigInt(resolution & 0x7f),
    offsetSeconds: offsetAt === undefined ? 0n : source.int64(offsetAt),
  };
}

/**
 * Nanoseconds since 1970-01-01 UTC of a time stamp in the interface's units, cut to whole
 * nanoseconds.
 */
export function timestampToNs(captured: PcapngInterface, units: bigint): bigint {
  const unitsPerSecond = captured.clockBase ** captured.clockExponent;
  return captured.offsetSeconds * 1_000_000_000n + (units * 1_000_000_000n) / unitsPerSecond;
}

/**
 * FCS length in bytes from the flags option of a packet block, bits 5 to 8; 0 when it is not given.
 */
export function fcsBytesFromFlags(source: CaptureBytes, start: number, end: number): number {
  const at = findOption(source, start, end, EPB_FLAGS, 4);
  return at === undefined ? 0 : (source.uint32(at) >>> 5) & 0xf;
}

/**
 * Byte offset of an option's value, undefined when it is absent; an option that leaves its block is
 * an error.
 */
function findOption(
  source: CaptureBytes,
  start: number,
  end: number,
  code: number,
  valueBytes: number,
): number | undefined {
  let offset = start;
  let found: number | undefined;
  while (offset + 4 <= end) {
    const optionCode = source.uint16(offset);
    const optionBytes = source.uint16(offset + 2);
    if (optionCode === 0) break;
    const problem = (expected: string) =>
      source.error({
        offset: offset + 2,
        field: `length of option ${optionCode}`,
        found: countBytes(optionBytes),
        expected,
      });
    if (offset + 4 + optionBytes > end)
      throw problem(`at most the ${end - offset - 4} left in the block`);
    if (optionCode === code) {
      if (optionBytes !== valueBytes) throw problem(`${valueBytes}`);
      found ??= offset + 4;
    }
    offset += 4 + Math.ceil(optionBytes / 4) * 4;
  }
  return found;
}
