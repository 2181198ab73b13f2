import type { GuestMemory } from "../../../memory/guest-memory.ts";
import { hasTransportChecksum, networkChecksumValid, transportChecksumValid } from "./checksum.ts";
import { type FrameHeaders, PROTOCOL, word } from "../frame.ts";
import type { ReceiveScaling } from "./rss.ts";
import { WORD } from "./word.ts";

const CHECK = { network: 1 << 8, transport: 1 << 9, noPacketChecksum: 1 << 13 } as const;
const PACKET_TYPE = { ip4: 1, ip6: 4, ip6Extended: 8, tcp: 16, udp: 32, sctp: 64 } as const;

/** Status and error bits of a write-back (Intel 82576EB datasheet 2.63, 7.1.5.2 Receive Descriptors). */
export const STATUS = {
  done: 1,
  endOfPacket: 2,
  vlan: 1 << 3,
  udpChecked: 1 << 4,
  transportChecked: 1 << 5,
  networkChecked: 1 << 6,
  ipIdentification: 1 << 9,
  headerOverflow: 1 << 23,
  transportError: 1 << 29,
  networkError: 1 << 30,
} as const;

/** What a frame's last descriptor says about it: checksums, hash, type, VLAN tag. */
export class ReceiveStatus {
  readonly #words: Uint32Array;
  readonly #memory: GuestMemory;
  readonly #headers: FrameHeaders;
  readonly #scaling: ReceiveScaling;

  /** @param headers The headers of the frame that is described next. */
  constructor(
    words: Uint32Array,
    memory: GuestMemory,
    headers: FrameHeaders,
    scaling: ReceiveScaling,
  ) {
    this.#words = words;
    this.#memory = memory;
    this.#headers = headers;
    this.#scaling = scaling;
  }

  /**
   * Fills in the descriptor that is put together at `slot`.
   * @param vlanTag Tag taken out of the frame, or -1.
   * @returns Its status and error bits besides DD and EOP.
   */
  describe(from: number, byteCount: number, slot: number, vlanTag: number): number {
    const { bytes, view } = this.#memory;
    const headers = this.#headers;
    const checks = this.#words[WORD.RXCSUM] as number;
    let status = this.#checked(from, byteCount, checks);
    if (vlanTag >= 0) {
      status |= STATUS.vlan;
      view.setUint16(slot + 14, vlanTag, true);
    }
    if ((checks & CHECK.noPacketChecksum) !== 0) {
      if (this.#scaling.enabled) view.setUint32(slot + 4, this.#scaling.hash, true);
    } else if (headers.ipVersion === 4) {
      status |= STATUS.ipIdentification;
      view.setUint16(slot + 4, word(bytes, from + headers.networkOffset + 4), true);
    }
    view.setUint16(slot, (this.#scaling.type | (this.#packetType() << 4)) & 0xffff, true);
    return status;
  }

  #checked(from: number, byteCount: number, checks: number): number {
    const { bytes } = this.#memory;
    const headers = this.#headers;
    let status = 0;
    if ((checks & CHECK.network) !== 0 && headers.ipVersion === 4) {
      status |= STATUS.networkChecked;
      if (!networkChecksumValid(bytes, from, headers)) status |= STATUS.networkError;
    }
    if ((checks & CHECK.transport) === 0) return status;
    if (!hasTransportChecksum(bytes, from, byteCount, headers)) return status;
    status |= STATUS.transportChecked;
    if (headers.protocol === PROTOCOL.udp) status |= STATUS.udpChecked;
    if (!transportChecksumValid(bytes, from, byteCount, headers)) status |= STATUS.transportError;
    return status;
  }

  #packetType(): number {
    const { ipVersion, protocol, extensions } = this.#headers;
    let type = 0;
    if (ipVersion === 4) type = PACKET_TYPE.ip4;
    else if (ipVersion === 6) type = extensions ? PACKET_TYPE.ip6Extended : PACKET_TYPE.ip6;
    if (protocol === PROTOCOL.tcp) type |= PACKET_TYPE.tcp;
    else if (protocol === PROTOCOL.udp) type |= PACKET_TYPE.udp;
    else if (protocol === PROTOCOL.sctp) type |= PACKET_TYPE.sctp;
    return type;
  }
}
