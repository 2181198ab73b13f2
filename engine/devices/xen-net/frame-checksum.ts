import { onesComplementSum, pseudoHeaderSum } from "../../packets/checksum.ts";
import { put16 } from "../../memory/watched-bytes.ts";

const ETHERNET_BYTES = 14;
const TCP = 6;
const UDP = 17;

interface Transport {
  /** Where the transport header begins, and where the datagram ends. */
  readonly start: number;
  readonly end: number;
  /** Where the checksum's field lies. */
  readonly field: number;
  /** Sum over the pseudo-header. */
  readonly pseudo: number;
}

/** The driver domain's NIC finishes a checksum that the guest left (CHECKSUM_PARTIAL). */
export function finishChecksum(bytes: Uint8Array, address: number, byteCount: number): void {
  const transport = transportOf(bytes, address, byteCount);
  if (transport === undefined) return;
  const { start, end, field } = transport;
  const sum = ~onesComplementSum(bytes, start, end, 0) & 0xffff;
  const value = sum === 0 ? 0xffff : sum;
  put16(bytes, field, value);
}

/** Whether a frame is TCP or UDP and its checksum is right, as a NIC tells its driver. */
export function checksumHolds(bytes: Uint8Array, address: number, byteCount: number): boolean {
  const transport = transportOf(bytes, address, byteCount);
  if (transport === undefined || word(bytes, transport.field) === 0) return false;
  const { start, end, pseudo } = transport;
  return onesComplementSum(bytes, start, end, pseudo) === 0xffff;
}

/** TCP or UDP over IPv4 or IPv6 without extension headers and fragments. */
function transportOf(bytes: Uint8Array, address: number, byteCount: number): Transport | undefined {
  const ip = address + ETHERNET_BYTES;
  const type = word(bytes, ip - 2);
  if (type === 0x0800 && byteCount >= 34) {
    const end = ip + word(bytes, ip + 2);
    if ((word(bytes, ip + 6) & 0x3fff) !== 0 || end > address + byteCount) return undefined;
    const start = ip + ((bytes[ip] as number) & 15) * 4;
    return transport(bytes, {
      start,
      end,
      protocol: bytes[ip + 9] as number,
      from: ip + 12,
      size: 8,
    });
  }
  if (type !== 0x86dd || byteCount < 54) return undefined;
  const end = ip + 40 + word(bytes, ip + 4);
  if (end > address + byteCount) return undefined;
  const protocol = bytes[ip + 6] as number;
  return transport(bytes, { start: ip + 40, end, protocol, from: ip + 8, size: 32 });
}

function transport(
  bytes: Uint8Array,
  header: { start: number; end: number; protocol: number; from: number; size: 8 | 32 },
): Transport | undefined {
  const { start, end, protocol, from, size } = header;
  if (protocol !== TCP && protocol !== UDP) return undefined;
  const field = start + (protocol === TCP ? 16 : 6);
  if (field + 2 > end) return undefined;
  return { start, end, field, pseudo: pseudoHeaderSum(bytes, from, size, protocol, end - start) };
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
