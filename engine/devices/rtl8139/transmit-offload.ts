import { internetChecksum, onesComplementSum, pseudoHeaderSum } from "../../packets/checksum.ts";
import type { GuestMemory } from "../../memory/guest-memory.ts";
import { OPTS1 } from "./descriptors.ts";
import type { FrameOutlet } from "./ports.ts";

const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const TCP_BYTES = 20;
const TCP = 6;
const UDP = 17;
const PUSH_AND_FIN = 0x09;

/** Descriptor bits that ask for any offload. */
export const OFFLOAD_BITS = OPTS1.IPCS | OPTS1.UDPCS | OPTS1.TCPCS | OPTS1.LGSEN;

/**
 * Checksum insertion and TCP segmentation of C+ mode, on a frame in host memory. A frame that is
 * not what its descriptor says goes out unchanged. RealTek RTL8139C+ datasheet 1.6, 9.2.1
 * "Transmit"; details as in hw/net/rtl8139.c, rtl8139_cplus_transmit_one.
 */
export class TransmitOffload {
  readonly #memory: GuestMemory;
  readonly #outlet: FrameOutlet;
  readonly #losesFlags: boolean;

  /** @param losesFlags See `segmentsLosePushAndFin`. */
  constructor(memory: GuestMemory, outlet: FrameOutlet, losesFlags: boolean) {
    this.#memory = memory;
    this.#outlet = outlet;
    this.#losesFlags = losesFlags;
  }

  /** Does what `opts1` asks; false when the frame was cut into segments that are already sent. */
  apply(at: number, byteCount: number, opts1: number): boolean {
    const view = this.#memory.view;
    const ip = at + ETHERNET_BYTES;
    const ipRoom = byteCount - ETHERNET_BYTES;
    if (ipRoom < IPV4_BYTES || view.getUint16(at + 12) !== 0x0800) return true;
    const first = view.getUint8(ip);
    const headerBytes = (first & 15) * 4;
    const totalBytes = view.getUint16(ip + 2);
    if (first >> 4 !== 4 || headerBytes < IPV4_BYTES || headerBytes > ipRoom) return true;
    if (totalBytes < headerBytes || totalBytes > ipRoom) return true;
    const protocol = view.getUint8(ip + 9);
    if ((opts1 & OPTS1.LGSEN) !== 0) {
      if (protocol !== TCP) return true;
      return !this.#segment(at, headerBytes, totalBytes - headerBytes, (opts1 >>> 16) & 0x7ff);
    }
    if ((opts1 & OPTS1.IPCS) !== 0) this.#ipChecksum(ip, headerBytes);
    const dataBytes = totalBytes - headerBytes;
    if ((opts1 & OPTS1.TCPCS) !== 0 && protocol === TCP) {
      this.#transportChecksum(ip, headerBytes, dataBytes, TCP, 16);
    } else if ((opts1 & OPTS1.UDPCS) !== 0 && protocol === UDP) {
      this.#transportChecksum(ip, headerBytes, dataBytes, UDP, 6);
    }
    return true;
  }

  /** @returns Whether segments were sent. */
  #segment(at: number, headerBytes: number, ipDataBytes: number, mss: number): boolean {
    const memory = this.#memory;
    const view = memory.view;
    const ip = at + ETHERNET_BYTES;
    const tcp = ip + headerBytes;
    if (ipDataBytes < TCP_BYTES || mss === 0) return false;
    const tcpBytes = (view.getUint8(tcp + 12) >> 4) * 4;
    if (tcpBytes < TCP_BYTES || tcpBytes > ipDataBytes) return false;
    const payload = tcp + tcpBytes;
    const payloadBytes = ipDataBytes - tcpBytes;
    const ipId = view.getUint16(ip + 4);
    const flags = view.getUint8(tcp + 13);
    for (let done = 0, n = 0; done < payloadBytes; done += mss, n++) {
      const last = done + mss >= payloadBytes;
      const chunk = last ? payloadBytes - done : mss;
      if (done > 0) memory.move(payload + done, payload, chunk);
      if (!last) view.setUint8(tcp + 13, view.getUint8(tcp + 13) & ~PUSH_AND_FIN);
      else if (!this.#losesFlags) view.setUint8(tcp + 13, flags);
      this.#transportChecksum(ip, headerBytes, tcpBytes + chunk, TCP, 16);
      view.setUint16(ip + 2, headerBytes + tcpBytes + chunk);
      view.setUint16(ip + 4, ipId + n);
      this.#ipChecksum(ip, headerBytes);
      this.#outlet.send(at, ETHERNET_BYTES + headerBytes + tcpBytes + chunk);
      view.setUint32(tcp + 4, view.getUint32(tcp + 4) + chunk);
    }
    return true;
  }

  #ipChecksum(ip: number, headerBytes: number): void {
    const { view, bytes } = this.#memory;
    view.setUint16(ip + 10, 0);
    view.setUint16(ip + 10, internetChecksum(bytes, ip, ip + headerBytes));
  }

  #transportChecksum(
    ip: number,
    headerBytes: number,
    dataBytes: number,
    protocol: number,
    fieldOffset: number,
  ): void {
    const { view, bytes } = this.#memory;
    const start = ip + headerBytes;
    view.setUint16(start + fieldOffset, 0);
    const pseudo = pseudoHeaderSum(bytes, ip + 12, 8, protocol, dataBytes);
    const sum = onesComplementSum(bytes, start, start + dataBytes, pseudo);
    view.setUint16(start + fieldOffset, ~sum);
  }
}
