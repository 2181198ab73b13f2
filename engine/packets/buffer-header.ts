import { hex } from "./address-text.ts";
import type { FrameField, FrameLayer } from "./frame-layer.ts";

/** What stands in a ring's buffer before a frame: virtio's header, or the RTL8139's in its receive ring. */
export type BufferHeader = "virtio-net" | "virtio-net-legacy" | "rtl8139";

/** Bytes of each header. */
export const BUFFER_HEADER_BYTES: Readonly<Record<BufferHeader, number>> = {
  "virtio-net": 12,
  "virtio-net-legacy": 10,
  rtl8139: 4,
};

const GSO_TYPES: ReadonlyMap<number, string> = new Map([
  [0, "none"],
  [1, "TCP over IPv4"],
  [3, "UDP fragmentation"],
  [4, "TCP over IPv6"],
  [5, "UDP segmentation"],
]);
const VIRTIO_FLAGS = ["NEEDS_CSUM", "DATA_VALID", "RSC_INFO"] as const;
const RTL8139_STATUS = new Map([
  [0, "ROK"],
  [1, "FAE"],
  [2, "CRC"],
  [3, "LONG"],
  [4, "RUNT"],
  [5, "ISE"],
  [13, "BAR"],
  [14, "PAM"],
  [15, "MAR"],
]);

/**
 * The header before a frame as a layer of its own, its numbers little-endian; undefined when the
 * bytes do not hold it. Offsets count from the header's first byte.
 */
export function dissectBufferHeader(bytes: Uint8Array, kind: BufferHeader): FrameLayer | undefined {
  const sizeBytes = BUFFER_HEADER_BYTES[kind];
  if (bytes.length < sizeBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (kind === "rtl8139") {
    return { name: "RTL8139 receive header", offset: 0, sizeBytes, fields: rtl8139Fields(view) };
  }
  const fields = virtioFields(view, kind === "virtio-net");
  return { name: "virtio header", offset: 0, sizeBytes, fields };
}

/** OASIS virtio 1.2, 5.1.6 Device Operation: struct virtio_net_hdr. */
function virtioFields(view: DataView, hasBufferCount: boolean): FrameField[] {
  const flags = view.getUint8(0);
  const gso = view.getUint8(1);
  const set = VIRTIO_FLAGS.filter((_, bit) => ((flags >> bit) & 1) === 1).join(", ");
  const fields = [
    field("flags", 0, 1, `0x${hex(flags, 2)}${set === "" ? " (none)" : ` (${set})`}`),
    field("gso_type", 1, 1, `${gso} (${GSO_TYPES.get(gso & 0x7f) ?? "unknown"})`),
    field("hdr_len", 2, 2, `${view.getUint16(2, true)} bytes`),
    field("gso_size", 4, 2, `${view.getUint16(4, true)} bytes`),
    field("csum_start", 6, 2, `byte ${view.getUint16(6, true)} of the frame`),
    field("csum_offset", 8, 2, `${view.getUint16(8, true)} bytes behind it`),
  ];
  if (hasBufferCount) fields.push(field("num_buffers", 10, 2, `${view.getUint16(10, true)}`));
  return fields;
}

/** RealTek RTL8139C+ datasheet, 9.1.2 Receive (C mode operation). */
function rtl8139Fields(view: DataView): FrameField[] {
  const status = view.getUint16(0, true);
  const set = [...RTL8139_STATUS].filter(([bit]) => ((status >> bit) & 1) === 1);
  const names = set.map(([, name]) => name).join(", ");
  const length = view.getUint16(2, true);
  return [
    field("Status", 0, 2, `0x${hex(status, 4)}${names === "" ? " (none)" : ` (${names})`}`),
    field("Length", 2, 2, `${length} bytes with the frame check sequence`),
  ];
}

function field(name: string, offset: number, sizeBytes: number, text: string): FrameField {
  return { name, offset, sizeBytes, text };
}
