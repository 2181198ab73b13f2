import { InputError } from "../core/input-error.ts";
import { CaptureBytes } from "./capture-bytes.ts";
import type { CapturedPacket, CaptureInterface } from "./captured-packet.ts";
import { isPcap, readPcap } from "./pcap-reader.ts";
import { isPcapng, readPcapng } from "./pcapng-reader.ts";

/** A capture file, read whole: at least one packet, every frame complete. */
export interface Capture {
  /** The file's name as given. */
  readonly name: string;
  readonly format: "pcap" | "pcapng";
  /**
   * The interfaces captured on, over all sections in the order of the file; a classic pcap has one.
   */
  readonly interfaces: readonly CaptureInterface[];
  /** In the order of the file; time stamps may run backwards. */
  readonly packets: readonly CapturedPacket[];
}

/** What a reader of captures may choose. */
export interface CaptureOptions {
  /**
   * Longest untagged frame accepted, in bytes without FCS, 60 to 65,535. Each VLAN tag (at most
   * two) allows 4 more. Default 1,514: an MTU of 1,500.
   */
  readonly maxFrameBytes?: number;
}

/**
 * Longest untagged Ethernet frame without FCS, in bytes (IEEE Std 802.3, 3.2.7 MAC Client Data
 * field).
 */
export const MAX_FRAME_BYTES = 1514;

/**
 * Reads a classic pcap or a pcapng file with Ethernet frames. The frames are views on `bytes`.
 * Anything that cannot be sent to the byte (a damaged file, a cut frame, another link type, no
 * packet at all) is an `InputError` that names the file, the place, what was found and what was
 * expected; there is never a part of a result.
 */
export function readCapture(
  bytes: Uint8Array,
  name: string,
  options: CaptureOptions = {},
): Capture {
  const maxFrameBytes = options.maxFrameBytes ?? MAX_FRAME_BYTES;
  if (!Number.isInteger(maxFrameBytes) || maxFrameBytes < 60 || maxFrameBytes > 65_535) {
    throw new InputError(
      `maxFrameBytes: found ${maxFrameBytes}, expected a whole number from 60 to 65535.`,
    );
  }
  const source = new CaptureBytes(bytes, name);
  if (source.sizeBytes === 0) {
    throw source.error({ offset: 0, field: "file", found: "no bytes", expected: EXPECTED_FORMAT });
  }
  const format = detectFormat(source);
  const read = format === "pcap" ? readPcap : readPcapng;
  const { interfaces, packets } = read(source, maxFrameBytes);
  if (packets.length === 0) {
    throw source.error({
      offset: source.sizeBytes,
      field: "end of file",
      found: "no packets",
      expected: "at least one",
    });
  }
  return { name, format, interfaces, packets };
}

const EXPECTED_FORMAT = "a pcap or pcapng capture";

/** Files that people take for captures, by their first bytes. */
const OTHER_FORMATS: readonly (readonly [magic: string, what: string])[] = [
  ["a1 b2 cd 34", "the modified pcap format of Alexey Kuznetzov's patch"],
  ["34 cd b2 a1", "the modified pcap format of Alexey Kuznetzov's patch"],
  ["1c 00 01 ac", "the pcap format of Ixia's hardware captures"],
  ["1c 00 01 ab", "the pcap format of Ixia's software captures"],
  ["1f 8b", "a gzip-compressed file"],
  ["28 b5 2f fd", "a Zstandard-compressed file"],
  ["04 22 4d 18", "an LZ4-compressed file"],
  ["fd 37 7a 58", "an xz-compressed file"],
  ["42 5a 68", "a bzip2-compressed file"],
  ["50 4b 03 04", "a ZIP archive"],
  ["73 6e 6f 6f", "a snoop capture"],
  ["47 4d 42 55", "a Microsoft Network Monitor capture"],
  ["0a 0d 0a", "a pcapng file with its line ends converted by a text-mode transfer"],
  ["0a 0a", "a pcapng file with its line ends converted by a text-mode transfer"],
  ["0d 0a 0d 0d 0a", "a pcapng file with its line ends converted by a text-mode transfer"],
];

function detectFormat(source: CaptureBytes): Capture["format"] {
  if (source.sizeBytes >= 4) {
    if (isPcap(source)) return "pcap";
    if (isPcapng(source)) return "pcapng";
  }
  const magic = source.hex(0, 6);
  const other = OTHER_FORMATS.find(([prefix]) => magic.startsWith(prefix));
  const found = other === undefined ? source.hex(0) : `${source.hex(0)} (${other[1]})`;
  throw source.error({
    offset: 0,
    field: "magic number",
    found,
    expected: `that of ${EXPECTED_FORMAT}`,
  });
}
