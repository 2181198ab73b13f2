import { InputError } from "../core/input-error.ts";
import { Random } from "../core/random.ts";
import { internetChecksum, onesComplementSum, pseudoHeaderSum } from "./checksum.ts";

/** What packets to generate. */
export interface GeneratorOptions {
  /**
   * Bytes of each frame as a driver sees it, without the 4-byte FCS: a whole number from 60 to
   * 1,514. What test reports call a 64-byte packet is 60 here, because they count the FCS. "imix"
   * mixes 60, 590 and 1,514 (64, 594 and 1,518 with FCS) as 7 : 4 : 1.
   */
  readonly frameBytesWithoutFcs: number | "imix";
  /** A whole number from 0 to 4,294,967,295: chooses the payload bytes and the order of the mix. */
  readonly seed: number;
  /** Seen from the guest: "tx" goes from guest to peer, "rx" from peer to guest. */
  readonly direction: "tx" | "rx";
  /** Six bytes; default `GUEST_MAC`. */
  readonly guestMac?: Uint8Array;
  /** Six bytes; default `PEER_MAC`. */
  readonly peerMac?: Uint8Array;
}

/** The guest's Ethernet address, 52:54:00:12:34:56, as QEMU gives it to a machine's first NIC. */
export const GUEST_MAC: Uint8Array = Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56);
/** The peer's Ethernet address, 00:00:5e:00:53:01 (RFC 9542, EUI-48 Documentation Values). */
export const PEER_MAC: Uint8Array = Uint8Array.of(0x00, 0x00, 0x5e, 0x00, 0x53, 0x01);
/** The guest's address, 192.0.2.15 (RFC 5737, 3. Documentation Address Blocks). */
export const GUEST_IPV4: Uint8Array = Uint8Array.of(192, 0, 2, 15);
/** The peer's address, 192.0.2.2 (RFC 5737, 3. Documentation Address Blocks). */
export const PEER_IPV4: Uint8Array = Uint8Array.of(192, 0, 2, 2);

/**
 * Byte offset in a generated frame of its sequence number: the first 4 bytes of the UDP payload,
 * big-endian.
 */
export const SEQUENCE_OFFSET = 42;
/** Longest generated frame in bytes, without FCS. */
export const MAX_GENERATED_BYTES = 1514;
const MIN_GENERATED_BYTES = 60;
/** Twelve packets of the mix; every dozen is shuffled anew. */
const IMIX: readonly number[] = [60, 60, 60, 60, 60, 60, 60, 590, 590, 590, 590, 1514];

/** A frame with sequence number 0, to be copied and completed. */
interface Template {
  readonly frame: Uint8Array;
  /** Checksum sum of the UDP datagram with its pseudo-header, not complemented. */
  readonly udpSum: number;
}

/**
 * Writes one Ethernet/IPv4/UDP frame after the other into memory of the caller, without allocating.
 */
export class PacketGenerator {
  readonly #random: Random;
  readonly #templates: readonly Template[];
  /** Indices of templates, one dozen of the mix; empty when all frames have one size. */
  readonly #dozen: number[];
  #sequence = 0;

  /** Options out of their ranges are an `InputError` that names the option. */
  constructor(options: GeneratorOptions) {
    const { frameBytesWithoutFcs, seed } = options;
    checkRange("seed", seed, 0, 0xffff_ffff);
    checkMac("guestMac", options.guestMac);
    checkMac("peerMac", options.peerMac);
    this.#random = new Random(seed);
    if (frameBytesWithoutFcs === "imix") {
      const sizes = [...new Set(IMIX)];
      this.#templates = sizes.map((bytes) => makeTemplate(options, bytes));
      this.#dozen = IMIX.map((bytes) => sizes.indexOf(bytes));
    } else {
      checkRange(
        "frameBytesWithoutFcs",
        frameBytesWithoutFcs,
        MIN_GENERATED_BYTES,
        MAX_GENERATED_BYTES,
      );
      this.#templates = [makeTemplate(options, frameBytesWithoutFcs)];
      this.#dozen = [];
    }
  }

  /** Sequence number of the next packet: counted from 0, modulo 2^32. */
  get sequence(): number {
    return this.#sequence;
  }

