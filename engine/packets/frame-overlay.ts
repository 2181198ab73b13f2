import { hex } from "./address-text.ts";
import { describeFrame } from "./frame.ts";
import { bitField, type FrameField, type FrameLayer } from "./frame-layer.ts";

/** A layer of a frame, or of a frame that a tunnel carries in it. */
export interface NestedLayer extends FrameLayer {
  /** How many tunnels it lies in: 0 for the frame itself. */
  readonly depth: number;
}

/** UDP ports that say what follows: RFC 7348, 5 VXLAN Frame Format; RFC 7510, 6 IANA Considerations. */
const VXLAN_PORT = 4789;
const MPLS_PORT = 6635;
const VXLAN_BYTES = 8;
const MPLS_ENTRY_BYTES = 4;

/**
 * The layers of a frame from the outside in, those of a tunnelled frame among them: together they
 * cover every byte, without gaps and overlaps. Any bytes are allowed; what no header explains is
 * "Data". In a VXLAN or an MPLS-in-UDP packet an Ethernet frame is expected, as vRouter sends it.
 */
export function dissectFrame(frame: Uint8Array): NestedLayer[] {
  return layersFrom(frame, 0, 0);
}

function layersFrom(frame: Uint8Array, origin: number, depth: number): NestedLayer[] {
  const { layers } = describeFrame(frame);
  const nested = layers.map((layer): NestedLayer => ({ ...moved(layer, origin), depth }));
  const [udp, data] = [layers.at(-2), layers.at(-1)].some(isPadding)
    ? [layers.at(-3), layers.at(-2)]
    : [layers.at(-2), layers.at(-1)];
  if (udp?.name !== "UDP" || data?.name !== "Data") return nested;
  const tunnel = tunnelHeaders(frame, udp, data);
  if (tunnel === undefined) return nested;
  const { headers, innerAt, innerEnd } = tunnel;
  const at = nested.length - (isPadding(layers.at(-1)) ? 2 : 1);
  const rest = data.offset + data.sizeBytes - innerEnd;
  return [
    ...nested.slice(0, at),
    ...headers.map((layer): NestedLayer => ({ ...moved(layer, origin), depth })),
    ...layersFrom(frame.subarray(innerAt, innerEnd), origin + innerAt, depth + 1),
    ...(rest > 0
      ? [{ name: "Data", offset: origin + innerEnd, sizeBytes: rest, fields: [], depth }]
      : []),
    ...nested.slice(at + 1),
  ];
}

interface Tunnel {
  readonly headers: readonly FrameLayer[];
  readonly innerAt: number;
  readonly innerEnd: number;
}

/** The headers between UDP and the inner frame; undefined where UDP carries no tunnel. */
function tunnelHeaders(frame: Uint8Array, udp: FrameLayer, data: FrameLayer): Tunnel | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const port = view.getUint16(udp.offset + 2);
  const innerEnd = udp.offset + view.getUint16(udp.offset + 4);
  const headers =
    port === VXLAN_PORT
      ? vxlan(view, data.offset, innerEnd)
      : port === MPLS_PORT
        ? mpls(view, data.offset, innerEnd)
        : [];
  const last = headers.at(-1);
  if (last === undefined) return undefined;
  const innerAt = last.offset + last.sizeBytes;
  return innerAt < innerEnd ? { headers, innerAt, innerEnd } : undefined;
}

/** RFC 7348, 5 VXLAN Frame Format; without the I flag there is no valid network identifier. */
function vxlan(view: DataView, start: number, end: number): FrameLayer[] {
  if (end - start < VXLAN_BYTES) return [];
  const flags = view.getUint8(start);
  if ((flags & 0x08) === 0) return [];
  const fields: FrameField[] = [
    { name: "Flags", offset: start, sizeBytes: 1, text: `0x${hex(flags, 2)} (VNI valid)` },
    {
      name: "Reserved",
      offset: start + 1,
      sizeBytes: 3,
      text: hex(view.getUint32(start) & 0xffffff, 6),
    },
    { name: "VNI", offset: start + 4, sizeBytes: 3, text: `${view.getUint32(start + 4) >>> 8}` },
    { name: "Reserved", offset: start + 7, sizeBytes: 1, text: hex(view.getUint8(start + 7), 2) },
  ];
  return [{ name: "VXLAN", offset: start, sizeBytes: VXLAN_BYTES, fields }];
}

/** A label stack (RFC 3032, 2.1 Encoding the Label Stack), down to the entry at its bottom. */
function mpls(view: DataView, start: number, end: number): FrameLayer[] {
  const layers: FrameLayer[] = [];
  for (let at = start; at + MPLS_ENTRY_BYTES <= end; at += MPLS_ENTRY_BYTES) {
    const entry = view.getUint32(at);
    const isBottom = ((entry >>> 8) & 1) === 1;
    layers.push({
      name: "MPLS",
      offset: at,
      sizeBytes: MPLS_ENTRY_BYTES,
      fields: [
        bitField("Label", [at, 3], [4, 20], `${entry >>> 12}`),
        bitField("Traffic class", [at + 2, 1], [1, 3], `${(entry >>> 9) & 7}`),
        bitField("Bottom of stack", [at + 2, 1], [0, 1], isBottom ? "1 (the last label)" : "0"),
        { name: "Time to live", offset: at + 3, sizeBytes: 1, text: `${entry & 0xff}` },
      ],
    });
    if (isBottom) return layers;
  }
  return [];
}

function isPadding(layer: FrameLayer | undefined): boolean {
  return layer?.name === "Padding";
}

function moved(layer: FrameLayer, by: number): FrameLayer {
  if (by === 0) return layer;
  const fields = layer.fields.map((field) => ({ ...field, offset: field.offset + by }));
  return { ...layer, offset: layer.offset + by, fields };
}
