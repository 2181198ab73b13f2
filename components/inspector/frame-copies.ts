import {
  BUFFER_HEADER_BYTES,
  type BufferHeader,
  dissectBufferHeader,
  dissectFrame,
  type NestedLayer,
  type RingState,
  ringsAt,
} from "#engine";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { PacketRows } from "../flow/packet-rows.ts";
import type { MemoryMoment } from "./memory-looks.ts";
import { stretchText } from "./memory-looks.ts";
import { addressText } from "./memory-tables.ts";

/** A copy of a packet's frame that exists at a row. */
export interface FrameCopy {
  /** `given`, `wire`, or the address in memory. */
  readonly id: string;
  readonly title: string;
  /** Address of the first byte, the buffer's header included; undefined outside memory. */
  readonly address: number | undefined;
  /** What stands before the frame in its buffer. */
  readonly header: BufferHeader | undefined;
  readonly byteCount: number;
  /** Bytes of a copy outside memory. */
  readonly bytes: Uint8Array | undefined;
}

/** Section that says which packet lies in which buffer. */
const PACKET_BUFFERS = "packet-buffers";
/** Bytes by which a copy in memory is known: both Ethernet addresses and the type. */
const KNOWN_BY_BYTES = 14;
/** Where a frame can begin behind the place that bears its packet's number. */
const SHIFTS = [0, 4, 10, 12] as const;

const packetRows = new WeakMap<ExplorerRun["trace"], PacketRows>();

/** The packet, counted from 1, that a row stands with; 0 when there is none. */
export function packetOf({ trace, packetCount }: ExplorerRun, row: number): number {
  if (row < 0 || packetCount === 0 || row >= trace.length) return 0;
  let rows = packetRows.get(trace);
  if (rows === undefined) {
    rows = new PacketRows(trace, packetCount);
    packetRows.set(trace, rows);
  }
  return rows.ownerOf(row) + 1;
}

/** Where a packet's frame stands at a row: in memory, on the wire, and as it was given to the run. */
export function frameCopies(
  run: ExplorerRun,
  row: number,
  packet: number,
  moment: MemoryMoment,
): FrameCopy[] {
  const given = run.frames[(packet - 1) % run.frames.length];
  if (packet < 1 || given === undefined) return [];
  const onWire = run.wire.findLast(
    (seen) => seen.packet === packet - 1 && seen.timeCycles <= (run.trace.startCycles[row] ?? 0),
  );
  const outside = (id: string, title: string, bytes: Uint8Array): FrameCopy => {
    return { id, title, bytes, byteCount: bytes.length, address: undefined, header: undefined };
  };
  return [
    ...copiesInMemory(run, packet, given, moment),
    ...(onWire === undefined ? [] : [outside("wire", "as it was on the wire", onWire.bytes)]),
    outside("given", "as it was given to the run", given),
  ];
}

/** The copy that was written last at or before a row; one outside memory when there is none in it. */
export function newestCopy(
  run: ExplorerRun,
  row: number,
  copies: readonly FrameCopy[],
): FrameCopy | undefined {
  let newest = copies[0];
  let newestRow = -2;
  for (const copy of copies) {
    if (copy.address === undefined) continue;
    const rows = run.history.rowsThatWrote(copy.address, copy.byteCount);
    const wrote = rows.findLast((one) => one <= row) ?? -1;
    if (wrote <= newestRow) continue;
    newest = copy;
    newestRow = wrote;
  }
  return newest;
}

/** The layers of a copy, the buffer's header first; offsets count from the copy's first byte. */
export function layersOf(copy: FrameCopy, bytes: Uint8Array): NestedLayer[] {
  const headerBytes = copy.header === undefined ? 0 : BUFFER_HEADER_BYTES[copy.header];
  const header = copy.header && dissectBufferHeader(bytes, copy.header);
  const layers = dissectFrame(bytes.subarray(headerBytes)).map((layer) => ({
    ...layer,
    offset: layer.offset + headerBytes,
    fields: layer.fields.map((field) => ({ ...field, offset: field.offset + headerBytes })),
  }));
  return header === undefined ? layers : [{ ...header, depth: 0 }, ...layers];
}

function copiesInMemory(
  run: ExplorerRun,
  packet: number,
  given: Uint8Array,
  moment: MemoryMoment,
): FrameCopy[] {
  const lines = moment.snapshot.section(PACKET_BUFFERS)?.lines ?? [];
  const known = given.subarray(0, KNOWN_BY_BYTES);
  const starts = new Set<number>();
  for (const { name, values } of lines) {
    if (Number(values[0] ?? 0) !== packet) continue;
    const shift = SHIFTS.find((by) => isAt(moment, Number(name) + by, known));
    // A buffer that no copy has reached yet, or that something else lies in by now, holds no frame.
    if (shift !== undefined) starts.add(Number(name) + shift);
  }
  if (starts.size === 0) return [];
  const rings = ringsAt(run.places, moment.snapshot);
  return [...starts].map((start): FrameCopy => {
    const header = headerBefore(rings, start);
    const headerBytes = header === undefined ? 0 : BUFFER_HEADER_BYTES[header];
    const [stretch] = moment.map(start, 1);
    const what = stretch === undefined ? "" : `: ${stretchText(stretch)}`;
    return {
      id: String(start),
      title: `in memory at ${addressText(start)}${what}`,
      address: start - headerBytes,
      header,
      byteCount: headerBytes + given.length,
      bytes: undefined,
    };
  });
}

/** What a ring's slot says of the bytes before a frame. */
function headerBefore(rings: readonly RingState[], start: number): BufferHeader | undefined {
  for (const { unit, slots } of rings) {
    for (const { address, bufferAddress } of slots) {
      if (unit === "byte" && bufferAddress === start && address === start - 4) return "rtl8139";
      if (bufferAddress === start - BUFFER_HEADER_BYTES["virtio-net"]) return "virtio-net";
      if (bufferAddress === start - BUFFER_HEADER_BYTES["virtio-net-legacy"]) {
        return "virtio-net-legacy";
      }
    }
  }
  return undefined;
}

function isAt({ snapshot }: MemoryMoment, address: number, wanted: Uint8Array): boolean {
  return snapshot.bytes(address, wanted.length).every((byte, at) => byte === wanted[at]);
}
