import { put16, putByte } from "../memory/watched-bytes.ts";

/** Changes a frame in place so that it goes out again; false: it cannot, and is dropped. */
export type FrameTurn = (bytes: Uint8Array, at: number, byteCount: number) => boolean;

const ETHERNET_BYTES = 14;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;

/**
 * What a router makes of a frame: the addresses of the link turn round, the time to live goes down,
 * and with it the checksum changes (include/net/ip.h, ip_decrease_ttl). What is no IP, or has no hop
 * left, is not routed.
 */
export const routed: FrameTurn = (bytes, at, byteCount) => {
  const ip = networkHeader(bytes, at);
  const type = ((bytes[ip - 2] as number) << 8) | (bytes[ip - 1] as number);
  if (byteCount < ip - at + 20) return false;
  const hops = type === IPV4 ? ip + 8 : ip + 7;
  if ((type !== IPV4 && type !== IPV6) || (bytes[hops] as number) <= 1) return false;
  putByte(bytes, hops, (bytes[hops] as number) - 1);
  if (type === IPV4) {
    let sum = ((bytes[ip + 10] as number) << 8) | (bytes[ip + 11] as number);
    sum += 0x100;
    sum = (sum + (sum >= 0xffff ? 1 : 0)) & 0xffff;
    put16(bytes, ip + 10, sum);
  }
  swap(bytes, at, at + 6, 6);
  return true;
};

/** A server's answer to a request: back to whom it came from, addresses and ports turned round. */
export const answered: FrameTurn = (bytes, at, byteCount) => {
  swap(bytes, at, at + 6, 6);
  const ip = networkHeader(bytes, at);
  const type = ((bytes[ip - 2] as number) << 8) | (bytes[ip - 1] as number);
  if (type === IPV4 && byteCount >= ip - at + 20) {
    swap(bytes, ip + 12, ip + 16, 4);
    const ports = ip + 4 * ((bytes[ip] as number) & 15);
    const protocol = bytes[ip + 9];
    if ((protocol === 6 || protocol === 17) && byteCount >= ports - at + 4)
      swap(bytes, ports, ports + 2, 2);
  } else if (type === IPV6 && byteCount >= ip - at + 40) swap(bytes, ip + 8, ip + 24, 16);
  return true;
};

/** Where the network header begins: behind the link's header and its VLAN tags. */
function networkHeader(bytes: Uint8Array, at: number): number {
  let ip = at + ETHERNET_BYTES;
  for (let tags = 0; tags < 2; tags++) {
    const type = ((bytes[ip - 2] as number) << 8) | (bytes[ip - 1] as number);
    if (type !== 0x8100 && type !== 0x88a8) break;
    ip += 4;
  }
  return ip;
}

function swap(bytes: Uint8Array, one: number, other: number, byteCount: number): void {
  for (let i = 0; i < byteCount; i++) {
    const byte = bytes[one + i] as number;
    putByte(bytes, one + i, bytes[other + i] as number);
    putByte(bytes, other + i, byte);
  }
}
