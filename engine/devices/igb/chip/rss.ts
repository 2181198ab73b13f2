import { type FrameHeaders, PROTOCOL } from "../frame.ts";
import { WORD } from "./word.ts";

const RSS_MODE = 2;
const NO_PACKET_CHECKSUM = 1 << 13;
const IPV6_EXTENSIONS_OFF = 1 << 16;
/** MRQC bits that allow a kind of hash, and the type that the descriptor then reports. */
const FIELD = { tcp4: 16, ip4: 17, tcp6ex: 18, ip6ex: 19, ip6: 20, udp4: 22, udp6: 23 } as const;

/** Receive-side scaling of one frame: hash by Toeplitz, queue by the redirection table. */
export class ReceiveScaling {
  readonly #words: Uint32Array;
  /** Whether the frame before last `assign` was hashed by an enabled RSS. */
  enabled = false;
  /** RSS type as in the descriptor (Intel 82576EB datasheet 2.63, 7.1.2.8.1 RSS Hash Function). */
  type = 0;
  hash = 0;
  queue = 0;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  /** Hashes the frame at `at`; a frame that loops back inside the chip is never hashed. */
  assign(bytes: Uint8Array, at: number, headers: FrameHeaders, loopedBack: boolean): void {
    this.type = 0;
    this.hash = 0;
    this.queue = 0;
    const w = this.#words;
    const mode = (w[WORD.MRQC] as number) & 3;
    const hashes = ((w[WORD.RXCSUM] as number) & NO_PACKET_CHECKSUM) !== 0;
    this.enabled = !loopedBack && mode === RSS_MODE && hashes;
    if (!this.enabled) return;
    this.type = this.#typeOf(headers);
    if (this.type === 0) return;
    this.hash = this.#toeplitz(bytes, at, headers);
    const entry = this.hash & 0x7f;
    const value = (w[WORD.RETA + (entry >> 2)] as number) >>> ((entry & 3) * 8);
    this.queue = value & 0xf;
  }

  #typeOf(headers: FrameHeaders): number {
    const { protocol } = headers;
    if (headers.ipVersion === 4) {
      if (protocol === PROTOCOL.tcp && this.#has(FIELD.tcp4)) return 1;
      if (protocol === PROTOCOL.udp && this.#has(FIELD.udp4)) return 7;
      return this.#has(FIELD.ip4) ? 2 : 0;
    }
    if (headers.ipVersion !== 6) return 0;
    const extensionsOff = ((this.#words[WORD.RFCTL] as number) & IPV6_EXTENSIONS_OFF) !== 0;
    if (!extensionsOff || !headers.extensions) {
      if (protocol === PROTOCOL.tcp && this.#has(FIELD.tcp6ex)) return 3;
      if (protocol === PROTOCOL.udp && this.#has(FIELD.udp6)) return 8;
      if (this.#has(FIELD.ip6ex)) return 4;
    }
    return this.#has(FIELD.ip6) ? 5 : 0;
  }

  #has(bit: number): boolean {
    return ((this.#words[WORD.MRQC] as number) & (1 << bit)) !== 0;
  }

  /** The Toeplitz hash over addresses and, for TCP and UDP types, ports. */
  #toeplitz(bytes: Uint8Array, at: number, headers: FrameHeaders): number {
    const network = at + headers.networkOffset;
    const addresses = headers.ipVersion === 4 ? network + 12 : network + 8;
    const addressBytes = headers.ipVersion === 4 ? 8 : 32;
    const ports = this.type === 1 || this.type === 3 || this.type >= 7 ? 4 : 0;
    let hash = 0;
    let key = this.#keyWord(0);
    for (let i = 0; i < addressBytes + ports; i++) {
      const from =
        i < addressBytes ? addresses + i : at + headers.transportOffset + i - addressBytes;
      const byte = bytes[from] as number;
      const next = this.#keyByte(i + 4);
      for (let bit = 7; bit >= 0; bit--) {
        if ((byte & (1 << bit)) !== 0) hash ^= key;
        key = (key << 1) | ((next >> bit) & 1);
      }
    }
    return hash >>> 0;
  }

  #keyByte(index: number): number {
    const at = index % 40;
    return ((this.#words[WORD.RSSRK + (at >> 2)] as number) >>> ((at & 3) * 8)) & 0xff;
  }

  #keyWord(index: number): number {
    return (
      (this.#keyByte(index) << 24) |
      (this.#keyByte(index + 1) << 16) |
      (this.#keyByte(index + 2) << 8) |
      this.#keyByte(index + 3)
    );
  }
}