  /**
   * Writes the next frame at an offset and returns its size in bytes; from there
   * `MAX_GENERATED_BYTES` must be free.
   */
  next(into: Uint8Array, offset = 0): number {
    const sequence = this.#sequence;
    const { frame, udpSum } = this.#templates[this.#choose()] as Template;
    into.set(frame, offset);
    const at = offset + SEQUENCE_OFFSET;
    into[at] = sequence >>> 24;
    into[at + 1] = sequence >>> 16;
    into[at + 2] = sequence >>> 8;
    into[at + 3] = sequence;
    let sum = udpSum + (sequence >>> 16) + (sequence & 0xffff);
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    // A checksum of zero is sent as all ones, since zero means "none" (RFC 768, Fields).
    const checksum = ~sum & 0xffff || 0xffff;
    into[offset + 40] = checksum >>> 8;
    into[offset + 41] = checksum;
    this.#sequence = (sequence + 1) >>> 0;
    return frame.length;
  }

  #choose(): number {
    const dozen = this.#dozen;
    if (dozen.length === 0) return 0;
    const position = this.#sequence % dozen.length;
    // One step of a Fisher-Yates shuffle for each packet: at the end of the dozen all have been
    // drawn once.
    const drawn = position + this.#random.below(dozen.length - position);
    const chosen = dozen[drawn] as number;
    dozen[drawn] = dozen[position] as number;
    dozen[position] = chosen;
    return chosen;
  }
}

/** As many frames as asked for, 1 to 10,000,000, each a view on one block of memory. */
export function generatePackets(
  options: GeneratorOptions & { readonly count: number },
): Uint8Array[] {
  checkRange("count", options.count, 1, 10_000_000);
  const generator = new PacketGenerator(options);
  const { frameBytesWithoutFcs: size, count } = options;
  const dozenBytes = IMIX.reduce((sum, bytes) => sum + bytes, 0);
  const block = new Uint8Array(
    size === "imix" ? Math.ceil(count / IMIX.length) * dozenBytes : count * size,
  );
  const frames: Uint8Array[] = [];
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    const bytes = generator.next(block, offset);
    frames.push(block.subarray(offset, offset + bytes));
    offset += bytes;
  }
  return frames;
}

/**
 * Ethernet, IPv4 without fragmentation (identification 0, RFC 6864, 4.1) and UDP to the discard
 * port.
 */
function makeTemplate(options: GeneratorOptions, frameBytes: number): Template {
  const { direction, guestMac = GUEST_MAC, peerMac = PEER_MAC } = options;
  const fromGuest = direction === "tx";
  const frame = new Uint8Array(frameBytes);
  const view = new DataView(frame.buffer);
  frame.set(fromGuest ? peerMac : guestMac, 0);
  frame.set(fromGuest ? guestMac : peerMac, 6);
  view.setUint16(12, 0x0800);
  view.setUint16(14, 0x4500);
  view.setUint16(16, frameBytes - 14);
  view.setUint16(20, 0x4000);
  view.setUint8(22, 64);
  view.setUint8(23, 17);
  frame.set(fromGuest ? GUEST_IPV4 : PEER_IPV4, 26);
  frame.set(fromGuest ? PEER_IPV4 : GUEST_IPV4, 30);
  view.setUint16(24, internetChecksum(frame, 14, 34));
  const udpBytes = frameBytes - 34;
  view.setUint16(34, 49_152);
  view.setUint16(36, 9);
  view.setUint16(38, udpBytes);
  const payload = new Random(options.seed);
  for (let at = SEQUENCE_OFFSET + 4; at < frameBytes; at += 1) frame[at] = payload.next32();
  const pseudo = pseudoHeaderSum(frame, 26, 8, 17, udpBytes);
  return { frame, udpSum: onesComplementSum(frame, 34, frameBytes, pseudo) };
}

function checkRange(field: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new InputError(`${field}: found ${value}, expected a whole number from ${low} to ${high}.`);
}

function checkMac(field: string, mac: Uint8Array | undefined): void {
  if (mac === undefined || mac.length === 6) return;
  throw new InputError(`${field}: found ${mac.length} bytes, expected 6.`);
}
