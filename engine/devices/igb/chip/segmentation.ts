import { insertNetworkChecksum, insertTransportChecksum } from "./checksum.ts";
import { type FrameHeaders, PROTOCOL, putWord, word } from "../frame.ts";
import { putByte } from "../../../memory/watched-bytes.ts";

const FIN_PUSH = 0x09;

/** Takes a finished segment: `byteCount` bytes at `at`, with the headers' layout unchanged. */
export interface SegmentSink {
  segment(at: number, byteCount: number): void;
}

/**
 * TCP segmentation (Intel 82576EB datasheet 2.63, 7.2.4 TCP/UDP Segmentation): cuts a frame with a
 * payload of any size into frames of at most `segmentBytes` payload each, with lengths, IP
 * identification, sequence number, flags and checksums of their own.
 */
export class Segmenter {
  readonly #bytes: Uint8Array;
  readonly #slot: number;

  /**
   * @param bytes The machine's memory.
   * @param slot Host address of room for one segment.
   */
  constructor(bytes: Uint8Array, slot: number) {
    this.#bytes = bytes;
    this.#slot = slot;
  }

  /**
   * Cuts the frame at `at` and hands each segment to `sink`.
   * @returns False when it is no TCP segment or MSS is 0: nothing is sent.
   */
  cut(
    at: number,
    byteCount: number,
    segmentBytes: number,
    headers: FrameHeaders,
    sink: SegmentSink,
  ): boolean {
    const bytes = this.#bytes;
    const transport = headers.transportOffset;
    if (headers.protocol !== PROTOCOL.tcp || headers.ipVersion === 0 || segmentBytes === 0) {
      return false;
    }
    if (byteCount < transport + 20) return false;
    const headerBytes = transport + ((bytes[at + transport + 12] as number) >> 4) * 4;
    if (headerBytes < transport + 20 || headerBytes > byteCount) return false;
    const payloadBytes = byteCount - headerBytes;
    for (let done = 0, index = 0; done < payloadBytes || index === 0; index++) {
      const part = Math.min(segmentBytes, payloadBytes - done);
      bytes.copyWithin(this.#slot, at, at + headerBytes);
      const from = at + headerBytes + done;
      bytes.copyWithin(this.#slot + headerBytes, from, from + part);
      this.#fix(headerBytes + part, done, index, done + part >= payloadBytes, headers);
      sink.segment(this.#slot, headerBytes + part);
      done += part;
    }
    return true;
  }

  #fix(
    byteCount: number,
    sequenceOffset: number,
    index: number,
    last: boolean,
    headers: FrameHeaders,
  ): void {
    const bytes = this.#bytes;
    const network = this.#slot + headers.networkOffset;
    const transport = this.#slot + headers.transportOffset;
    const datagramBytes = byteCount - headers.networkOffset;
    if (headers.ipVersion === 4) {
      putWord(bytes, network + 2, datagramBytes);
      putWord(bytes, network + 4, (word(bytes, network + 4) + index) & 0xffff);
      insertNetworkChecksum(bytes, this.#slot, headers);
    } else putWord(bytes, network + 4, datagramBytes - 40);
    const high = word(bytes, transport + 4);
    const sequence = (high * 65536 + word(bytes, transport + 6) + sequenceOffset) >>> 0;
    putWord(bytes, transport + 4, sequence >>> 16);
    putWord(bytes, transport + 6, sequence & 0xffff);
    if (!last) putByte(bytes, transport + 13, (bytes[transport + 13] as number) & ~FIN_PUSH);
    insertTransportChecksum(bytes, this.#slot, byteCount, headers);
  }
}
